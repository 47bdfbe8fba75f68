"""What readers outside the own team of a ticket read of it, and what they find."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from kb import cleaning, faces, people, redaction, tickets
from kb.models import AuthorRole, Document, OrganisationKind, Ticket
from kb.visibility import Reader, reader_of, shown_documents
from tests.factories import MONDAY, make_audience, make_person, make_ticket, message

NETS = "Nordwind Netze"
PLANTED = (
    "Petra Sommerfeld",
    "petra.sommerfeld@own.example",
    "+49 30 1234567",
    "Lindenstraße 12, 10969 Berlin",
    "DE89370400440532013000",
    "Tr0mpete!42",
    "ghp_abcdefghijklmnopqrstuvwxyz0123456789",
    "10.20.30.40",
    "srv-db-07",
)
"""Of our own company, in a ticket that others read as well."""


def outsider(session: Session, name: str = NETS, *audiences: str) -> Reader:
    """An engineer of another company, whose audience was granted to the company."""
    made = people.put_organisation(session, name, OrganisationKind.CONTRACTOR)
    for audience in audiences or (NETS,):
        people.grant(session, make_audience(session, audience), organisation_id=made.id, at=MONDAY)
    person = make_person(
        session,
        f"kim@{name.split(maxsplit=1)[0].lower()}.example",
        organisation=name,
        kind=OrganisationKind.CONTRACTOR,
        audiences=(),
    )
    return reader_of(session, person, at=MONDAY)


def insider(session: Session) -> Reader:
    """A colleague, who reads all audiences."""
    person = make_person(session, "alex@own.example", audiences=(people.INTERNAL, NETS))
    return reader_of(session, person, at=MONDAY)


def shared_ticket(session: Session, **changes: object) -> Ticket:
    text = (
        "Petra Sommerfeld (petra.sommerfeld@own.example, +49 30 1234567) reports 0x80070035 since"
        " Monday.\nAdresse: Lindenstraße 12, 10969 Berlin\nIBAN DE89370400440532013000"
    )
    made: dict[str, object] = {
        "title": "Petra Sommerfeld cannot reach srv-db-07",
        "description": text,
        "environment": "server srv-db-07 at 10.20.30.40",
        "item": "srv-db-07",
        "organisation": "Own",
        "resolution": "Set the password: Tr0mpete!42 and restarted srv-db-07.",
        "messages": (
            message("token ghp_abcdefghijklmnopqrstuvwxyz0123456789", author="Petra Sommerfeld"),
            message("The margin is 40 %.", author="Olga Intern", internal=True),
        ),
    }
    return make_ticket(session, audience=NETS, **made | changes)


def found(session: Session, reader: Reader) -> str:
    """All that search may show to `reader`."""
    rows = session.scalars(select(Document).where(shown_documents(reader))).all()
    fields = ("title", "body", "discussion", "resolution", "item", "link", "queue", "category")
    return "\n".join(str(getattr(row, field)) for row in rows for field in fields)


class TestOutside:
    @pytest.mark.parametrize("planted", PLANTED)
    def test_nothing_private_is_found_or_read(self, session: Session, planted: str) -> None:
        ticket = shared_ticket(session)
        reader = outsider(session)

        assert planted not in found(session, reader)
        assert planted not in repr(faces.of(reader, ticket))

    @pytest.mark.parametrize("planted", [*PLANTED, "margin is 40 %"])
    def test_its_own_team_finds_and_reads_it_as_it_is(self, session: Session, planted: str) -> None:
        ticket = shared_ticket(session)
        reader = insider(session)

        assert planted in found(session, reader)
        assert planted in repr(faces.of(reader, ticket))

    def test_error_codes_stay(self, session: Session) -> None:
        ticket = shared_ticket(session)
        reader = outsider(session)

        assert "0x80070035" in found(session, reader)
        assert "0x80070035" in faces.of(reader, ticket).description

    def test_a_role_stands_for_the_author(self, session: Session) -> None:
        face = faces.of(outsider(session), shared_ticket(session))

        assert [(one.author, one.role) for one in face.messages] == [(None, AuthorRole.AGENT)]

    def test_an_internal_message_changes_nothing_of_what_they_read(self, session: Session) -> None:
        note = message("Ask Quinn.", author="Quinn Vogel", internal=True)
        text = message("We asked Quinn Vogel.")
        reader = outsider(session)

        with_note = faces.of(reader, make_ticket(session, audience=NETS, messages=(text, note)))
        read = [one.text for one in with_note.messages]
        without = faces.of(reader, make_ticket(session, audience=NETS, messages=(text,)))

        assert read == [one.text for one in without.messages]

    def test_internal_readers_who_may_not_see_the_ticket_find_none_of_it(
        self, session: Session
    ) -> None:
        shared_ticket(session)
        person = make_person(session, "ada@own.example", audiences=(people.INTERNAL,))

        assert found(session, reader_of(session, person, at=MONDAY)) == ""

    def test_a_quote_hides_what_the_text_hides(self, session: Session) -> None:
        ticket = shared_ticket(session)
        end = len(ticket.title)

        for reader, expected in (
            (outsider(session), "[PERSON-1] cannot reach [HOST-1]"),
            (insider(session), ticket.title),
        ):
            quoted = faces.quote(reader, ticket, 0, end, field="title", message=None)
            assert quoted == expected

    def test_no_internal_message_is_quoted(self, session: Session) -> None:
        ticket = shared_ticket(session)
        note = ticket.messages[1]

        assert (
            faces.quote(outsider(session), ticket, 0, 10, field="message", message=note.id) is None
        )
        assert (
            faces.quote(insider(session), ticket, 0, 10, field="message", message=note.id)
            == note.text[:10]
        )


class TestOwnCompany:
    def theirs(self, session: Session) -> Ticket:
        return shared_ticket(
            session,
            organisation=NETS,
            description="Our gateway nw-gw-03 drops. My password: Tr0mpete!42",
            messages=(message("We see it on srv-vpn-11 too.", author="Petra Sommerfeld"),),
        )

    def test_finds_its_ticket_by_its_own_machines_and_not_by_ours(self, session: Session) -> None:
        reader = outsider(session)
        self.theirs(session)

        text = found(session, reader)
        assert "nw-gw-03" in text
        assert "srv-vpn-11" not in text
        assert "Tr0mpete!42" not in text

    def test_its_machines_are_gone_as_soon_as_another_company_may_read_it(
        self, session: Session
    ) -> None:
        outsider(session)
        self.theirs(session)
        other = outsider(session, "Suedlicht Service")

        assert "nw-gw-03" not in found(session, other)
        assert tickets.clean_again(session, limit=10) == 1
        assert "drops" in found(session, other)
        assert "nw-gw-03" not in found(session, other)

    def test_a_grant_that_changes_nothing_cleans_nothing(self, session: Session) -> None:
        reader = outsider(session)
        self.theirs(session)
        outsider(session, NETS)

        assert cleaning.behind(session, limit=1) == []
        assert "nw-gw-03" in found(session, reader)


class TestRules:
    def test_older_rules_are_applied_again(
        self, session: Session, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(redaction, "find", lambda _text, _known: ())
        ticket = shared_ticket(session)
        reader = outsider(session)
        assert "srv-db-07" in found(session, reader)
        monkeypatch.undo()
        monkeypatch.setattr(redaction, "RULES", redaction.RULES + 1)

        assert "srv-db-07" not in repr(faces.of(reader, ticket))
        assert tickets.clean_again(session, limit=10) == 1

        assert "srv-db-07" not in found(session, reader)
        assert tickets.clean_again(session, limit=10) == 0

    def test_the_same_text_gives_the_same_placeholders(self, session: Session) -> None:
        first = faces.outside(shared_ticket(session))
        again = faces.outside(shared_ticket(session, updated_at=MONDAY + timedelta(days=1)))

        assert (first.title, first.description) == (again.title, again.description)
