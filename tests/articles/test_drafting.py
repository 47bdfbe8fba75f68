from datetime import timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from articles import drafting, store
from articles.models import Article, ArticleState, Decision
from articles.ports import Part
from kb import people, tickets
from kb.db import Database
from kb.models import AuthorRole, OrganisationKind, TicketState
from kb.visibility import reader_of
from tests.articles.writing import STEPS, QuotingWriter, draft, make_draft, make_internal_draft
from tests.factories import MONDAY, make_audience, make_person, make_reader, make_ticket, message


class TestPrepare:
    def test_gives_the_texts_in_their_order(self, session: Session) -> None:
        ticket = make_ticket(
            session,
            state=TicketState.CLOSED,
            resolution="Done so.",
            item="srv-mail01",
            organisation="Ahrens GmbH",
            messages=(
                message("asked", author="Ida Falk"),
                message("noted", internal=True, accepted=True),
            ),
        )

        case = drafting.prepare(session, ticket.id)

        assert case is not None
        assert [(t.part, t.text, t.internal) for t in case.turns] == [
            (Part.DESCRIPTION, ticket.description, False),
            (Part.MESSAGE, "asked", False),
            (Part.MESSAGE, "noted", True),
            (Part.RESOLUTION, "Done so.", False),
        ]
        assert case.turns[1].role is AuthorRole.AGENT
        assert (case.people, case.organisations) == (("Ida Falk",), ("Ahrens GmbH",))
        assert case.hosts == ("srv-mail01",)
        assert case.text(Part.MESSAGE, ticket.messages[1].id) == "noted"

    def test_an_open_ticket_and_a_drafted_one_give_nothing(self, session: Session) -> None:
        open_ticket = make_ticket(session, external_id="open")
        drafted = make_draft(session)

        assert drafting.prepare(session, open_ticket.id) is None
        assert drafted.ticket_id is not None
        assert drafting.prepare(session, drafted.ticket_id) is None
        assert drafting.prepare(session, 999) is None

    def test_the_language_is_detected_where_the_source_is_silent(self, session: Session) -> None:
        ticket = make_ticket(session, state=TicketState.CLOSED)

        for detected, language in (("nl", "nl"), ("und", "en")):
            case = drafting.prepare(session, ticket.id, detect=lambda _, d=detected: d)  # type: ignore[misc]  # a default argument in a lambda
            assert case is not None
            assert case.language == language

    def test_a_contractor_among_the_readers_makes_it_external(self, session: Session) -> None:
        make_person(
            session,
            "c@contractor.example",
            organisation="Contractor",
            kind=OrganisationKind.CONTRACTOR,
            audiences=("contractor",),
        )
        make_person(session, audiences=("internal",))
        shared = make_ticket(session, audience="contractor", state=TicketState.CLOSED)
        own = make_ticket(session, external_id="2", state=TicketState.CLOSED)

        cases = [drafting.prepare(session, ticket.id) for ticket in (shared, own)]

        assert [case.external for case in cases if case] == [True, False]

    def test_a_team_of_a_contractor_counts_as_outside(self, session: Session) -> None:
        other = people.put_organisation(session, "Contractor", OrganisationKind.CONTRACTOR)
        team = people.put_team(session, "Field", level=2, organisation_id=other.id)
        audience = make_audience(session, "field")
        people.grant(session, audience, team_id=team.id, at=MONDAY)
        session.flush()  # the question must find the grant

        assert drafting.read_outside(session, audience)


class TestKeep:
    def test_statements_point_to_their_words(self, session: Session) -> None:
        article = make_draft(session)

        view = store.get(session, make_reader(session), article.id)

        assert view.number == "KB-1"
        assert view.state is ArticleState.DRAFT
        assert view.markdown.splitlines()[:2] == ["## Issue", ""]
        assert "1. Set the MTU of the tunnel to 1400." in view.markdown
        assert [s.section for s in view.statements] == ["title", "issue", *["resolution"] * 2]
        for statement in view.statements:
            assert statement.supported
            assert [e.quote for e in statement.evidence] == [statement.text]

    @pytest.mark.parametrize(
        ("item", "product"),
        [
            ("Outlook", "Outlook"),
            ("srv-mail01", None),
            ("Notebook of Ida Falk", None),
            (None, None),
        ],
    )
    def test_the_item_is_its_product_unless_it_names_a_machine_or_somebody(
        self, session: Session, item: str | None, product: str | None
    ) -> None:
        said = (message("It works again.", author="Ida Falk"),)

        assert make_draft(session, item=item, messages=said).product == product

    def test_twice_is_one_draft(self, session: Session) -> None:
        first = make_draft(session)
        assert first.ticket_id is not None

        assert draft(session, QuotingWriter(), first.ticket_id, at=MONDAY) is None

        assert session.scalar(select(func.count(Article.id))) == 1

    def test_cut_off_before_the_job_is_done_it_runs_again(self, database: Database) -> None:
        """Two workers prepare the same ticket, because the first one died or was too slow."""
        with database.write() as session:
            ticket = make_ticket(session, state=TicketState.CLOSED, resolution=STEPS)
        with database.read() as session:
            case = drafting.prepare(session, ticket.id)
        assert case is not None
        written = QuotingWriter().write(case)

        for _ in range(2):
            with database.write() as session:
                drafting.keep(session, case, written, at=MONDAY)

        with database.read() as session:
            assert session.scalar(select(func.count(Article.id))) == 1

    def test_a_ticket_that_changed_meanwhile_is_written_again(self, session: Session) -> None:
        ticket = make_ticket(session, state=TicketState.CLOSED, resolution=STEPS)
        case = drafting.prepare(session, ticket.id)
        assert case is not None
        ticket.resolution = "Something else."

        with pytest.raises(drafting.TicketChanged):
            drafting.keep(session, case, QuotingWriter().write(case), at=MONDAY)


