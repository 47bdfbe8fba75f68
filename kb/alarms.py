"""Alarms of monitoring systems: kept, noted on, and made cases when they taught something."""

from collections.abc import Callable, Collection
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from kb import events, jobs, tickets
from kb.db import Database
from kb.errors import NotFound
from kb.models import Alarm, AuthorRole, Role, Ticket, TicketState
from kb.sources import noting, register, sync
from kb.sources.models import Source, SourceCaseRow
from kb.sources.monitoring import AlarmRecord, Ended, Watched
from kb.sources.ports import TicketSource
from kb.sources.sync import Clock, Synced
from kb.tickets import MessageRecord, TicketRecord
from kb.visibility import Reader, visible_alarms, visible_tickets

BATCH = 100
"""Alarms that are recorded in one transaction; after an outage there are thousands."""

MAY_NOTE = (Role.FIRST_LEVEL, Role.SECOND_LEVEL, Role.ADMINISTRATOR)

LIMITS = {"fingerprint": 100, "name": 200, "host": 200, "service": 200, "severity": 100}
"""Characters that the columns hold; what is longer is cut."""


class AlarmNotFound(NotFound):
    """No such alarm, or not for this reader."""

    def __init__(self, alarm_id: int) -> None:
        super().__init__(f"no alarm {alarm_id}")


def record(
    session: Session, source: Source, records: Collection[AlarmRecord | Ended], *, at: datetime
) -> None:
    """Store, update or end alarms; told again nothing changes, and none that ended fires again.

    The ticket that an alarm names, where its readers may see it, is promised similar cases.
    """
    # Locked: the same alarm sent twice at once waits here and then sees that it is there.
    held = session.get_one(Source, source.id, with_for_update=True)
    for item in records:
        if isinstance(item, Ended):
            _end(session, held, item, at=at)
        else:
            _put(session, held, item, at=at)


def keep_up(
    database: Database,
    source_id: int,
    connector: TicketSource,
    *,
    clock: Clock,
    until: datetime | None = None,
    progress: Callable[[Synced], None] = lambda _: None,
) -> Synced:
    """Ask for alarms where the system is `Watched`, then for cases; see `sync.run`."""

    def look() -> None:
        if isinstance(connector, Watched):
            _watch(database, source_id, connector, clock)

    return sync.run(
        database, source_id, connector, clock=clock, until=until, progress=progress, first=look
    )


def get(session: Session, reader: Reader, alarm_id: int) -> Alarm:
    """The alarm.

    Raises:
        AlarmNotFound: it is absent or invisible; the two are not told apart.
    """
    found = session.scalar(select(Alarm).where(Alarm.id == alarm_id, visible_alarms(reader)))
    if found is None:
        raise AlarmNotFound(alarm_id)
    return found


def listed(session: Session, reader: Reader, *, before: int | None, limit: int) -> list[Alarm]:
    """The newest `limit` alarms that `reader` may see, by falling id, below id `before`."""
    query = select(Alarm).where(visible_alarms(reader))
    if before is not None:
        query = query.where(Alarm.id < before)
    return list(session.scalars(query.order_by(Alarm.id.desc()).limit(limit)))


def note(session: Session, reader: Reader, alarm_id: int, text: str, *, at: datetime) -> Alarm:
    """Say what was done about an alarm; as soon as it is over, that makes it a case.

    Raises:
        RoleMissing: `reader` does not work on tickets.
        AlarmNotFound: it is absent or invisible.
    """
    reader.must_have(*MAY_NOTE)
    alarm = get(session, reader, alarm_id)
    alarm.note = text
    events.record(
        session,
        "alarm.note",
        person_id=reader.person_id,
        subject="alarm",
        subject_id=alarm.id,
        at=at,
    )
    _learn(session, alarm)
    return alarm


def readable_tickets(session: Session, reader: Reader, found: Collection[Alarm]) -> set[int]:
    """The tickets of alarms, their own and those they name, that `reader` may see."""
    ids = {id_ for alarm in found for id_ in (alarm.ticket_id, alarm.case_id) if id_ is not None}
    return set(
        session.scalars(select(Ticket.id).where(Ticket.id.in_(ids), visible_tickets(reader)))
    )


def question(alarm: Alarm) -> str:
    """What to search for: what it says, and what it is about as identifiers."""
    return "\n".join(filter(None, [alarm.name, alarm.summary, alarm.host, alarm.service]))


def _watch(database: Database, source_id: int, system: Watched, clock: Clock) -> None:
    with database.read() as session:
        rows = session.execute(
            select(Alarm.fingerprint, Alarm.started_at)
            .where(Alarm.source_id == source_id, Alarm.ended_at.is_(None))
            .order_by(Alarm.started_at)  # of two that are open the later one counts
        )
        known = {row.fingerprint: row.started_at for row in rows}
    told = system.standing(known, at=clock())
    for start in range(0, len(told), BATCH):
        with database.write() as session:
            source = session.get_one(Source, source_id)
            record(session, source, told[start : start + BATCH], at=clock())


