"""Keeping up with a source: what changed is promised, fetched, recorded, and what is gone goes."""

import json
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from kb import jobs, tickets
from kb.db import Database
from kb.errors import Conflict, KbError
from kb.models import SOLVED, Ticket, TicketState
from kb.sources import handing_on, register
from kb.sources.models import Source, SourceCaseRow
from kb.sources.ports import (
    BEGINNING,
    BadAnswer,
    Gone,
    Mark,
    RateLimited,
    Reference,
    SourceCase,
    SourceUnavailable,
    TicketSource,
)
from kb.tickets import SECOND_LEVEL, MessageRecord, TicketRecord

LEASE = timedelta(minutes=15)
"""How long a source is left to whoever syncs it; renewed with each batch."""

PAGE = 200
"""Cases that are promised in one transaction."""

BATCH = 20
"""Cases that are fetched and then recorded in one transaction."""

FIRST_RETRY = timedelta(minutes=1)
"""Wait after a case could not be read; doubled with each further failure, up to a day."""

MOST_DOUBLINGS = 10

Clock = Callable[[], datetime]


class SourceBusy(Conflict):
    """Somebody else is syncing this source."""


class SourcePaused(Conflict):
    """An administrator has paused this source."""


@dataclass(frozen=True, slots=True)
class Synced:
    """What a sync did; `done` tells that there was nothing left to do."""

    fetched: int = 0
    gone: int = 0
    failed: int = 0
    done: bool = False

    def __add__(self, other: "Synced") -> "Synced":
        """What both did, one after the other."""
        return Synced(
            self.fetched + other.fetched,
            self.gone + other.gone,
            self.failed + other.failed,
            other.done,
        )


def run(
    database: Database,
    source_id: int,
    connector: TicketSource,
    *,
    clock: Clock,
    until: datetime | None = None,
    progress: Callable[[Synced], None] = lambda _: None,
    first: Callable[[], None] = lambda: None,
) -> Synced:
    """Read all that changed, until nothing is left or the time is over.

    May be stopped at any point and goes on there the next time: the mark moves in the
    transaction that promises the cases before it, and a promise ends in the one that records
    the case.

    Args:
        database: where all is kept.
        source_id: which source.
        connector: the way into it.
        clock: tells the time.
        until: after this time no further batch is begun.
        progress: is told after each batch what was done so far.
        first: is called before; what it raises is a failure of the source.

    Raises:
        SourceBusy, SourcePaused: nothing was done.
        SourceUnavailable: the system could not be used; what was done before is kept.
    """
    total = Synced()
    with _leased(database, source_id, clock):
        try:
            first()
            for step in _steps(database, source_id, connector, clock):
                total += step
                progress(total)
                if until is not None and clock() >= until:
                    break
        except KbError as error:
            _fail(database, source_id, error, at=clock())
            raise
    return total


def due(session: Session, *, at: datetime, interval: timedelta) -> list[Source]:
    """The sources to sync now: not paused, not held back, not in hand, longest waiting first."""
    chosen = session.scalars(
        select(Source).where(
            ~Source.paused,
            or_(Source.not_before.is_(None), Source.not_before <= at),
            or_(Source.leased_until.is_(None), Source.leased_until <= at),
            or_(
                Source.caught_up_at.is_(None),
                Source.caught_up_at <= at - interval,
                Source.id.in_(select(SourceCaseRow.source_id).where(SourceCaseRow.due_at <= at)),
            ),
        )
    ).all()
    return sorted(chosen, key=lambda row: row.caught_up_at or row.added_at)


def hint(
    session: Session, source_id: int, references: Collection[Reference], *, at: datetime
) -> int:
    """Promise to fetch what a webhook named; a replayed one promises what is promised already.

    Returns:
        How many cases are to be fetched now that were not before.
    """
    return _promise(session, source_id, [item.external_id for item in references], at=at)


def _steps(
    database: Database, source_id: int, connector: TicketSource, clock: Clock
) -> Iterator[Synced]:
    while True:
        yield from _work_off(database, source_id, connector, clock)
        if _look(database, source_id, connector, clock):
            break
    yield from _work_off(database, source_id, connector, clock)
    if _sweep(database, source_id, connector, clock):
        yield from _work_off(database, source_id, connector, clock)
    with database.write() as session:
        row = session.get_one(Source, source_id)
        row.caught_up_at, row.failure, row.failed_at = clock(), None, None
        row.not_before = None
    yield Synced(done=True)


def _look(database: Database, source_id: int, connector: TicketSource, clock: Clock) -> bool:
    """Promise the next page of changes; whether it was the last."""
    with database.read() as session:
        mark = _mark(session.get_one(Source, source_id).mark)
    page = connector.changed(mark, limit=PAGE, at=clock())
    with database.write() as session:
        _renew(session, source_id, at=clock())
        _promise(session, source_id, [item.external_id for item in page.cases], at=clock())
        session.get_one(Source, source_id).mark = _written(page.next)
    return page.done


