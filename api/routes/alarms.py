"""Alarms of monitoring systems, and what is known about them."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter
from pydantic import Field, StringConstraints
from sqlalchemy.orm import Session

from api.cursors import Part, PositionDep, part
from api.deps import NowDep, ReaderDep, ServicesDep, SessionDep, WriteSessionDep, WritingReaderDep
from api.fields import NUL_FREE, Body, Id, Limit, Row, example
from api.problems import documented
from api.routes import PREFIX
from api.routes.search import AnswerOut
from indexer import search
from kb import alarms
from kb.models import Alarm
from kb.visibility import Reader

router = APIRouter(prefix=f"{PREFIX}/alarms", tags=["alarms"])

ALARM = {
    "id": 3,
    "name": "DiskFull",
    "host": "srv-db-01",
    "service": "node",
    "severity": "critical",
    "summary": "The disk of srv-db-01 is 98 % full.",
    "link": "https://prometheus.example/graph",
    "runbook": "https://kb.example/articles/KB-12",
    "started_at": "2026-01-05T09:00:00Z",
    "ended_at": None,
    "ticket_id": None,
    "note": None,
    "case_id": None,
}


class AlarmOut(Row):
    """An alarm as its monitoring system told it."""

    model_config = example(ALARM)

    id: int
    name: str
    host: str
    service: str
    severity: str
    summary: str
    link: str | None
    runbook: str | None
    started_at: datetime
    ended_at: datetime | None = Field(description="null: it is still firing")
    ticket_id: int | None = Field(description="the ticket that the alarm itself names")
    note: str | None = Field(description="what was done about it")
    case_id: int | None = Field(description="the ticket that it has become")


def _shown(session: Session, reader: Reader, found: Sequence[Alarm]) -> list[AlarmOut]:
    """The alarms, without tickets that the reader may not see."""
    readable = alarms.readable_tickets(session, reader, found)
    return [
        AlarmOut.model_validate(alarm).model_copy(
            update={
                name: None
                for name in ("ticket_id", "case_id")
                if getattr(alarm, name) not in readable
            }
        )
        for alarm in found
    ]


class NoteIn(Body):
    """What was done about an alarm."""

    model_config = example({"note": "Rotated the logs and set logrotate to daily."})

    note: Annotated[
        str,
        StringConstraints(strip_whitespace=True, min_length=1, max_length=20_000),
        NUL_FREE,
    ]


@router.get("", responses=documented(), summary="List alarms")
def listed(
    session: SessionDep, reader: ReaderDep, position: PositionDep, limit: Limit = 20
) -> Part[AlarmOut]:
    """The alarms that you may see, newest first, in parts."""
    found = alarms.listed(session, reader, before=position, limit=limit + 1)
    rows = _shown(session, reader, found)
    return part(rows, limit=limit, shown=lambda one: one, id_of=lambda one: one.id)


@router.get("/{alarm_id}", responses=documented(404), summary="Show an alarm")
def shown(session: SessionDep, reader: ReaderDep, alarm_id: Id) -> AlarmOut:
    """An alarm."""
    return _shown(session, reader, [alarms.get(session, reader, alarm_id)])[0]


@router.get("/{alarm_id}/known", responses=documented(404), summary="Find what is known of it")
def known(
    session: SessionDep,
    services: ServicesDep,
    reader: ReaderDep,
    alarm_id: Id,
    limit: Limit = 10,
) -> AnswerOut:
    """Cases and articles on an alarm: its text is the question, host and service identify."""
    alarm = alarms.get(session, reader, alarm_id)
    question = alarms.question(alarm)
    answer = search.search(session, services.finder, reader, question, limit=limit, collapse=True)
    return AnswerOut.of(answer, session, reader)


@router.put("/{alarm_id}/note", responses=documented(403, 404), summary="Note what was done")
def note(
    session: WriteSessionDep, reader: WritingReaderDep, at: NowDep, alarm_id: Id, said: NoteIn
) -> AlarmOut:
    """Say what was done about an alarm; once it is over, it is found as a case."""
    return _shown(session, reader, [alarms.note(session, reader, alarm_id, said.note, at=at)])[0]
