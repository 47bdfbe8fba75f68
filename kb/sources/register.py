"""The connected sources: adding, pausing, who may see what, and how they stand."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from kb import events, people, tickets
from kb.errors import Conflict, NotFound
from kb.models import Alarm, Ticket
from kb.sources.accounts import Account
from kb.sources.models import Source, SourceCaseRow, SourceScope
from kb.sources.vault import Vault
from kb.visibility import ADMINISTRATORS

QUEUE = "queue:"
"""What a row about the support level of a queue begins with, in the table of scopes."""

MOVED_AT_ONCE = 500
"""Tickets whose messages are in memory while a scope is mapped anew."""


class SourceNotFound(NotFound):
    """No source has this name."""


class SourceExists(Conflict):
    """There is a source of this name; its tickets would be mixed up."""


@dataclass(frozen=True, slots=True)
class Readers:
    """Who may see a case, and the level of support that works on it."""

    audience_id: int
    internal_audience_id: int
    level: int


@dataclass(frozen=True, slots=True)
class Status:
    """How a source stands."""

    name: str
    kind: str
    paused: bool
    known: int
    waiting: int
    gone: int
    failing: tuple[tuple[str, str], ...]
    """Up to ten cases that could not be taken over, each with the reason."""

    caught_up_at: datetime | None
    not_before: datetime | None
    failure: str | None
    failed_at: datetime | None
    unmapped: tuple[str, ...]


def add(
    session: Session, name: str, kind: str, account: Account, *, vault: Vault, at: datetime
) -> Source:
    """Connect a source; nothing is read yet.

    Raises:
        SourceExists: the name is taken.
    """
    if session.scalar(select(Source.id).where(Source.name == name)) is not None:
        raise SourceExists(f"there is a source {name!r}")
    made = Source(name=name, kind=kind, account=vault.locked(account), added_at=at, paused=False)
    session.add(made)
    session.flush()  # callers need the id
    _changed(session, "source.add", made, at=at, detail=f"kind={kind}")
    return made


def source(session: Session, name: str) -> Source:
    """The source called `name`.

    Raises:
        SourceNotFound: there is none.
    """
    # A NUL cannot be asked for on PostgreSQL; no name has one.
    found = (
        session.scalar(select(Source).where(Source.name == name)) if "\x00" not in name else None
    )
    if found is None:
        raise SourceNotFound(f"no source {name!r}; `kb source status` lists them")
    return found


def all_sources(session: Session) -> list[Source]:
    """All sources by name."""
    return list(session.scalars(select(Source).order_by(Source.name)))


def pause(session: Session, name: str, *, at: datetime, by: int | None = None) -> None:
    """Read nothing more, from the next batch on; `by` is whose wish it is."""
    chosen = source(session, name)
    chosen.paused = True
    _changed(session, "source.pause", chosen, at=at, by=by)


def resume(session: Session, name: str, *, at: datetime, by: int | None = None) -> None:
    """Go on where it stopped, now; `by` is whose wish it is."""
    chosen = source(session, name)
    chosen.paused, chosen.not_before = False, None
    _changed(session, "source.resume", chosen, at=at, by=by)


def set_notes(
    session: Session,
    name: str,
    *,
    suggests: bool | None = None,
    tells: bool | None = None,
    keeps_level: bool | None = None,
    takes: bool | None = None,
    at: datetime,
) -> Source:
    """Say what is written there, and whether levels only rise; None leaves it as it is."""
    chosen = source(session, name)
    said = {"suggests": suggests, "tells": tells, "keeps_level": keeps_level, "takes": takes}
    given = {switch: value for switch, value in said.items() if value is not None}
    for switch, value in given.items():
        setattr(chosen, switch, value)
    if given:
        detail = " ".join(f"{switch}={'on' if on else 'off'}" for switch, on in given.items())
        _changed(session, "source.set", chosen, at=at, detail=detail)
    return chosen


def put_scope(
    session: Session,
    source_id: int,
    scope: str,
    *,
    audience_id: int | None,
    internal_audience_id: int | None = None,
    level: int = 1,
    at: datetime,
    by: int | None = None,
) -> None:
    """Map a scope of the source: its tickets that are here move at once.

    Args:
        session: where they are.
        source_id: of which source.
        scope: as the source names it; `queue:NAME` sets the level of a queue alone.
        audience_id: who may see the cases; None means administrators alone.
        internal_audience_id: who may see internal messages; None means our own company.
        level: 1, 2 or 3.
        at: now.
        by: whose wish it is.
    """
    row = _scope(session, source_id, scope)
    row.audience_id, row.level = audience_id, level
    row.internal_audience_id = internal_audience_id
    session.flush()  # readers_of must find it
    if not scope.startswith(QUEUE):
        _move(session, source_id, scope)
    _changed(
        session,
        "source.map",
        session.get_one(Source, source_id),
        at=at,
        by=by,
        detail=f"scope={row.id} audience={audience_id} internal={internal_audience_id}"
        f" level={level}",
    )


def scopes(session: Session, source_id: int) -> list[SourceScope]:
    """The table of scopes of a source, by name."""
    rows = select(SourceScope).where(SourceScope.source_id == source_id)
    return list(session.scalars(rows.order_by(SourceScope.scope)))


def readers_of(session: Session, source_id: int, scope: str, queue: str | None) -> Readers:
    """Who may see a case of `scope`; an unknown scope is added to the table, unmapped."""
    row = _scope(session, source_id, scope)
    by_queue = session.scalar(
        select(SourceScope.level).where(
            SourceScope.source_id == source_id, SourceScope.scope == f"{QUEUE}{queue}"
        )
    )
    level = by_queue or row.level
    if row.audience_id is None:
        administrators = people.put_audience(session, ADMINISTRATORS).id
        return Readers(administrators, administrators, level)
    internal = row.internal_audience_id or people.put_audience(session, people.INTERNAL).id
    return Readers(row.audience_id, internal, level)


def statuses(session: Session) -> list[Status]:
    """How all sources stand, by name."""
    return [status(session, row) for row in all_sources(session)]


def add_scopes(session: Session, source_id: int, seen: Collection[str]) -> None:
    """Add the scopes that the account may see to the table, unmapped as far as they are new."""
    for scope in seen:
        _scope(session, source_id, scope)


def _scope(session: Session, source_id: int, scope: str) -> SourceScope:
    row = session.scalar(
        select(SourceScope).where(SourceScope.source_id == source_id, SourceScope.scope == scope)
    )
    if row is None:
        row = SourceScope(source_id=source_id, scope=scope, level=1)
        session.add(row)
        session.flush()  # the next case of this scope must find it
    return row


def _move(session: Session, source_id: int, scope: str) -> None:
    readers = readers_of(session, source_id, scope, None)
    session.execute(
        update(Alarm)
        .where(Alarm.source_id == source_id, Alarm.scope == scope)
        .values(audience_id=readers.audience_id)
    )
    name = select(Source.name).where(Source.id == source_id).scalar_subquery()
    cases = select(SourceCaseRow.external_id).where(
        SourceCaseRow.source_id == source_id, SourceCaseRow.scope == scope
    )
    last = 0
    while True:
        batch = tickets.with_messages(
            session,
            Ticket.source == name,
            Ticket.external_id.in_(cases),
            Ticket.id > last,
            limit=MOVED_AT_ONCE,
        )
        if not batch:
            return
        tickets.move(
            session,
            batch,
            audience_id=readers.audience_id,
            internal_audience_id=readers.internal_audience_id,
        )
        last = batch[-1].id


def _changed(
    session: Session,
    verb: str,
    chosen: Source,
    *,
    at: datetime,
    detail: str = "",
    by: int | None = None,
) -> None:
    """Record what an operator changed; nothing of the account, which is secret."""
    events.record(
        session,
        verb,
        person_id=by,
        subject="source",
        subject_id=chosen.id,
        at=at,
        detail=detail,
    )


def status(session: Session, row: Source) -> Status:
    """How one source stands."""
    cases = select(func.count()).where(SourceCaseRow.source_id == row.id)
    failing = session.execute(
        select(SourceCaseRow.external_id, SourceCaseRow.failure)
        .where(SourceCaseRow.source_id == row.id, SourceCaseRow.failure.is_not(None))
        .order_by(SourceCaseRow.id)
        .limit(10)
    )
    return Status(
        name=row.name,
        kind=row.kind,
        paused=row.paused,
        known=session.scalar(cases.where(SourceCaseRow.gone_at.is_(None))) or 0,
        waiting=session.scalar(cases.where(SourceCaseRow.due_at.is_not(None))) or 0,
        gone=session.scalar(cases.where(SourceCaseRow.gone_at.is_not(None))) or 0,
        failing=tuple((external_id, failure or "") for external_id, failure in failing),
        caught_up_at=row.caught_up_at,
        not_before=row.not_before,
        failure=row.failure,
        failed_at=row.failed_at,
        unmapped=tuple(
            scope.scope
            for scope in scopes(session, row.id)
            if scope.audience_id is None and not scope.scope.startswith(QUEUE)
        ),
    )
