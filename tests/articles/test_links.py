from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from articles import links, review, store
from articles.links import LinkRate
from articles.models import Article, ArticleLink, LinkOutcome, LinkRole
from kb import tickets
from kb.models import Event, TicketState
from kb.visibility import Reader, RoleMissing, reader_of
from tests.articles.writing import make_draft
from tests.factories import MONDAY, make_audience, make_person, make_reader, make_ticket

TUESDAY = MONDAY + timedelta(days=1)


def published(session: Session, reader: Reader, audience: str = "internal") -> Article:
    article = make_draft(session)
    wanted = make_audience(session, audience)
    review.publish(session, reader, article.id, audience_id=wanted, at=MONDAY)
    return article


class TestLink:
    def test_is_seen_from_both_sides(self, session: Session) -> None:
        reader = make_reader(session)
        article, ticket = published(session, reader), make_ticket(session, external_id="INC7")

        links.link(session, reader, ticket.id, article.id, role=LinkRole.RESOLVED_BY, at=TUESDAY)

        (linked,) = links.of_ticket(session, reader, ticket.id)
        assert (linked.number, linked.role, linked.person_id) == (
            "KB-1",
            LinkRole.RESOLVED_BY,
            reader.person_id,
        )
        from_article = links.of_article(session, reader, article.id)
        assert [(row.number, row.role.value) for row in from_article] == [
            ("INC7", "resolved_by"),
            ("1", "created_from"),
        ]

    def test_again_changes_the_outcome_alone(self, session: Session) -> None:
        reader = make_reader(session)
        article, ticket = published(session, reader), make_ticket(session, external_id="INC7")

        for outcome in (LinkOutcome.UNKNOWN, LinkOutcome.SOLVED, LinkOutcome.SOLVED):
            links.link(
                session,
                reader,
                ticket.id,
                article.id,
                role=LinkRole.REFERENCE,
                outcome=outcome,
                at=TUESDAY,
            )

        (linked,) = links.of_ticket(session, reader, ticket.id)
        assert linked.outcome is LinkOutcome.SOLVED
        verbs = session.scalars(select(Event.verb).where(Event.verb == "article.link")).all()
        assert len(verbs) == 2

    def test_can_be_taken_back(self, session: Session) -> None:
        reader = make_reader(session)
        article, ticket = published(session, reader), make_ticket(session, external_id="INC7")
        role = LinkRole.RESOLVED_BY
        links.link(session, reader, ticket.id, article.id, role=role, at=TUESDAY)

        for _ in range(2):
            links.unlink(session, reader, ticket.id, article.id, role=role, at=TUESDAY)

        assert links.of_ticket(session, reader, ticket.id) == []
        assert session.scalar(select(func.count(ArticleLink.id))) == 1  # created from

    def test_needs_a_role_and_both_to_be_visible(self, session: Session) -> None:
        reader = make_reader(session)
        article, ticket = published(session, reader), make_ticket(session, external_id="INC7")
        hidden = make_ticket(session, external_id="INC8", audience="payroll")
        person = make_person(session, "r@own.example", roles=())
        only_reads = reader_of(session, person, at=MONDAY)
        blind = make_reader(session, "payroll", email="p@own.example")
        role = LinkRole.RESOLVED_BY

        with pytest.raises(RoleMissing):
            links.link(session, only_reads, ticket.id, article.id, role=role, at=TUESDAY)
        with pytest.raises(tickets.TicketNotFound):
            links.link(session, reader, hidden.id, article.id, role=role, at=TUESDAY)
        with pytest.raises(store.ArticleNotFound):
            links.link(session, blind, hidden.id, article.id, role=role, at=TUESDAY)
        with pytest.raises(links.NotForPeople):
            links.link(
                session, reader, ticket.id, article.id, role=LinkRole.CREATED_FROM, at=TUESDAY
            )

    def test_a_contractor_sees_neither_hidden_articles_nor_hidden_tickets(
        self, session: Session
    ) -> None:
        reader = make_reader(session, "internal", "contractor")
        article = published(session, reader, "contractor")
        shared = make_ticket(session, external_id="INC7", audience="contractor")
        secret = make_ticket(session, external_id="INC8")
        for ticket in (shared, secret):
            links.link(
                session, reader, ticket.id, article.id, role=LinkRole.RESOLVED_BY, at=TUESDAY
            )
        person = make_person(session, "c@c.example", roles=(), audiences=("contractor",))
        contractor = reader_of(session, person, at=MONDAY)

        assert [row.number for row in links.of_article(session, contractor, article.id)] == ["INC7"]
        assert links.reuse(session, contractor, [article.id]) == {article.id: 1}
        assert links.reuse(session, reader, [article.id]) == {article.id: 2}
        review.archive(session, reader, article.id, at=TUESDAY)
        assert links.of_ticket(session, contractor, shared.id) == []


class TestFigures:
    def test_an_article_is_no_evidence_for_itself(self, session: Session) -> None:
        reader = make_reader(session)
        article = published(session, reader)
        assert article.ticket_id is not None

        links.link(
            session, reader, article.ticket_id, article.id, role=LinkRole.RESOLVED_BY, at=TUESDAY
        )

        assert links.reuse(session, reader, [article.id, 99]) == {article.id: 0, 99: 0}

    def test_link_rate_counts_what_helped(self, session: Session) -> None:
        reader = make_reader(session)
        article = published(session, reader)  # closed on Monday, linked as created from
        closed: dict[str, Any] = {"state": TicketState.CLOSED, "closed_at": MONDAY}
        helped = make_ticket(session, external_id="2", **closed)
        failed = make_ticket(session, external_id="3", **closed)
        make_ticket(session, external_id="4", **closed)
        make_ticket(session, external_id="5")
        make_ticket(session, external_id="6", state=TicketState.CLOSED, closed_at=TUESDAY)
        for ticket, outcome in (
            (helped, LinkOutcome.SOLVED),
            (failed, LinkOutcome.DID_NOT_HELP),
        ):
            links.link(
                session,
                reader,
                ticket.id,
                article.id,
                role=LinkRole.RESOLVED_BY,
                outcome=outcome,
                at=TUESDAY,
            )

        assert links.link_rate(session, reader, since=MONDAY, until=TUESDAY) == LinkRate(4, 2)