def _sweep(database: Database, source_id: int, connector: TicketSource, clock: Clock) -> int:
    """Promise to look after the cases that are no longer listed."""
    with database.read() as session:
        known = session.scalars(
            select(SourceCaseRow.external_id).where(
                SourceCaseRow.source_id == source_id, SourceCaseRow.gone_at.is_(None)
            )
        ).all()
    missing = connector.missing(frozenset(known)) if known else frozenset()
    with database.write() as session:
        return _promise(session, source_id, sorted(missing), at=clock())


def _work_off(
    database: Database, source_id: int, connector: TicketSource, clock: Clock
) -> Iterator[Synced]:
    while promised := _promised(database, source_id, at=clock()):
        found: dict[int, SourceCase | Gone | str] = {}
        stopped: SourceUnavailable | None = None
        for row in promised:
            try:
                found[row.id] = connector.fetch(row.external_id)
            except BadAnswer as error:  # of this case; the next may be readable
                found[row.id] = str(error)
            except SourceUnavailable as error:
                stopped = error
                break
        with database.write() as session:
            _renew(session, source_id, at=clock())
            rows = [row for row in promised if row.id in found]
            yielded = _store(session, source_id, rows, found, at=clock())
        yield yielded
        if stopped is not None:
            raise stopped


def _promised(database: Database, source_id: int, *, at: datetime) -> list[SourceCaseRow]:
    with database.read() as session:
        return list(
            session.scalars(
                select(SourceCaseRow)
                .where(SourceCaseRow.source_id == source_id, SourceCaseRow.due_at <= at)
                .order_by(SourceCaseRow.due_at, SourceCaseRow.id)
                .limit(BATCH)
            )
        )


def _promise(
    session: Session, source_id: int, external_ids: Collection[str], *, at: datetime
) -> int:
    ids = [item for item in dict.fromkeys(external_ids) if 0 < len(item) <= 200]  # noqa: PLR2004
    rows = session.scalars(
        select(SourceCaseRow).where(
            SourceCaseRow.source_id == source_id, SourceCaseRow.external_id.in_(ids)
        )
    )
    known = {row.external_id: row for row in rows}
    new = 0
    for external_id in ids:
        row = known.get(external_id)
        if row is None:
            row = SourceCaseRow(
                source_id=source_id, external_id=external_id, promises=0, attempts=0
            )
            session.add(row)
        new += row.due_at is None or row.due_at > at
        row.promises += 1
        row.attempts, row.due_at = 0, min(row.due_at or at, at)
    return new


def _store(
    session: Session,
    source_id: int,
    rows: Collection[SourceCaseRow],
    found: dict[int, SourceCase | Gone | str],
    *,
    at: datetime,
) -> Synced:
    source = session.get_one(Source, source_id)
    fetched: list[SourceCase] = []
    gone: list[str] = []
    failed = 0
    for read in rows:
        row = session.get_one(SourceCaseRow, read.id)
        outcome = found[read.id]
        if isinstance(outcome, str):
            failed += 1
            _put_off(row, outcome, at=at)
            continue
        row.failure, row.attempts = None, 0
        # A promise made while we fetched means that what we fetched may be old.
        row.due_at = None if row.promises == read.promises else at
        if isinstance(outcome, Gone):
            row.gone_at, row.gone_reason = row.gone_at or at, outcome.reason[:200]
            gone.append(row.external_id)
        else:
            row.gone_at, row.gone_reason, row.scope = None, None, outcome.scope[:400]
            fetched.append(outcome)
    _record(session, source, fetched, at=at)
    withdrawn = tickets.withdraw(session, source.name, gone, at=at)
    return Synced(fetched=len(fetched), gone=withdrawn, failed=failed)


def _put_off(row: SourceCaseRow, reason: str, *, at: datetime) -> None:
    row.attempts += 1
    row.failure = reason
    wait = FIRST_RETRY * 2 ** min(row.attempts - 1, MOST_DOUBLINGS)
    row.due_at = at + wait


def _record(
    session: Session, source: Source, cases: Collection[SourceCase], *, at: datetime
) -> None:
    before = _before(session, source.name, [case.external_id for case in cases])
    records = [_as_record(session, source, case) for case in cases]
    if source.keeps_level:
        records = [_on_its_highest_level(item, before) for item in records]
    recorded, _ = tickets.take_over(session, records, at=at)
    handing_on.take_answers(session, source, recorded, at=at)
    for ticket in recorded:
        known = before.get(ticket.external_id)
        if _worth_a_draft(ticket, source) and not (known and known.solved):
            jobs.promise(session, "draft", ticket.id, at=at)
        if _worth_suggestions(ticket, source) and not (known and known.asks == _asks(ticket)):
            jobs.promise(session, "suggest", ticket.id, at=at)


