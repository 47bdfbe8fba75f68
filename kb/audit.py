"""The chain of events: each holds a digest of itself and of the one before.

Who changes, deletes or moves a row breaks it from there on.  Who can write to the database could
compute the whole chain anew: keep an exported digest elsewhere to notice that too.
"""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TypedDict

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from kb.db import added
from kb.errors import Conflict
from kb.models import Event, EventChain, Person

START = bytes(32)
"""What the first event follows."""

BATCH = 1_000
"""Rows held in memory at once."""


class ChainBroken(Conflict):
    """The events are not those that were recorded."""


class Fields(TypedDict):
    """What an event says, as it is exported and as its digest covers it."""

    position: int
    at: str
    verb: str
    person_id: int | None
    subject_kind: str
    subject_id: int | None
    detail: str


@dataclass(frozen=True, slots=True)
class Chain:
    """How long the chain is, and the digest of its last event."""

    length: int
    digest: str


def seal(session: Session) -> None:
    """Let all events that have no place yet join the chain; one transaction at a time does so."""
    session.flush()  # events of this transaction must be found
    chosen = select(EventChain).where(EventChain.id == 1).with_for_update()
    chosen = chosen.execution_options(populate_existing=True)
    head = session.scalar(chosen)
    if head is None:
        added(session, EventChain(id=1, length=0, digest=START))
        head = session.scalars(chosen).one()
    waiting = select(Event).where(Event.position.is_(None)).order_by(Event.id)
    for event in session.scalars(waiting):
        event.position = head.length + 1
        event.digest = _digest(head.digest, _fields(event, event.position))
        head.length, head.digest = event.position, event.digest


def verify(session: Session) -> Chain:
    """The chain, if every event is as it was recorded.

    Raises:
        ChainBroken: says at which position it does not fit.
    """
    length, digest = _beginning(session)
    for event in _sealed(session):
        length += 1
        if event.position != length:
            raise ChainBroken(f"event {length} is missing")
        digest = _digest(digest, _fields(event, length))
        if digest != event.digest:
            raise ChainBroken(f"event {length} is not what was recorded, or one before it was")
    head = session.get(EventChain, 1)
    known = (head.length, head.digest) if head else (0, START)
    if known != (length, digest):
        raise ChainBroken(f"{known[0]} events were recorded, {length} are there")
    return Chain(length, digest.hex())


def prune(session: Session, *, before: datetime) -> int:
    """Delete the events at the beginning of the chain that are older; the rest still verifies.

    What is deleted is the unbroken beginning, up to the first event that is not older.  The
    number of events and the digest of the last deleted one are kept: who has exported that one
    can show that nothing else is missing.

    Returns:
        How many were deleted.

    Raises:
        ChainBroken: it is not whole; what proves that shall stay.
    """
    seal(session)
    verify(session)
    kept = select(func.min(Event.position)).where(Event.at >= before)
    first = session.scalar(kept)
    head = session.get(EventChain, 1, with_for_update=True, populate_existing=True)
    if head is None:
        return 0
    last = head.length if first is None else first - 1
    digest = session.scalar(select(Event.digest).where(Event.position == last))
    if digest is None:  # nothing is that old, or it has gone already
        return 0
    gone, head.pruned, head.pruned_digest = last - head.pruned, last, digest
    session.execute(
        delete(Event).where(Event.position <= last),
        execution_options={"synchronize_session": False},
    )
    return gone


def export(session: Session, *, since: datetime | None = None) -> Iterator[str]:
    """The events in the order of the chain, each a line of JSON with its digest."""
    for event in _sealed(session, since):
        fields = _fields(event, event.position or 0)
        yield json.dumps({**fields, "digest": (event.digest or b"").hex()}, sort_keys=True)


@dataclass(frozen=True, slots=True)
class Listed:
    """An event as a page shows it, with the name of who did it."""

    event: Event
    name: str | None


def listed(
    session: Session, *, verb: str = "", before: int | None = None, limit: int
) -> list[Listed]:
    """The newest events below id `before`, of all verbs or of those that begin so."""
    query = select(Event, Person.name).outerjoin(Person, Person.id == Event.person_id)
    if verb:
        query = query.where(Event.verb.startswith(verb, autoescape=True))
    if before is not None:
        query = query.where(Event.id < before)
    rows = session.execute(query.order_by(Event.id.desc()).limit(limit))
    return [Listed(row.Event, row.name) for row in rows]


def _beginning(session: Session) -> tuple[int, bytes]:
    head = session.get(EventChain, 1)
    if head is None or head.pruned_digest is None:
        return 0, START
    return head.pruned, head.pruned_digest


def _sealed(session: Session, since: datetime | None = None) -> Iterator[Event]:
    """The chain in its order, read in portions: it may be longer than the memory."""
    query = select(Event).order_by(Event.position).limit(BATCH)
    if since is not None:
        query = query.where(Event.at >= since)
    portion = session.scalars(query.where(Event.position > 0)).all()
    while portion:
        yield from portion
        last = portion[-1].position
        session.expunge_all()
        portion = session.scalars(query.where(Event.position > last)).all()


def _fields(event: Event, position: int) -> Fields:
    return Fields(
        position=position,
        at=event.at.astimezone(UTC).isoformat(),
        verb=event.verb,
        person_id=event.person_id,
        subject_kind=event.subject_kind,
        subject_id=event.subject_id,
        detail=event.detail,
    )


def _digest(previous: bytes, fields: Fields) -> bytes:
    canonical = json.dumps(fields, sort_keys=True, ensure_ascii=True, separators=(",", ":"))
    return hashlib.sha256(previous + canonical.encode()).digest()
