"""Handing a ticket over to another team or company, and reading what was handed over."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, and_, func, select
from sqlalchemy.orm import Session

from kb import events, people, sharing, tickets
from kb.errors import Conflict, NotAllowed
from kb.escalation_rules import Receiver
from kb.models import (
    SOLVED,
    DocumentKind,
    Escalation,
    Impact,
    Organisation,
    OrganisationKind,
    Person,
    Role,
    Team,
    Ticket,
)
from kb.tickets import SECOND_LEVEL
from kb.visibility import Reader, visible_tickets

HIGHEST = 3
"""The last support level."""

MAY_ESCALATE = (Role.FIRST_LEVEL, Role.SECOND_LEVEL, Role.ADMINISTRATOR)


class OwnPeopleOnly(NotAllowed):
    """Another company does not decide who works on a ticket, or who reads it."""


class TicketIsSolved(Conflict):
    """A solved ticket needs nobody else; reopen it to escalate it."""


class EscalatedMeanwhile(Conflict):
    """Somebody has escalated the ticket since this form was opened."""


class NothingToShare(Conflict):
    """The receiver is of our own company, or may read the ticket already."""


@dataclass(frozen=True, slots=True)
class Destination:
    """Where a ticket goes: a team, a whole company, or a level of our own."""

    team: Team | None
    organisation: Organisation | None
    level: int

    @property
    def name(self) -> str:
        """What people call it; empty for a level of our own."""
        if self.team is not None:
            return self.team.name
        return self.organisation.name if self.organisation else ""

    @property
    def external(self) -> bool:
        """Whether it is outside our own company."""
        return self.organisation is not None and self.organisation.kind is not OrganisationKind.OWN


@dataclass(frozen=True, slots=True, kw_only=True)
class Packet:
    """All that goes with a ticket; its texts are as the receiver may read them."""

    rules_number: int
    rule: str
    impact: Impact
    category: str | None
    language: str
    answers: Mapping[str, str]
    tried: Sequence[Mapping[str, str]]
    suggested: Sequence[tuple[DocumentKind, int, str]]
    """What a search found, best first: kind, id of its origin, band."""
    text: str


@dataclass(frozen=True, slots=True)
class Escalated:
    """An escalation as its reader may see it."""

    row: Escalation
    by: str
    to: str
    """The team and its company, or the company; empty: a level of our own."""
    shared_with: str | None
    """The company that may read the ticket since then."""


def may_escalate(reader: Reader) -> bool:
    """Whether `reader` may hand tickets over."""
    return bool(reader.roles & {*MAY_ESCALATE}) and not reader.outside


def must_escalate(reader: Reader) -> None:
    """Stop here unless `reader` may hand tickets over.

    Raises:
        RoleMissing: they do not work on tickets.
        OwnPeopleOnly: they are of another company: whom else a ticket concerns is ours to say.
    """
    reader.must_have(*MAY_ESCALATE)
    if reader.outside:
        raise OwnPeopleOnly("tickets are handed over by people of our own company")


def destination(session: Session, ticket: Ticket, to: Receiver) -> Destination:
    """Whom the rule means for `ticket`; a level of our own is one above that of the ticket.

    Raises:
        TeamNotFound, OrganisationNotFound: there is no such any more.
    """
    if to.team is not None:
        team = people.team(session, to.team)
        return Destination(team, session.get_one(Organisation, team.organisation_id), team.level)
    if to.company is not None:
        return Destination(None, people.organisation(session, to.company), SECOND_LEVEL)
    return Destination(None, None, max(to.level or SECOND_LEVEL, min(ticket.level + 1, HIGHEST)))


def readable(session: Session, ticket: Ticket, to: Destination) -> bool:
    """Whether the receiver may read the ticket as things are."""
    if to.organisation is None:
        return True
    return sharing.reads(session, ticket.audience_id, to.organisation, to.team)


def share(
    session: Session, reader: Reader, ticket: Ticket, to: Destination, *, at: datetime
) -> int:
    """Let the company that the ticket goes to read it; see `sharing.share`.

    Raises:
        NothingToShare: there is nothing to decide.
        NotShareable: nobody was granted the audience of the ticket.
    """
    if to.organisation is None or not to.external or readable(session, ticket, to):
        raise NothingToShare("the receiver needs no decision to read this ticket")
    return sharing.share(session, reader, ticket, to.organisation, at=at)


def open_for(
    session: Session, reader: Reader, ticket_id: int, *, after: int | None = None
) -> Ticket:
    """The ticket, kept from everybody else until the escalation is written.

    Args:
        session: a transaction that may write.
        reader: who escalates it.
        ticket_id: the ticket.
        after: id of the last escalation that they know of, 0 for none; None: it does not matter.

    Raises:
        RoleMissing, OwnPeopleOnly: `reader` may not escalate.
        TicketNotFound: it is absent or invisible.
        TicketIsSolved: there is nothing left to do.
        EscalatedMeanwhile: there is a newer escalation than `after`.
    """
    must_escalate(reader)
    ticket = tickets.get(session, reader, ticket_id)
    session.refresh(ticket, ["state", "level", "audience_id"], with_for_update=True)
    if ticket.state in SOLVED:
        raise TicketIsSolved(f"ticket {ticket.external_id} is solved")
    if after is not None and last(session, reader, ticket_id) != after:
        raise EscalatedMeanwhile(f"ticket {ticket.external_id} was escalated a moment ago")
    return ticket


def record(
    session: Session,
    reader: Reader,
    ticket: Ticket,
    to: Destination,
    packet: Packet,
    *,
    shared_from: int | None,
    at: datetime,
) -> Escalation:
    """Keep the packet and let the ticket be the receiver's; `ticket` is from `open_for`."""
    if reader.person_id is None:
        raise people.PersonNotFound("nobody is asking")
    row = Escalation(
        ticket_id=ticket.id,
        person_id=reader.person_id,
        at=at,
        rules_number=packet.rules_number,
        rule=packet.rule,
        team_id=to.team.id if to.team else None,
        organisation_id=to.organisation.id if to.organisation else None,
        level_before=ticket.level,
        level_after=to.level,
        category=packet.category,
        impact=packet.impact,
        language=packet.language,
        answers=dict(packet.answers),
        tried=[dict(step) for step in packet.tried],
        suggested=[
            {"kind": kind.value, "origin_id": origin_id, "band": band}
            for kind, origin_id, band in packet.suggested
        ],
        text=packet.text,
        audience_id=ticket.audience_id,
        shared_from_id=shared_from,
    )
    session.add(row)
    tickets.hand_over(session, ticket, level=to.level, queue=to.name or None, at=at)
    session.flush()  # the event and the caller need the id
    events.record(
        session,
        "ticket.escalate",
        person_id=reader.person_id,
        subject="ticket",
        subject_id=ticket.id,
        at=at,
        detail=f"escalation={row.id} team={row.team_id} organisation={row.organisation_id}"
        f" level={row.level_before}>{row.level_after}",
    )
    return row


