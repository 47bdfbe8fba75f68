"""Several solved tickets without an article become one draft."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from articles import clusters, drafting, links, review, store
from articles.clusters import Cluster
from articles.models import Article, ArticleLink, Decision, LinkRole
from articles.ports import SectionName, TooThin
from articles.writers import ExtractiveWriter
from kb import people
from kb import tickets as kept
from kb.models import Event, Role, Ticket, TicketState
from kb.visibility import LicenceMissing, Reader, reader_of
from tests.factories import (
    MONDAY,
    make_audience,
    make_person,
    make_reader,
    make_ticket,
    message,
    ticket_record,
)

TUESDAY = MONDAY + timedelta(days=1)
SOLUTION = "Set the MTU of the tunnel to 1400 with `netsh set mtu=1400`. Restart the client."


def solved(session: Session, number: int, **changes: Any) -> Ticket:
    facts: dict[str, Any] = {
        "external_id": str(number),
        "state": TicketState.CLOSED,
        "closed_at": MONDAY,
        "resolution": SOLUTION,
        "language": "en",
        **changes,
    }
    return make_ticket(session, **facts)


def english(_text: str) -> str:
    return "en"


def alike(tickets: Sequence[Ticket]) -> dict[int, list[int]]:
    """As if all of them told of the same problem."""
    return {one.id: [other.id for other in tickets if other is not one] for one in tickets}


def drafted(session: Session, reader: Reader, cluster: Cluster) -> Article:
    of = clusters.sources(session, reader, cluster, detect=english, at=TUESDAY)
    draft = clusters.written(of, ExtractiveWriter().write)
    return clusters.keep(session, reader, cluster, of, draft, detect=english, at=TUESDAY)


def only_cluster(session: Session, reader: Reader, tickets: Sequence[Ticket]) -> Cluster:
    (found,) = clusters.listed(session, reader, alike(tickets), at=TUESDAY)
    return found


class TestWithoutArticle:
    def test_open_linked_and_settled_tickets_are_left_out(self, session: Session) -> None:
        reader = make_reader(session)
        left = solved(session, 1)
        solved(session, 2, state=TicketState.OPEN, closed_at=None)
        used = solved(session, 3)
        used_with = make_article(session)
        links.link(session, reader, used.id, used_with, role=LinkRole.REFERENCE, at=TUESDAY)

        assert clusters.without_article(session, reader) == [left.id]

    def test_a_link_to_an_article_that_one_may_not_see_says_nothing(self, session: Session) -> None:
        both = make_reader(session, "internal", "secret", email="both@own.example")
        ticket = solved(session, 3)
        hidden = make_article(session, audience="secret")
        links.link(session, both, ticket.id, hidden, role=LinkRole.REFERENCE, at=TUESDAY)

        assert clusters.without_article(session, make_reader(session)) == [ticket.id]
        assert clusters.without_article(session, both) == []

    def test_tickets_of_others_are_absent(self, session: Session) -> None:
        solved(session, 1)

        assert clusters.without_article(session, make_reader(session, "other")) == []


def make_article(session: Session, *, audience: str = "internal") -> int:
    """A draft from a ticket of its own that is in no cluster."""
    ticket = solved(session, 90, audience=audience)
    case = drafting.prepare(session, ticket.id)
    assert case is not None
    article = drafting.keep(session, case, ExtractiveWriter().write(case), at=MONDAY)
    return article.id


class TestListed:
    def test_most_tickets_first_and_each_ticket_once(self, session: Session) -> None:
        reader = make_reader(session)
        few = [solved(session, number) for number in (4, 5)]
        many = [solved(session, number) for number in (1, 2, 3)]
        near = alike(few) | alike(many)
        near[many[0].id].append(few[0].id)
        near[few[0].id].append(many[0].id)
        more = [solved(session, number) for number in (6, 7)]

        found = clusters.listed(session, reader, near | alike(more), at=TUESDAY)

        assert [sorted(cluster.ticket_ids) for cluster in found] == [
            sorted([*(one.id for one in many), few[0].id]),
            [one.id for one in more],
        ]
        assert found[0].id == many[0].id

    def test_tickets_that_nobody_may_read_together_are_kept_apart(self, session: Session) -> None:
        reader = make_reader(session, "north", "south")
        person = make_person(session, "n@north.example", audiences=("north",))
        assert person.active
        tickets = [
            solved(session, 1, audience="north"),
            solved(session, 2, audience="south"),
            solved(session, 3, audience="north"),
        ]

        found = clusters.listed(session, reader, alike(tickets), at=TUESDAY)

        # Whoever reads south (the reader alone) reads north as well, but not the other way.
        assert [cluster.audience_id for cluster in found] == [make_audience(session, "south")]
        make_person(session, "s@south.example", audiences=("south",))
        apart = clusters.listed(session, reader, alike(tickets), at=TUESDAY)
        assert [sorted(cluster.ticket_ids) for cluster in apart] == [[tickets[0].id, tickets[2].id]]

    def test_who_is_in_an_audience_for_a_shorter_time_is_not_in_it(self, session: Session) -> None:
        reader = make_reader(session, "north", "south")
        wide, narrow = make_audience(session, "north"), make_audience(session, "south")
        guest = make_person(session, "g@own.example", audiences=("south",))
        people.grant(session, wide, person_id=guest.id, until=TUESDAY + timedelta(1), at=MONDAY)
        tickets = [solved(session, 1, audience="north"), solved(session, 2, audience="south")]

        found = clusters.listed(session, reader, alike(tickets), at=TUESDAY)

        assert [cluster.audience_id for cluster in found] == [wide]
        assert narrow != wide


class TestDraft:
    def test_the_fullest_ticket_gives_the_steps_and_all_are_evidence(
        self, session: Session
    ) -> None:
        reader = make_reader(session)
        tickets = [
            solved(session, 1, resolution="Fixed."),
            solved(session, 2, description="The tunnel breaks off after sixty minutes, error 809."),
            solved(session, 3, title="No VPN any more"),
        ]
        cluster = only_cluster(session, reader, tickets)

        article = drafted(session, reader, cluster)

        view = store.get(session, reader, article.id)
        assert "netsh set mtu=1400" in view.markdown
        assert "breaks off after sixty minutes" in view.markdown
        assert "Since Monday the tunnel is gone" in view.markdown
        told = {item.ticket_id for each in view.statements for item in each.evidence}
        assert told == {ticket.id for ticket in tickets}
        (step,) = (each for each in view.statements if "mtu=1400" in each.text)
        assert {item.ticket_id for item in step.evidence} == {tickets[1].id, tickets[2].id}
        assert all(
            kept.get(session, reader, item.ticket_id) and item.quote
            for each in view.statements
            for item in each.evidence
        )

    def test_it_is_no_use_of_its_tickets_and_they_are_in_no_cluster_again(
        self, session: Session
    ) -> None:
        reader = make_reader(session)
        tickets = [solved(session, number) for number in (1, 2)]
        cluster = only_cluster(session, reader, tickets)

        article = drafted(session, reader, cluster)
        review.publish(session, reader, article.id, at=TUESDAY)

        assert links.reuse(session, reader, [article.id]) == {article.id: 0}
        assert clusters.without_article(session, reader) == []
        review.archive(session, reader, article.id, at=TUESDAY)
        assert clusters.without_article(session, reader) == []
        (outcome, _) = store.outcomes(session, reader, limit=5)
        assert (outcome.decision, outcome.article and outcome.article.id) == (
            Decision.DRAFTED,
            article.id,
        )
        assert drafting.prepare(session, tickets[1].id) is None
        verbs = session.scalars(select(Event.verb).where(Event.subject_id == article.id)).all()
        assert "article.draft" in verbs

    def test_a_second_one_from_the_same_tickets_is_a_conflict(self, session: Session) -> None:
        reader = make_reader(session)
        cluster = only_cluster(session, reader, [solved(session, 1), solved(session, 2)])
        of = clusters.sources(session, reader, cluster, detect=english, at=TUESDAY)
        draft = clusters.written(of, ExtractiveWriter().write)
        clusters.keep(session, reader, cluster, of, draft, detect=english, at=TUESDAY)

        with pytest.raises(clusters.ClusterChanged):
            clusters.keep(session, reader, cluster, of, draft, detect=english, at=TUESDAY)
        assert len(session.scalars(select(ArticleLink)).all()) == 2

    def test_a_ticket_that_changed_meanwhile_is_a_conflict(self, session: Session) -> None:
        reader = make_reader(session)
        cluster = only_cluster(session, reader, [solved(session, 1), solved(session, 2)])
        of = clusters.sources(session, reader, cluster, detect=english, at=TUESDAY)
        draft = clusters.written(of, ExtractiveWriter().write)
        record = ticket_record(
            session,
            external_id="2",
            state=TicketState.CLOSED,
            closed_at=MONDAY,
            resolution="Something else was done.",
        )
        kept.record(session, replace(record, language="en"))

        with pytest.raises(clusters.ClusterChanged):
            clusters.keep(session, reader, cluster, of, draft, detect=english, at=TUESDAY)

    def test_names_in_two_tickets_are_two_placeholders(self, session: Session) -> None:
        reader = make_reader(session)
        tickets = [
            solved(
                session,
                1,
                description="No mail from ida@falk.example has come since Monday, error 5.",
            ),
            solved(session, 2, description="All mail for bo@lund.example is lost since Monday."),
        ]
        cluster = only_cluster(session, reader, tickets)

        view = store.get(session, reader, drafted(session, reader, cluster).id)

        issue = [each.text for each in view.statements if each.section == SectionName.ISSUE]
        assert any("[EMAIL-1]" in text for text in issue)
        assert any("[EMAIL-2]" in text for text in issue)
        originals = {
            each.placeholder: each.original for each in store.replacements(session, reader, view.id)
        }
        assert set(originals.values()) == {"ida@falk.example", "bo@lund.example"}

    def test_tickets_that_say_nothing_are_no_basis(self, session: Session) -> None:
        reader = make_reader(session)
        tickets = [solved(session, number, resolution="Fixed.") for number in (1, 2)]
        cluster = only_cluster(session, reader, tickets)

        with pytest.raises(TooThin):
            drafted(session, reader, cluster)

    def test_internal_messages_that_not_all_readers_may_see_are_not_told(
        self, session: Session
    ) -> None:
        shared = {"audience": "shared", "messages": (message("Secret trick.", internal=True),)}
        tickets = [solved(session, number, **shared) for number in (1, 2)]
        outside = make_reader(session, "shared", email="c@shared.example")
        cluster = only_cluster(session, outside, tickets)

        of = clusters.sources(session, outside, cluster, detect=english, at=TUESDAY)

        assert not any(turn.internal for case in of.cases for turn in case.turns)
        assert of.audience_id == make_audience(session, "shared")
        inside = make_reader(session, "shared", "internal", email="i@own.example")
        for reader in (outside, inside):
            people.grant(
                session, make_audience(session, "shared"), person_id=reader.person_id, at=MONDAY
            )
        both = clusters.sources(session, inside, cluster, detect=english, at=TUESDAY)
        assert any(turn.internal for case in both.cases for turn in case.turns)
        assert both.audience_id == make_audience(session, "internal")

    def test_needs_a_role(self, session: Session) -> None:
        reader = make_reader(session)
        cluster = only_cluster(session, reader, [solved(session, 1), solved(session, 2)])
        person = make_person(session, "first@own.example", roles=(Role.FIRST_LEVEL,))
        agent = reader_of(session, person, at=MONDAY)
        of = clusters.sources(session, reader, cluster, detect=english, at=TUESDAY)
        draft = clusters.written(of, ExtractiveWriter().write)

        with pytest.raises(LicenceMissing):
            clusters.keep(session, agent, cluster, of, draft, detect=english, at=TUESDAY)

    def test_of_tickets_that_one_may_not_see_there_is_none(self, session: Session) -> None:
        cluster = only_cluster(
            session, make_reader(session), [solved(session, 1), solved(session, 2)]
        )
        stranger = make_reader(session, "other", email="x@own.example")

        with pytest.raises(clusters.ClusterChanged):
            clusters.sources(session, stranger, cluster, detect=english, at=TUESDAY)