def _end(session: Session, source: Source, ended: Ended, *, at: datetime) -> None:
    """End what began before; an alarm that began later has an end of its own."""
    open_ones = session.scalars(
        select(Alarm).where(
            Alarm.source_id == source.id,
            Alarm.fingerprint == _clean(ended.fingerprint)[: LIMITS["fingerprint"]],
            Alarm.started_at <= ended.at,
            Alarm.ended_at.is_(None),
        )
    )
    for alarm in open_ones:
        alarm.ended_at = ended.at
        _changed(session, alarm, at=at)
        _learn(session, alarm)


def _put(session: Session, source: Source, item: AlarmRecord, *, at: datetime) -> None:
    alarm = session.scalar(
        select(Alarm).where(
            Alarm.source_id == source.id,
            Alarm.fingerprint == _clean(item.fingerprint)[: LIMITS["fingerprint"]],
            Alarm.started_at == item.started_at,
        )
    )
    if alarm is None:
        alarm = Alarm(source_id=source.id, started_at=item.started_at)
    scope = _clean(item.scope)[:400]
    readers = register.readers_of(session, source.id, scope, None)
    for name, limit in LIMITS.items():
        setattr(alarm, name, _clean(getattr(item, name))[:limit])
    alarm.summary, alarm.scope = _clean(item.summary), scope
    alarm.link, alarm.runbook = _link(item.link), _link(item.runbook)
    alarm.audience_id = readers.audience_id
    alarm.ended_at = alarm.ended_at or item.ended_at
    alarm.note = alarm.note or (_clean(item.note) if item.note else None)
    session.add(alarm)
    changed = alarm in session.new or session.is_modified(alarm)
    session.flush()  # the next one of the same webhook must find it
    if changed:
        _changed(session, alarm, at=at)
    _attach(session, alarm, item.ticket, at=at)
    _learn(session, alarm)


def _changed(session: Session, alarm: Alarm, *, at: datetime) -> None:
    events.record(
        session, "alarm.record", person_id=None, subject="alarm", subject_id=alarm.id, at=at
    )


def _attach(session: Session, alarm: Alarm, number: str | None, *, at: datetime) -> None:
    if not number or alarm.ticket_id is not None or "\x00" in number:
        return
    ticket_id = session.scalar(
        select(Ticket.id)
        .where(
            Ticket.external_id == number,
            Ticket.audience_id == alarm.audience_id,
            Ticket.withdrawn_at.is_(None),
        )
        .order_by(Ticket.id.desc())
        .limit(1)
    )
    if ticket_id is not None:
        alarm.ticket_id = ticket_id
        jobs.promise(session, noting.SUGGEST, ticket_id, at=at)


def _learn(session: Session, alarm: Alarm) -> None:
    """Make a case of an alarm that is over and says what was done; again, to change it."""
    if alarm.ended_at is None or not alarm.note:
        return
    source = session.get_one(Source, alarm.source_id)
    readers = register.readers_of(session, source.id, alarm.scope, None)
    ticket = tickets.record(
        session,
        TicketRecord(
            source=source.name,
            external_id=f"{alarm.fingerprint}@{alarm.started_at:%Y-%m-%dT%H:%M:%SZ}",
            title=" ".join(filter(None, [alarm.name, alarm.host])),
            description=alarm.summary,
            audience_id=readers.audience_id,
            internal_audience_id=readers.internal_audience_id,
            level=readers.level,
            opened_at=alarm.started_at,
            updated_at=alarm.ended_at,
            closed_at=alarm.ended_at,
            state=TicketState.CLOSED,
            category="alarm",
            item=alarm.host or None,
            link=alarm.link,
            resolution=alarm.note,
            messages=(
                MessageRecord(
                    text=alarm.note, at=alarm.ended_at, role=AuthorRole.AGENT, internal=False
                ),
            ),
        ),
    )
    if alarm.case_id is None:
        _keep_in_scope(session, source.id, ticket.external_id, alarm.scope)
        alarm.case_id = ticket.id


def _keep_in_scope(session: Session, source_id: int, external_id: str, scope: str) -> None:
    """Let the case move with its scope when that is mapped anew."""
    session.add(
        SourceCaseRow(
            source_id=source_id, external_id=external_id, scope=scope, promises=0, attempts=0
        )
    )


def _clean(text: str) -> str:
    return text.replace("\x00", "").encode("utf-8", "replace").decode()


def _link(url: str | None) -> str | None:
    return url if url and url.startswith(("http://", "https://")) else None