def last(session: Session, reader: Reader, ticket_id: int) -> int:
    """The id of the newest escalation of a ticket that `reader` may read; 0: there is none."""
    newest = (
        select(func.max(Escalation.id))
        .join(Ticket, Ticket.id == Escalation.ticket_id)
        .where(Escalation.ticket_id == ticket_id, visible_escalations(reader))
    )
    return session.scalar(newest) or 0


def visible_escalations(reader: Reader) -> ColumnElement[bool]:
    """The WHERE clause for escalations that `reader` may read, in a query that joins Ticket."""
    return and_(visible_tickets(reader), Escalation.audience_id.in_(reader.audience_ids))


def of_ticket(session: Session, reader: Reader, ticket_id: int) -> list[Escalated]:
    """The escalations of a ticket that `reader` may read, oldest first.

    Raises:
        TicketNotFound: the ticket is absent or invisible.
    """
    tickets.get(session, reader, ticket_id)
    return _shown(session, Escalation.ticket_id == ticket_id, visible_escalations(reader))


def sent(session: Session, row: Escalation) -> Escalated:
    """An escalation as who has just sent it sees it, also when they let a company in with it."""
    return _shown(session, Escalation.id == row.id)[0]


def _shown(session: Session, *conditions: ColumnElement[bool]) -> list[Escalated]:
    rows = session.execute(
        select(
            Escalation,
            Person.name.label("by"),
            Team.name.label("team"),
            Organisation.name.label("company"),
        )
        .join(Ticket, Ticket.id == Escalation.ticket_id)
        .join(Person, Person.id == Escalation.person_id)
        .outerjoin(Team, Team.id == Escalation.team_id)
        .outerjoin(Organisation, Organisation.id == Escalation.organisation_id)
        .where(*conditions)
        .order_by(Escalation.id)
    )
    return [
        Escalated(
            row.Escalation,
            row.by,
            f"{row.team} ({row.company})" if row.team else row.company or "",
            row.company if row.Escalation.shared_from_id is not None else None,
        )
        for row in rows
    ]