@dataclass(frozen=True, slots=True)
class _Before:
    """What was known of a ticket before it was fetched again."""

    solved: bool
    level: int
    asks: tuple[str, str]


def _before(session: Session, source: str, external_ids: Collection[str]) -> dict[str, _Before]:
    rows = session.execute(
        select(
            Ticket.external_id, Ticket.state, Ticket.level, Ticket.title, Ticket.description
        ).where(
            Ticket.source == source,
            Ticket.external_id.in_(external_ids),
            Ticket.withdrawn_at.is_(None),
        )
    )
    return {
        row.external_id: _Before(row.state in SOLVED, row.level, (row.title, row.description))
        for row in rows
    }


def _asks(ticket: Ticket) -> tuple[str, str]:
    return ticket.title, ticket.description


def _on_its_highest_level(record: TicketRecord, before: dict[str, _Before]) -> TicketRecord:
    known = before.get(record.external_id)
    return replace(record, level=max(record.level, known.level)) if known else record


def _worth_suggestions(ticket: Ticket, source: Source) -> bool:
    """Open, and opened since the source was added: a back-fill notes nothing."""
    return source.suggests and ticket.state not in SOLVED and ticket.opened_at >= source.added_at


def _worth_a_draft(ticket: Ticket, source: Source) -> bool:
    """Closed by the second level since the source was added: a back-fill drafts nothing."""
    return (
        ticket.state in SOLVED
        and ticket.level >= SECOND_LEVEL
        and ticket.closed_at is not None
        and ticket.closed_at >= source.added_at
    )


def _as_record(session: Session, source: Source, case: SourceCase) -> TicketRecord:
    scope = _clean(case.scope, 400) or "?"
    readers = register.readers_of(session, source.id, scope, case.queue)
    state = case.state
    return TicketRecord(
        source=source.name,
        external_id=case.external_id,
        title=_clean(case.title, 1_000) or case.external_id,
        description=_clean(case.description),
        audience_id=readers.audience_id,
        internal_audience_id=readers.internal_audience_id,
        level=readers.level,
        opened_at=case.opened_at,
        updated_at=case.updated_at,
        closed_at=case.closed_at if state in SOLVED else None,
        state=state if isinstance(state, TicketState) else TicketState.OPEN,
        source_version=_or_none(case.version, 100),
        link=case.link if (case.link or "").startswith(("http://", "https://")) else None,
        environment=_clean(case.environment),
        queue=_or_none(case.queue, 200),
        organisation=_or_none(case.organisation, 200),
        category=_or_none(case.category, 200),
        item=_or_none(case.item, 200),
        resolution=_or_none(case.resolution, 1_000_000),
        close_code=_or_none(case.close_code, 100),
        messages=tuple(map(_message, case.messages)),
    )


def _message(message: MessageRecord) -> MessageRecord:
    return replace(message, text=_clean(message.text), author=_or_none(message.author, 200))


def _clean(text: str, limit: int = 1_000_000) -> str:
    """What a database can hold: no NUL, no halves of characters."""
    return text.replace("\x00", "").encode("utf-8", "replace").decode()[:limit]


def _or_none(text: str | None, limit: int) -> str | None:
    return _clean(text, limit) or None if text else None


def _mark(text: str | None) -> Mark:
    if text is None:
        return BEGINNING
    held = json.loads(text)
    at = datetime.fromisoformat(held["at"]) if held["at"] else None
    return Mark(at, frozenset(held["seen"]), held["cursor"])


def _written(mark: Mark) -> str:
    at = mark.at.isoformat() if mark.at else None
    return json.dumps({"at": at, "seen": sorted(mark.seen), "cursor": mark.cursor})


@contextmanager
def _leased(database: Database, source_id: int, clock: Clock) -> Iterator[None]:
    with database.write() as session:
        row = session.get_one(Source, source_id, with_for_update=True)
        if row.paused:
            raise SourcePaused(f"{row.name} is paused; `kb source resume {row.name}`")
        if row.leased_until is not None and row.leased_until > clock():
            raise SourceBusy(f"{row.name} is being synced")
        row.leased_until = clock() + LEASE
    try:
        yield
    finally:
        with database.write() as session:
            session.get_one(Source, source_id).leased_until = None


def _renew(session: Session, source_id: int, *, at: datetime) -> None:
    row = session.get_one(Source, source_id, with_for_update=True)
    if row.paused:
        raise SourcePaused(f"{row.name} was paused")
    row.leased_until = at + LEASE


def _fail(database: Database, source_id: int, error: KbError, *, at: datetime) -> None:
    if isinstance(error, SourcePaused):
        return
    with database.write() as session:
        row = session.get_one(Source, source_id)
        row.failure, row.failed_at = f"{type(error).__name__}: {error}", row.failed_at or at
        wait = timedelta(seconds=error.seconds) if isinstance(error, RateLimited) else FIRST_RETRY
        row.not_before = at + wait
