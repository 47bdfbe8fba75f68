"""Tickets: recording what a source system tells us, reading it back, closing."""

import hashlib
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field, fields
from datetime import datetime

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session, selectinload

from kb import cleaning, documents, events, faces, jobs, people
from kb.errors import Conflict, NotFound
from kb.faces import Face
from kb.models import (
    SOLVED,
    AuthorRole,
    DocumentKind,
    Escalation,
    Message,
    Ticket,
    TicketState,
)
from kb.visibility import Reader, sees_internal, visible_tickets

SECOND_LEVEL = 2
"""From this support level on, a resolution is worth an article."""


ADDED = 1_000_000
"""Position from which on messages were added here: the source neither tells nor deletes them."""


class TicketNotFound(NotFound):
    """No such ticket, or not for this reader."""

    def __init__(self, ticket_id: int | str) -> None:
        super().__init__(f"no ticket {ticket_id}")


class TicketAlreadyClosed(Conflict):
    """Closing happens once; a second call would overwrite the resolution."""


class TicketExists(Conflict):
    """The source has a ticket of this number already; creating does not overwrite it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageRecord:
    """A message as a source delivers it; whether it is internal must be known or assumed."""

    text: str
    at: datetime
    role: AuthorRole = AuthorRole.UNKNOWN
    author: str | None = None
    internal: bool = True
    accepted: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketRecord:
    """A ticket as a source delivers it: parsed and checked, not yet stored."""

    source: str
    external_id: str
    title: str
    description: str
    audience_id: int
    internal_audience_id: int
    opened_at: datetime
    updated_at: datetime
    closed_at: datetime | None = None
    state: TicketState = TicketState.OPEN
    level: int = 1
    source_version: str | None = None
    link: str | None = None
    environment: str = ""
    queue: str | None = None
    organisation: str | None = None
    category: str | None = None
    item: str | None = None
    language: str | None = None
    resolution: str | None = None
    close_code: str | None = None
    messages: tuple[MessageRecord, ...] = field(default=())

    @property
    def digest(self) -> bytes:
        """32 bytes that change when anything in the record does."""
        return hashlib.sha256(repr(self).encode()).digest()


_TICKET_COLUMNS = [column.name for column in fields(TicketRecord) if column.name != "messages"]
_MESSAGE_COLUMNS = [column.name for column in fields(MessageRecord)]


@dataclass(frozen=True, slots=True)
class Recorded:
    """What recording a batch did: how many tickets are new, changed, and were known as they are."""

    new: int
    changed: int
    unchanged: int

    @property
    def total(self) -> int:
        """How many there are now of what came in."""
        return self.new + self.changed + self.unchanged

    def __add__(self, other: "Recorded") -> "Recorded":
        """What both did together."""
        return Recorded(
            self.new + other.new,
            self.changed + other.changed,
            self.unchanged + other.unchanged,
        )


def get(session: Session, reader: Reader, ticket_id: int) -> Ticket:
    """The ticket with all its messages, if `reader` may see it; see `readable_messages`.

    Raises:
        TicketNotFound: it is absent or invisible; the two are not told apart.
    """
    ticket = session.scalar(
        select(Ticket)
        .where(Ticket.id == ticket_id, visible_tickets(reader))
        .options(selectinload(Ticket.messages))
    )
    if ticket is None:
        raise TicketNotFound(ticket_id)
    return ticket


def by_number(session: Session, reader: Reader, external_id: str) -> Ticket:
    """The ticket that its source system calls `external_id`; of several the newest.

    Raises:
        TicketNotFound: it is absent or invisible; the two are not told apart.
    """
    ticket_id = session.scalar(
        select(Ticket.id)
        .where(Ticket.external_id == external_id, visible_tickets(reader))
        .order_by(Ticket.id.desc())
        .limit(1)
    )
    if ticket_id is None:
        raise TicketNotFound(external_id)
    return get(session, reader, ticket_id)


def audiences_of(session: Session, ticket_id: int) -> tuple[int, int]:
    """The audiences of a ticket and of its internal messages, whoever asks: for administrators.

    Raises:
        TicketNotFound: there is none with this id.
    """
    row = session.execute(
        select(Ticket.audience_id, Ticket.internal_audience_id).where(Ticket.id == ticket_id)
    ).one_or_none()
    if row is None:
        raise TicketNotFound(ticket_id)
    return row.audience_id, row.internal_audience_id


def readable_messages(reader: Reader, ticket: Ticket) -> list[Message]:
    """The messages of `ticket` that `reader` may read, oldest first."""
    internal = sees_internal(reader, ticket)
    return [message for message in ticket.messages if internal or not message.internal]


def listed(
    session: Session,
    reader: Reader,
    *conditions: ColumnElement[bool],
    before: int | None,
    limit: int,
) -> list[Ticket]:
    """The newest `limit` tickets that `reader` may see and that meet the conditions.

    By falling id, below id `before`.
    """
    query = (
        select(Ticket)
        .where(visible_tickets(reader), *conditions)
        .options(selectinload(Ticket.messages))
    )
    if before is not None:
        query = query.where(Ticket.id < before)
    return list(session.scalars(query.order_by(Ticket.id.desc()).limit(limit)))


def named(session: Session, reader: Reader, ticket_ids: Collection[int]) -> dict[int, Face]:
    """Those of the tickets that `reader` may see, by id, as they read them."""
    chosen = select(Ticket).where(Ticket.id.in_(ticket_ids), visible_tickets(reader))
    found = session.scalars(chosen.options(selectinload(Ticket.messages)))
    return {ticket.id: faces.of(reader, ticket) for ticket in found}


def create(session: Session, reader: Reader, record: TicketRecord, *, at: datetime) -> Ticket:
    """Store a ticket that is not there yet.

    Raises:
        TicketExists: its source and number are taken, be it by a ticket that `reader` may not
            see; let readers choose them only if they may learn of that.
    """
    known = _known(session, [record])
    if known:
        raise TicketExists(f"{record.source} has a ticket {record.external_id} already")
    ticket = record_all(session, [record])[0][0]
    events.record(
        session,
        "ticket.create",
        person_id=reader.person_id,
        subject="ticket",
        subject_id=ticket.id,
        at=at,
    )
    return ticket


def record(session: Session, record: TicketRecord) -> Ticket:
    """Store or update the ticket that `record` describes, and make it findable."""
    return record_all(session, [record])[0][0]


def record_all(session: Session, records: Sequence[TicketRecord]) -> tuple[list[Ticket], Recorded]:
    """Store or update many tickets at once; of two with one name the later one counts.

    Returns:
        The tickets in the order of `records` without the overruled ones, and what was done.
    """
    found, _, done = _stored(session, records)
    return found, done


def take_over(
    session: Session, records: Sequence[TicketRecord], *, at: datetime
) -> tuple[list[Ticket], Recorded]:
    """What `record_all` does, of an import or a sync: which are new or changed is recorded.

    One event tells of them all, by their ids, because an import brings many at once.
    """
    found, touched, done = _stored(session, records)
    if touched:
        ids = ",".join(str(ticket.id) for ticket in touched)
        events.record(
            session,
            "ticket.import",
            person_id=None,
            subject="ticket",
            subject_id=touched[0].id if len(touched) == 1 else None,
            at=at,
            detail=f"new={done.new} changed={done.changed} ids={ids}",
        )
    return found, done


def _stored(
    session: Session, records: Sequence[TicketRecord]
) -> tuple[list[Ticket], list[Ticket], Recorded]:
    """All tickets of `record_all`, those of them that are new or changed, and the counts."""
    latest = {(item.source, item.external_id): item for item in records}
    known = _known(session, latest.values())
    outcome = {"new": 0, "changed": 0, "unchanged": 0}
    tickets, touched = [], []
    for name, item in latest.items():
        ticket, digest = known.get(name), item.digest
        outcome[_kind_of_change(ticket, digest)] += 1
        if ticket is None:
            ticket = Ticket(source=item.source, external_id=item.external_id, messages=[])
            session.add(ticket)
        tickets.append(ticket)
        if ticket.digest != digest:
            _fill(ticket, item, digest)
            touched.append(ticket)
    session.flush()  # the documents need the ids of the tickets
    _keep_shared(session, touched)
    _offer(session, touched)
    return tickets, touched, Recorded(**outcome)


def close(
    session: Session,
    reader: Reader,
    ticket: Ticket,
    resolution: str,
    *,
    close_code: str | None = None,
    at: datetime,
) -> bool:
    """Close `ticket`; a second-level resolution is worth an article, so promise a draft.

    Returns:
        Whether a draft was promised.

    Raises:
        TicketAlreadyClosed: it was closed before.
    """
    # Of two who close it at once, the second waits here and then sees that it is closed.
    session.refresh(ticket, ["state", "closed_at"], with_for_update=True)
    if ticket.state is TicketState.CLOSED:
        when = f" at {ticket.closed_at:%Y-%m-%d %H:%M} UTC" if ticket.closed_at else ""
        raise TicketAlreadyClosed(
            f"ticket {ticket.id} was closed{when}; reopen it to close it anew"
        )
    ticket.state, ticket.closed_at, ticket.updated_at = TicketState.CLOSED, at, at
    ticket.resolution, ticket.close_code = resolution, close_code
    _offer(session, [ticket])
    events.record(
        session,
        "ticket.close",
        person_id=reader.person_id,
        subject="ticket",
        subject_id=ticket.id,
        at=at,
    )
    if ticket.level < SECOND_LEVEL:
        return False
    jobs.promise(session, "draft", ticket.id, at=at)
    return True


def hand_over(
    session: Session, ticket: Ticket, *, level: int, queue: str | None, at: datetime
) -> None:
    """Let another level work on `ticket`, in the queue of that name, or in its own if None."""
    ticket.level, ticket.updated_at = level, at
    ticket.queue = queue or ticket.queue
    _offer(session, [ticket])


def clean_again(session: Session, *, limit: int) -> int:
    """Clean up to `limit` tickets whose rules or readers have changed; how many were done."""
    chosen = cleaning.behind(session, limit=limit)
    _offer(session, chosen)
    return len(chosen)


def withdraw(session: Session, source: str, external_ids: Collection[str], *, at: datetime) -> int:
    """Take tickets away from all readers, because their source has them no more.

    Recording one again brings it back.

    Returns:
        How many were there until now.
    """
    chosen = session.scalars(
        select(Ticket).where(
            Ticket.source == source,
            Ticket.external_id.in_(external_ids),
            Ticket.withdrawn_at.is_(None),
        )
    ).all()
    for ticket in chosen:
        ticket.withdrawn_at = at
        ticket.digest = b""  # an equal record is a change now
    ids = [ticket.id for ticket in chosen]
    for kind in (DocumentKind.TICKET, DocumentKind.INTERNAL):
        documents.withdraw(session, kind, ids)
    for id_ in ids:
        events.record(
            session, "ticket.withdraw", person_id=None, subject="ticket", subject_id=id_, at=at
        )
    return len(ids)


def add_message(session: Session, ticket: Ticket, message: MessageRecord, *, at: datetime) -> bool:
    """Add to a ticket what its source does not know: an answer from elsewhere, a report.

    It stays when the source tells the ticket anew.  Its author names it: said again, it is
    changed and not repeated.

    Args:
        session: where the ticket, which comes with its messages, was loaded.
        ticket: which one.
        message: what to add; needs an author.
        at: now.

    Returns:
        Whether it says anything new.
    """
    # Of two who add at once, the second waits here and then sees what the first has added.
    session.refresh(ticket, ["updated_at"], with_for_update=True)
    session.refresh(ticket, ["messages"])
    added = [one for one in ticket.messages if one.position >= ADDED]
    known = next((one for one in added if one.author == message.author), None)
    if known is not None and known.text == message.text:
        return False
    if known is None:
        known = Message(position=max((one.position for one in added), default=ADDED - 1) + 1)
        ticket.messages.append(known)
    _say(known, message)
    if ticket.withdrawn_at is None:
        _offer(session, [ticket])
    events.record(
        session,
        "ticket.add_message",
        person_id=None,
        subject="ticket",
        subject_id=ticket.id,
        at=at,
    )
    return True


def with_messages(session: Session, *conditions: ColumnElement[bool], limit: int) -> list[Ticket]:
    """The first tickets by id that meet `conditions`, whoever may see them."""
    query = select(Ticket).where(*conditions).options(selectinload(Ticket.messages))
    return list(session.scalars(query.order_by(Ticket.id).limit(limit)))


def move(
    session: Session, tickets: Sequence[Ticket], *, audience_id: int, internal_audience_id: int
) -> None:
    """Let another audience read the tickets, which come with their messages."""
    for ticket in tickets:
        ticket.audience_id, ticket.internal_audience_id = audience_id, internal_audience_id
    _offer(session, [ticket for ticket in tickets if ticket.withdrawn_at is None])


def _known(session: Session, records: Iterable[TicketRecord]) -> dict[tuple[str, str], Ticket]:
    known: dict[tuple[str, str], Ticket] = {}
    by_source: dict[str, list[str]] = {}
    for item in records:
        by_source.setdefault(item.source, []).append(item.external_id)
    for source, external_ids in by_source.items():
        rows = session.scalars(
            select(Ticket)
            .where(Ticket.source == source, Ticket.external_id.in_(external_ids))
            .options(selectinload(Ticket.messages))
        )
        known |= {(source, row.external_id): row for row in rows}
    return known


def _kind_of_change(ticket: Ticket | None, digest: bytes) -> str:
    if ticket is None:
        return "new"
    return "unchanged" if ticket.digest == digest else "changed"


def _fill(ticket: Ticket, record: TicketRecord, digest: bytes) -> None:
    for name in _TICKET_COLUMNS:
        setattr(ticket, name, getattr(record, name))
    ticket.digest, ticket.withdrawn_at = digest, None
    # Rows are kept by position: evidence points to their ids.
    told = [message for message in ticket.messages if message.position < ADDED]
    added = [message for message in ticket.messages if message.position >= ADDED]
    told = told[: len(record.messages)]
    told += [Message(position=place) for place in range(len(told), len(record.messages))]
    for message, item in zip(told, record.messages, strict=True):
        _say(message, item)
    ticket.messages = [*told, *added]


def _say(message: Message, item: MessageRecord) -> None:
    for name in _MESSAGE_COLUMNS:
        setattr(message, name, getattr(item, name))


def _keep_shared(session: Session, tickets: Collection[Ticket]) -> None:
    """A company that was let in by a person stays, as long as the source says what it said then."""
    rows = session.execute(
        select(Escalation.ticket_id, Escalation.shared_from_id, Escalation.audience_id)
        .where(
            Escalation.ticket_id.in_([ticket.id for ticket in tickets]),
            Escalation.shared_from_id.is_not(None),
        )
        .order_by(Escalation.id)
    )
    decided = [(row.ticket_id, row.shared_from_id, row.audience_id) for row in rows]
    for ticket in tickets:
        for ticket_id, before, after in decided:
            if (ticket_id, before) == (ticket.id, ticket.audience_id):
                ticket.audience_id = after


def _offer(session: Session, tickets: Sequence[Ticket]) -> None:
    """Make the tickets findable: for all their readers, and as they are for their own team."""
    cleaning.clean(session, tickets)
    session.flush()  # the messages need ids
    faces_of = {ticket.id: _faces(ticket) for ticket in tickets}
    shared = [(ticket, faces_of[ticket.id][0]) for ticket in tickets]
    documents.put_all(
        session,
        [_text(DocumentKind.TICKET, ticket.audience_id, ticket, face) for ticket, face in shared],
    )
    apart = [(ticket, own) for ticket in tickets if (own := faces_of[ticket.id][1]) is not None]
    documents.put_all(
        session,
        [
            _text(DocumentKind.INTERNAL, _both(session, ticket), ticket, own)
            for ticket, own in apart
        ],
    )
    alone = [ticket.id for ticket in tickets if faces_of[ticket.id][1] is None]
    documents.withdraw(session, DocumentKind.INTERNAL, alone)


def _faces(ticket: Ticket) -> tuple[Face, Face | None]:
    """What all readers find of it, and what its own team finds beside that, if there is more."""
    own = faces.own(ticket)
    if ticket.audience_id == ticket.internal_audience_id:
        return own, None
    outside = faces.outside(ticket)
    more = bool(ticket.hidden) or any(message.internal for message in ticket.messages)
    return outside, own if more else None


def _both(session: Session, ticket: Ticket) -> int:
    return people.both(session, ticket.audience_id, ticket.internal_audience_id)


def _text(kind: DocumentKind, audience_id: int, ticket: Ticket, face: Face) -> documents.Text:
    return documents.Text(
        kind=kind,
        audience_id=audience_id,
        origin_id=ticket.id,
        title=face.title,
        body="\n\n".join(filter(None, [face.description, face.environment])),
        discussion="\n\n".join(message.text for message in face.messages),
        resolution=face.resolution or "",
        number=face.external_id,
        source=face.source,
        happened_at=face.closed_at or face.updated_at,
        solved=face.state in SOLVED,
        link=face.link,
        queue=face.queue,
        category=face.category,
        item=face.item,
        language=face.language,
    )
