"""Alarms that end without saying when they began, and systems that are asked for theirs."""

import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from pydantic import SecretStr
from sqlalchemy import select

from kb import alarms
from kb.db import Database
from kb.models import Alarm, Event, Ticket
from kb.settings import Settings
from kb.sources import register
from kb.sources.accounts import Account
from kb.sources.models import Source
from kb.sources.monitoring import AlarmRecord, Ended, Monitor
from kb.sources.ports import SourceUnavailable
from kb.sources.vault import open_vault
from tests.factories import MONDAY, make_audience

HOUR = timedelta(hours=1)
ACCOUNT = Account(url="https://monitor.example", webhook_secret=SecretStr("hook"))


def firing(started_at: datetime = MONDAY, fingerprint: str = "disk") -> AlarmRecord:
    return AlarmRecord(
        fingerprint=fingerprint, name="Disk full", started_at=started_at, summary="98 %", scope="db"
    )


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(data_dir=tmp_path)


@pytest.fixture
def source_id(database: Database, settings: Settings) -> int:
    with database.write() as session:
        vault = open_vault(settings)
        made = register.add(session, "mon", "alarms", ACCOUNT, vault=vault, at=MONDAY)
        audience_id = make_audience(session)
        register.put_scope(session, made.id, "db", audience_id=audience_id, level=2, at=MONDAY)
        return made.id


def record(database: Database, source_id: int, *told: AlarmRecord | Ended) -> None:
    with database.write() as session:
        source = session.get_one(Source, source_id)
        alarms.record(session, source, told, at=MONDAY)


def ends(database: Database) -> list[datetime | None]:
    with database.read() as session:
        return list(session.scalars(select(Alarm.ended_at).order_by(Alarm.started_at, Alarm.id)))


class TestAnEndWithoutItsStart:
    def test_ends_the_open_alarm_of_that_fingerprint(
        self, database: Database, source_id: int
    ) -> None:
        record(database, source_id, firing(), firing(fingerprint="load"))
        record(database, source_id, Ended("disk", MONDAY + HOUR))

        assert ends(database) == [MONDAY + HOUR, None]
        with database.read() as session:
            assert (
                session.scalar(select(Alarm.summary).where(Alarm.ended_at.is_not(None))) == "98 %"
            )

    def test_told_again_changes_nothing(self, database: Database, source_id: int) -> None:
        record(database, source_id, firing(), Ended("disk", MONDAY + HOUR))
        before = _events(database)
        record(database, source_id, Ended("disk", MONDAY + 2 * HOUR), Ended("other", MONDAY))

        assert (ends(database), _events(database)) == ([MONDAY + HOUR], before)

    def test_come_late_it_does_not_end_the_next_one(
        self, database: Database, source_id: int
    ) -> None:
        record(database, source_id, firing(MONDAY), firing(MONDAY + 2 * HOUR))
        record(database, source_id, Ended("disk", MONDAY + HOUR))

        assert ends(database) == [MONDAY + HOUR, None]

    def test_makes_a_case_of_what_was_noted(self, database: Database, source_id: int) -> None:
        record(database, source_id, firing())
        with database.write() as session:
            session.scalars(select(Alarm)).one().note = "Rotated the logs."
        record(database, source_id, Ended("disk", MONDAY + HOUR))

        with database.read() as session:
            assert session.scalars(select(Ticket.resolution)).all() == ["Rotated the logs."]

    def test_of_another_source_ends_nothing(
        self, database: Database, settings: Settings, source_id: int
    ) -> None:
        record(database, source_id, firing())
        with database.write() as session:
            vault = open_vault(settings)
            other = register.add(session, "other", "alarms", ACCOUNT, vault=vault, at=MONDAY).id
        record(database, other, Ended("disk", MONDAY + HOUR))

        assert ends(database) == [None]

    @pytest.mark.parametrize("started_at", ["", "0", "$service.start$"])
    def test_comes_from_a_webhook_with_no_start(self, started_at: str) -> None:
        told = {"fingerprint": "disk", "started_at": started_at, "ended_at": "2026-01-05T10:00:00Z"}
        body = json.dumps(told).encode()
        sent = Monitor(ACCOUNT).alarms({"Authorization": "Bearer hook"}, body)

        assert sent == [Ended("disk", MONDAY + HOUR)]


class Asked(Monitor):
    """Tells what the test says, and keeps what it was told as known."""

    def __init__(self, *told: AlarmRecord | Ended, fails: bool = False) -> None:
        super().__init__(ACCOUNT)
        self.told, self.fails = list(told), fails
        self.known: Mapping[str, datetime] = {}

    def standing(
        self,
        known: Mapping[str, datetime],
        *,
        at: datetime,  # noqa: ARG002  the port
    ) -> list[AlarmRecord | Ended]:
        self.known = known
        if self.fails:
            raise SourceUnavailable("it does not answer")
        return self.told


class TestKeepingUp:
    def test_asks_with_what_is_open_and_keeps_the_answer(
        self, database: Database, source_id: int
    ) -> None:
        alarms.keep_up(database, source_id, Asked(firing()), clock=lambda: MONDAY)
        again = Asked(Ended("disk", MONDAY + HOUR))
        alarms.keep_up(database, source_id, again, clock=lambda: MONDAY + HOUR)
        last = Asked()
        alarms.keep_up(database, source_id, last, clock=lambda: MONDAY + HOUR)

        assert (again.known, last.known) == ({"disk": MONDAY}, {})
        assert ends(database) == [MONDAY + HOUR]

    def test_a_system_that_is_away_fails_the_source_and_ends_nothing(
        self, database: Database, source_id: int
    ) -> None:
        alarms.keep_up(database, source_id, Asked(firing()), clock=lambda: MONDAY)
        with pytest.raises(SourceUnavailable):
            alarms.keep_up(database, source_id, Asked(fails=True), clock=lambda: MONDAY + HOUR)

        assert ends(database) == [None]
        with database.read() as session:
            row = session.get_one(Source, source_id)
            assert (row.failure, row.caught_up_at, row.leased_until) == (
                "SourceUnavailable: it does not answer",
                MONDAY,
                None,
            )

    def test_more_than_one_batch(self, database: Database, source_id: int) -> None:
        told = [firing(fingerprint=f"disk {n}") for n in range(alarms.BATCH + 1)]
        alarms.keep_up(database, source_id, Asked(*told), clock=lambda: MONDAY)

        assert len(ends(database)) == alarms.BATCH + 1


def _events(database: Database) -> int:
    with database.read() as session:
        return len(session.scalars(select(Event.id)).all())
