"""Handing a case on to another connected system, following it there, taking its answer back."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, select
from sqlalchemy.orm import Session

from kb import events, jobs, tickets
from kb.errors import Conflict
from kb.escalations import OwnPeopleOnly
from kb.models import SOLVED, AuthorRole, Role, Ticket, TicketState
from kb.sources import register
from kb.sources.models import HandedOn, Source
from kb.sources.ports import Opened
from kb.tickets import MessageRecord
from kb.visibility import Reader, sees_internal

HAND_ON = "hand_on"
"""The kind of job that opens the case in the other system."""

ANSWER = "answer"
"""The kind of job that notes the answer on the case in its own system."""

MAY_HAND_ON = (Role.SECOND_LEVEL, Role.ADMINISTRATOR)


class TakesNoCases(Conflict):
    """No administrator has allowed to hand cases on to this system."""


class AlreadyHandedOn(Conflict):
    """The case is with that system, or on its way there."""


@dataclass(frozen=True, slots=True)
class Followed:
    """A case that was handed on, and how it stands there."""

    id: int
    source: str
    scope: str
    title: str
    text: str
    at: datetime
    external_id: str | None
    """None: it is on its way."""
    link: str | None
    state: TicketState | None
    """None: it was not read back yet, or is gone there."""
    answer: str | None
    answered_at: datetime | None


def hand_on(
    session: Session,
    reader: Reader,
    ticket_id: int,
    source: str,
    *,
    scope: str,
    title: str,
    text: str,
    at: datetime,
) -> Followed:
    """Promise to open a case for the ticket in the system `source`.

    Args:
        session: a transaction that writes.
        reader: who hands it on, and has read what goes out.
        ticket_id: the ticket.
        source: name of the other system.
        scope: where it goes there: a project, a queue.
        title: of the case there.
        text: the packet, in Markdown: all that goes out.
        at: the time now.

    Raises:
        TicketNotFound: there is none, or not for this reader.
        RoleMissing, OwnPeopleOnly: they may not hand on.
        SourceNotFound, TakesNoCases: no case may go there.
        AlreadyHandedOn: it is there.
    """
    ticket = tickets.get(session, reader, ticket_id)
    reader.must_have(*MAY_HAND_ON)
    if reader.outside or not sees_internal(reader, ticket):
        raise OwnPeopleOnly("a case is handed on by people who may read all of it")
    return promise(
        session, ticket, source, scope=scope, title=title, text=text, by=reader.person_id, at=at
    )


def promise(
    session: Session,
    ticket: Ticket,
    source: str,
    *,
    scope: str,
    title: str,
    text: str,
    by: int | None,
    at: datetime,
) -> Followed:
    """The same for a ticket that was found already, by the person `by` or a command (None)."""
    chosen = register.source(session, source)
    if not chosen.takes:
        raise TakesNoCases(f"nobody may hand cases on to {source}: `kb source set {source} --take`")
    # Two who hand it on at once wait for each other here.
    session.refresh(ticket, ["updated_at"], with_for_update=True)
    known = and_(HandedOn.ticket_id == ticket.id, HandedOn.source_id == chosen.id)
    if session.scalar(select(HandedOn.id).where(known)) is not None:
        raise AlreadyHandedOn(f"ticket {ticket.external_id} is with {source} already")
    row = HandedOn(
        ticket_id=ticket.id,
        source_id=chosen.id,
        person_id=by,
        at=at,
        key=f"kb-{secrets.token_hex(8)}",
        scope=scope,
        title=" ".join(title.split()),
        text=text,
    )
    session.add(row)
    session.flush()  # the job and the event need the id
    jobs.promise(session, HAND_ON, row.id, at=at)
    detail = f"source={chosen.id} handed_on={row.id}"
    events.record(
        session,
        "ticket.hand_on",
        person_id=by,
        subject="ticket",
        subject_id=ticket.id,
        at=at,
        detail=detail,
    )
    return _followed(row, source, None)


def of_ticket(session: Session, reader: Reader, ticket_id: int) -> list[Followed]:
    """Where a ticket was handed on to, oldest first; nothing for who sees no internal messages.

    Raises:
        TicketNotFound: there is no such ticket, or not for this reader.
    """
    ticket = tickets.get(session, reader, ticket_id)
    if reader.outside or not sees_internal(reader, ticket):
        return []
    there = and_(
        Ticket.source == Source.name,
        Ticket.external_id == HandedOn.external_id,
        Ticket.withdrawn_at.is_(None),
    )
    rows = session.execute(
        select(HandedOn, Source.name, Ticket.state)
        .join(Source, Source.id == HandedOn.source_id)
        .outerjoin(Ticket, there)
        .where(HandedOn.ticket_id == ticket_id)
        .order_by(HandedOn.id)
    )
    return [_followed(row, name, state) for row, name, state in rows]


def opened(session: Session, row: HandedOn, there: Opened, *, at: datetime) -> None:
    """Keep the link to the case that was opened."""
    row.external_id, row.link = there.external_id, there.link
    events.record(
        session,
        "ticket.handed_on",
        person_id=None,
        subject="ticket",
        subject_id=row.ticket_id,
        at=at,
        detail=f"source={row.source_id} handed_on={row.id}",
    )


def take_answers(session: Session, source: Source, told: Sequence[Ticket], *, at: datetime) -> None:
    """Bring the answers of solved cases back into the tickets that they were opened for.

    They are internal messages there: who may read them outside is for people to decide.

    Args:
        session: the transaction that recorded the cases.
        source: the system that they were opened in.
        told: what it has just told.
        at: the time now.
    """
    solved = {case.external_id: case for case in told if case.state in SOLVED and case.resolution}
    rows = session.scalars(
        select(HandedOn).where(
            HandedOn.source_id == source.id, HandedOn.external_id.in_(solved.keys())
        )
    )
    for row in rows.all() if solved else ():
        case = solved[row.external_id or ""]
        if case.resolution == row.answer:
            continue
        row.answer, row.answered_at = case.resolution, case.closed_at or at
        for ticket in tickets.with_messages(session, Ticket.id == row.ticket_id, limit=1):
            tickets.add_message(session, ticket, _as_message(row, source.name), at=at)
        jobs.promise(session, ANSWER, row.id, at=at)


def _as_message(row: HandedOn, source: str) -> MessageRecord:
    return MessageRecord(
        text=row.answer or "",
        at=row.answered_at or row.at,
        role=AuthorRole.CONTRACTOR,
        author=f"{source} {row.external_id}",
        internal=True,
    )


def _followed(row: HandedOn, source: str, state: TicketState | None) -> Followed:
    return Followed(
        id=row.id,
        source=source,
        scope=row.scope,
        title=row.title,
        text=row.text,
        at=row.at,
        external_id=row.external_id,
        link=row.link,
        state=state,
        answer=row.answer,
        answered_at=row.answered_at,
    )