class TestAudience:
    def test_is_the_tickets(self, session: Session) -> None:
        article = make_draft(
            session, audience="contractor", messages=(message("secret", internal=True),)
        )

        assert article.audience_id == make_audience(session, "contractor")

    def test_is_internal_as_soon_as_an_internal_message_is_evidence(self, session: Session) -> None:
        make_person(session, audiences=("contractor", "internal"))

        article = make_internal_draft(session)

        assert article.audience_id == make_audience(session, "internal")

    def test_stays_with_a_team_whose_internal_messages_others_may_read_too(
        self, session: Session
    ) -> None:
        make_person(session, "hr@own.example", audiences=("hr", "internal"))
        insider = make_reader(session, email="insider@own.example")

        article = make_internal_draft(session, "hr", "seen in the file")

        assert article.audience_id == make_audience(session, "hr")
        assert "seen in the file" in article.versions[0].markdown
        with pytest.raises(store.ArticleNotFound):
            store.get(session, insider, article.id)

    def test_has_no_internal_message_where_nobody_is_known_to_read_it_with_the_ticket(
        self, session: Session
    ) -> None:
        make_person(session, "hr@own.example", audiences=("hr",))
        insider = make_reader(session, email="insider@own.example")

        article = make_draft(
            session,
            QuotingWriter(Part.MESSAGE),
            audience="hr",
            messages=(message("of the service desk", internal=True), message("said to all")),
        )

        markdown = article.versions[0].markdown
        assert article.audience_id == make_audience(session, "hr")
        assert "said to all" in markdown
        assert "of the service desk" not in markdown
        with pytest.raises(store.ArticleNotFound):
            store.get(session, insider, article.id)

    def test_a_contractor_sees_no_draft_of_their_own_ticket(self, session: Session) -> None:
        article = make_draft(session, audience="contractor")
        person = make_person(session, "c@contractor.example", roles=(), audiences=("contractor",))
        contractor = reader_of(session, person, at=MONDAY)

        assert store.listed(session, contractor, limit=10) == []
        assert store.waiting(session, contractor, limit=10) == []
        with pytest.raises(store.ArticleNotFound):
            store.get(session, contractor, article.id)

    def test_that_there_is_a_draft_is_told_to_nobody_else(self, session: Session) -> None:
        make_person(session, audiences=("contractor", "internal"))
        article = make_internal_draft(session)
        contractor = make_reader(session, "contractor", email="c@contractor.example")
        colleague = make_reader(session, "contractor", "internal", email="i@own.example")

        (outcome,) = store.outcomes(session, colleague, limit=10)

        assert outcome.article is not None
        assert outcome.article.id == article.id
        assert store.outcomes(session, contractor, limit=10) == []

    def test_evidence_in_an_internal_message_is_hidden_with_its_draft(
        self, session: Session
    ) -> None:
        make_person(session, audiences=("contractor", "internal"))
        article = make_internal_draft(session)
        insider = make_reader(session, email="insider@own.example")  # came later, and to one alone

        view = store.get(session, insider, article.id)

        assert all(statement.supported for statement in view.statements)
        assert all(statement.evidence == () for statement in view.statements)


class TestTooThin:
    def test_is_recorded_with_what_is_missing(self, session: Session) -> None:
        ticket = make_ticket(session, state=TicketState.CLOSED, resolution="Fixed.")

        assert draft(session, QuotingWriter(), ticket.id, at=MONDAY) is None

        (outcome,) = store.outcomes(session, make_reader(session), limit=10)
        assert (outcome.decision, outcome.missing) == (Decision.TOO_THIN, ("step",))
        assert session.scalar(select(func.count(Article.id))) == 0

    def test_a_better_resolution_later_is_drafted(self, session: Session) -> None:
        ticket = make_ticket(session, state=TicketState.CLOSED, resolution="Fixed.")
        draft(session, QuotingWriter(), ticket.id, at=MONDAY)
        ticket.resolution = STEPS

        draft(session, QuotingWriter(), ticket.id, at=MONDAY + timedelta(days=1))

        (outcome,) = store.outcomes(session, make_reader(session), limit=10)
        assert (outcome.decision, outcome.missing) == (Decision.DRAFTED, ())

    def test_is_not_told_to_others(self, session: Session) -> None:
        ticket = make_ticket(session, state=TicketState.CLOSED, resolution="Fixed.")
        draft(session, QuotingWriter(), ticket.id, at=MONDAY)

        assert store.outcomes(session, make_reader(session, "other"), limit=10) == []


def test_a_message_taken_back_leaves_the_draft_without_that_evidence(session: Session) -> None:
    article = make_draft(session, QuotingWriter(Part.MESSAGE), messages=(message("asked"),))
    make_ticket(session, state=TicketState.CLOSED, resolution=STEPS)
    session.flush()  # the message goes
    session.expire_all()

    view = store.get(session, make_reader(session), article.id)

    (gone,) = [statement for statement in view.statements if statement.text == "asked"]
    assert gone.supported
    assert gone.evidence == ()
    assert tickets.get(session, make_reader(session), article.ticket_id or 0).messages == []
