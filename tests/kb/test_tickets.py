from datetime import timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from kb import tickets
from kb.models import Document, DocumentKind, Job, TicketState
from tests.factories import MONDAY, make_reader, make_ticket, message, ticket_record


def documents(session: Session, kind: DocumentKind) -> list[Document]:
    return list(session.scalars(select(Document).where(Document.kind == kind)))


class TestRecord:
    def test_the_same_again_changes_nothing(self, session: Session) -> None:
        record = ticket_record(session, messages=(message("Rebooted the router."),))
        tickets.record(session, record)
        revision = documents(session, DocumentKind.TICKET)[0].revision

        _, outcome = tickets.record_all(session, [record])

        assert outcome == tickets.Recorded(new=0, changed=0, unchanged=1)
        assert documents(session, DocumentKind.TICKET)[0].revision == revision

    def test_a_changed_one_updates_its_row(self, session: Session) -> None:
        first = make_ticket(session)

        second = make_ticket(session, title="VPN drops every two hours")

        assert second.id == first.id
        (document,) = documents(session, DocumentKind.TICKET)
        assert (document.title, document.revision) == ("VPN drops every two hours", 2)

    def test_of_two_with_one_name_the_later_counts(self, session: Session) -> None:
        pair = [ticket_record(session, title=title) for title in ("old", "new")]

        stored, outcome = tickets.record_all(session, pair)

        assert [ticket.title for ticket in stored] == ["new"]
        assert outcome.new == 1

    def test_rows_of_messages_survive_a_further_message(self, session: Session) -> None:
        ticket = make_ticket(session, messages=(message("one"),))
        kept = ticket.messages[0].id

        make_ticket(session, messages=(message("one"), message("two")))

        assert ticket.messages[0].id == kept
        assert [m.text for m in ticket.messages] == ["one", "two"]

    def test_internal_messages_go_to_a_document_of_their_own(self, session: Session) -> None:
        make_ticket(
            session,
            audience="contractor",
            messages=(message("seen by all"), message("margin is 40 %", internal=True)),
        )

        (shared,) = documents(session, DocumentKind.TICKET)
        (internal,) = documents(session, DocumentKind.INTERNAL)
        assert shared.discussion == "seen by all"
        assert internal.discussion == "seen by all\n\nmargin is 40 %"
        assert shared.audience_id != internal.audience_id

    def test_an_unknown_internal_flag_means_internal(self) -> None:
        assert tickets.MessageRecord(text="x", at=MONDAY).internal


class TestGet:
    def test_invisible_and_absent_read_the_same(self, session: Session) -> None:
        hidden = make_ticket(session, audience="payroll")
        reader = make_reader(session, "network")

        with pytest.raises(tickets.TicketNotFound, match=f"no ticket {hidden.id}"):
            tickets.get(session, reader, hidden.id)
        with pytest.raises(tickets.TicketNotFound, match="no ticket 999"):
            tickets.get(session, reader, 999)

    def test_a_contractor_reads_no_internal_message(self, session: Session) -> None:
        ticket = make_ticket(
            session, audience="contractor", messages=(message("a"), message("b", internal=True))
        )
        contractor = make_reader(session, "contractor")
        own = make_reader(session, "contractor", "internal", email="own@own.example")

        assert [m.text for m in tickets.readable_messages(contractor, ticket)] == ["a"]
        assert [m.text for m in tickets.readable_messages(own, ticket)] == ["a", "b"]


class TestClose:
    def test_second_level_promises_one_draft(self, session: Session) -> None:
        ticket = make_ticket(session, level=2)

        promised = tickets.close(session, make_reader(session), ticket, "Fixed MTU.", at=MONDAY)

        assert promised
        assert session.scalars(select(Job.kind)).all() == ["draft"]
        assert documents(session, DocumentKind.TICKET)[0].resolution == "Fixed MTU."

    def test_first_level_promises_none(self, session: Session) -> None:
        ticket = make_ticket(session, level=1)

        assert not tickets.close(session, make_reader(session), ticket, "Rebooted.", at=MONDAY)
        assert session.scalar(select(func.count(Job.id))) == 0

    def test_twice_is_a_conflict(self, session: Session) -> None:
        ticket, reader = make_ticket(session), make_reader(session)
        tickets.close(session, reader, ticket, "Rebooted.", at=MONDAY)

        with pytest.raises(tickets.TicketAlreadyClosed, match="closed at 2026-01-05"):
            tickets.close(session, reader, ticket, "Again.", at=MONDAY + timedelta(days=1))

        assert ticket.state is TicketState.CLOSED
        assert ticket.resolution == "Rebooted."
