"""Makers of rows with sensible defaults; a test names only what it is about."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from sqlalchemy.orm import Session

from kb import people, tickets
from kb.models import AuthorRole, OrganisationKind, Person, Role, Ticket
from kb.tickets import MessageRecord, TicketRecord
from kb.visibility import Reader, reader_of

MONDAY = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)


def make_audience(session: Session, name: str = people.INTERNAL) -> int:
    """The id of the audience called `name`, made if need be."""
    return people.put_audience(session, name).id


def make_person(
    session: Session,
    email: str = "agent@own.example",
    *,
    organisation: str = "Own",
    kind: OrganisationKind = OrganisationKind.OWN,
    roles: tuple[Role, ...] = (Role.FIRST_LEVEL, Role.SECOND_LEVEL, Role.PUBLISHER),
    audiences: tuple[str, ...] = (people.INTERNAL,),
) -> Person:
    """A person who may read the given audiences."""
    own = people.put_organisation(session, organisation, kind)
    person = people.put_person(
        session, email, name=email.split("@", maxsplit=1)[0], organisation_id=own.id, roles=roles
    )
    for name in audiences:
        people.grant(session, make_audience(session, name), person_id=person.id, at=MONDAY)
    session.flush()  # reader_of must find the grants
    return person


def make_reader(session: Session, *audiences: str, email: str = "reader@own.example") -> Reader:
    """A reader of exactly the given audiences."""
    person = make_person(session, email, audiences=audiences or (people.INTERNAL,))
    return reader_of(session, person, at=MONDAY)


def ticket_record(
    session: Session, *, audience: str = people.INTERNAL, **changes: Any
) -> TicketRecord:
    """A ticket of `audience` as a source would deliver it."""
    base = TicketRecord(
        source="test",
        external_id="1",
        title="VPN drops every hour",
        description="Since Monday the tunnel is gone after an hour.",
        audience_id=make_audience(session, audience),
        internal_audience_id=make_audience(session),
        opened_at=MONDAY,
        updated_at=MONDAY,
    )
    return replace(base, **changes)


def make_ticket(session: Session, *, audience: str = people.INTERNAL, **changes: Any) -> Ticket:
    """A stored ticket of `audience`; `changes` are fields of TicketRecord."""
    return tickets.record(session, ticket_record(session, audience=audience, **changes))


def message(text: str, *, internal: bool = False, **changes: Any) -> MessageRecord:
    """A message of an agent."""
    return MessageRecord(text=text, at=MONDAY, role=AuthorRole.AGENT, internal=internal, **changes)
