"""Syncing, against a source in memory whose contract is the one of the real ones."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from cryptography.fernet import Fernet
from pydantic import SecretStr
from sqlalchemy import func, select

from kb.db import Database
from kb.models import Document, Job, Role, Ticket, TicketState
from kb.settings import Settings
from kb.sources import changes, register, sync
from kb.sources.accounts import Account
from kb.sources.changes import Listed, Rows
from kb.sources.models import Source
from kb.sources.ports import (
    BadAnswer,
    Gone,
    Mark,
    Noted,
    Page,
    RateLimited,
    Reference,
    SourceCase,
    SourceDenied,
    Visible,
)
from kb.sources.vault import Vault, WrongKey, open_vault
from kb.tickets import MessageRecord
from kb.visibility import Reader, reader_of, visible_documents, visible_tickets
from tests.factories import make_audience, make_person

MONDAY = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)
NOW = MONDAY + timedelta(days=1)


@dataclass
class MemorySource:
    """A ticket system in memory."""

    cases: dict[str, SourceCase] = field(default_factory=dict)
    failing: dict[str, Exception] = field(default_factory=dict)
    fetched: list[str] = field(default_factory=list)
    on_fetch: Callable[[str], None] = lambda _: None

    def put(self, number: int, **changed: Any) -> None:
        base: dict[str, Any] = {
            "external_id": str(number),
            "title": f"Printer {number}",
            "description": "It is stuck.",
            "scope": "it",
            "opened_at": MONDAY,
            "updated_at": MONDAY + timedelta(minutes=number),
        }
        self.cases[str(number)] = SourceCase(**(base | changed))

    def changed(self, since: Mark, *, limit: int, at: datetime) -> Page:
        return changes.walk(self._listed, since, limit=min(limit, 50), at=at)

    def _listed(self, start: datetime | None, following: str | None) -> Rows:
        rows = sorted(
            (Listed(case.external_id, case.updated_at) for case in self.cases.values()),
            key=lambda row: (row.changed_at, int(row.external_id)),
        )
        rows = [row for row in rows if start is None or row.changed_at >= start]
        offset = int(following or 0)
        after = offset + 40
        return Rows(tuple(rows[offset:after]), str(after) if after < len(rows) else None)

    def missing(self, known: frozenset[str]) -> frozenset[str]:
        return known - frozenset(self.cases)

    def fetch(self, external_id: str) -> SourceCase | Gone:
        self.on_fetch(external_id)
        if external_id in self.failing:
            raise self.failing[external_id]
        self.fetched.append(external_id)
        return self.cases.get(external_id) or Gone(external_id, "deleted")

    def verify(self, headers: Mapping[str, str], raw_body: bytes) -> list[Reference]:
        raise NotImplementedError

    def note(self, external_id: str, text: str, key: str) -> Noted:
        raise NotImplementedError

    def visible(self) -> Visible:
        return Visible("memory", ("it",))

    def close(self) -> None:
        """Nothing to close."""


@dataclass
class Bench:
    database: Database
    there: MemorySource
    source_id: int
    now: datetime = NOW

    def sync(self, **more: Any) -> sync.Synced:
        return sync.run(self.database, self.source_id, self.there, clock=lambda: self.now, **more)

    def visible_to(self, reader: Reader) -> set[str]:
        with self.database.read() as session:
            found = set(session.scalars(select(Ticket.external_id).where(visible_tickets(reader))))
            documents = session.scalars(select(Document.number).where(visible_documents(reader)))
            assert set(documents) == found
            return found

    def map(self, scope: str, audience: str | None, **more: Any) -> int | None:
        with self.database.write() as session:
            audience_id = make_audience(session, audience) if audience else None
            register.put_scope(
                session, self.source_id, scope, audience_id=audience_id, at=NOW, **more
            )
            return audience_id

    def status(self) -> register.Status:
        with self.database.read() as session:
            return register.statuses(session)[0]


@pytest.fixture
def bench(database: Database) -> Bench:
    with database.write() as session:
        vault = Vault(Fernet.generate_key())
        account = Account(url="https://tickets.example")
        made = register.add(session, "redmine", "redmine", account, vault=vault, at=MONDAY)
        source_id = made.id
    return Bench(database, MemorySource(), source_id)


def reader(*audience_ids: int | None) -> Reader:
    return Reader(None, frozenset(filter(None, audience_ids)))


class TestBackFill:
    def test_stopped_anywhere_it_goes_on_and_loses_and_doubles_nothing(self, bench: Bench) -> None:
        audience = bench.map("it", "staff")
        for number in range(1, 131):
            bench.there.put(number)

        class Killed(BaseException):
            pass

        def die_sometimes(_: str) -> None:
            if len(bench.there.fetched) % 37 == 36:
                bench.there.fetched.append("x")
                raise Killed

        bench.there.on_fetch = die_sometimes
        for _ in range(20):
            try:
                if bench.sync().done:
                    break
            except Killed:
                bench.now += sync.LEASE

        assert bench.visible_to(reader(audience)) == {str(number) for number in range(1, 131)}
        with bench.database.read() as session:
            assert session.scalar(select(func.count()).select_from(Ticket)) == 130

    def test_afterwards_only_what_changed_is_fetched(self, bench: Bench) -> None:
        for number in range(1, 61):
            bench.there.put(number)
        bench.sync()
        bench.there.fetched.clear()
        bench.there.put(7, title="Printer 7 again", updated_at=NOW)

        done = bench.sync()

        assert bench.there.fetched == ["7"]
        assert done == sync.Synced(fetched=1, done=True)

    def test_can_be_given_a_slice_of_time(self, bench: Bench) -> None:
        for number in range(1, 61):
            bench.there.put(number)

        assert not bench.sync(until=NOW).done
        assert bench.sync().done

    def test_makes_no_drafts_of_old_tickets(self, bench: Bench) -> None:
        bench.map("it", "staff", level=2)
        old = MONDAY - timedelta(days=300)
        bench.there.put(1, state=TicketState.CLOSED, closed_at=old, resolution="Restarted.")

        bench.sync()

        with bench.database.read() as session:
            assert session.scalars(select(Job).where(Job.kind == "draft")).all() == []


class TestReaders:
    def test_unmapped_is_for_administrators_alone(self, bench: Bench) -> None:
        bench.there.put(1)
        bench.sync()

        with bench.database.write() as session:
            boss = make_person(session, "boss@own.example", roles=(Role.ADMINISTRATOR,))
            agent = make_person(session, "agent@own.example")
            session.flush()
            administrator = reader_of(session, boss, at=NOW)
            ordinary = reader_of(session, agent, at=NOW)
        assert bench.visible_to(administrator) == {"1"}
        assert bench.visible_to(ordinary) == set()
        assert bench.status().unmapped == ("it",)

    def test_mapping_moves_what_is_there_at_once(self, bench: Bench) -> None:
        bench.there.put(1)
        bench.there.put(2, scope="hr")
        bench.sync()

        staff = bench.map("it", "staff")
        assert bench.visible_to(reader(staff)) == {"1"}

        others = bench.map("it", "others")
        assert bench.visible_to(reader(staff)) == set()
        assert bench.visible_to(reader(others)) == {"1"}

    def test_internal_messages_stay_internal(self, bench: Bench) -> None:
        partner = bench.map("it", "partner")
        secret = MessageRecord(text="The admin password is old.", at=MONDAY)
        bench.there.put(1, messages=(secret,))
        bench.sync()

        with bench.database.read() as session:
            texts = session.scalars(
                select(Document.discussion).where(visible_documents(reader(partner)))
            ).all()
        assert texts == [""]

    def test_a_case_that_moves_to_another_project_changes_its_readers(self, bench: Bench) -> None:
        staff, others = bench.map("it", "staff"), bench.map("hr", "others")
        bench.there.put(1)
        bench.sync()
        bench.there.put(1, scope="hr", updated_at=NOW)

        bench.sync()

        assert bench.visible_to(reader(staff)) == set()
        assert bench.visible_to(reader(others)) == {"1"}


class TestGone:
    def test_deleted_there_is_gone_here_within_one_sync(self, bench: Bench) -> None:
        audience = bench.map("it", "staff")
        bench.there.put(1)
        bench.there.put(2)
        bench.sync()
        del bench.there.cases["1"]

        done = bench.sync()

        assert done.gone == 1
        assert bench.visible_to(reader(audience)) == {"2"}
        assert bench.status().gone == 1

    def test_back_there_is_back_here(self, bench: Bench) -> None:
        audience = bench.map("it", "staff")
        bench.there.put(1)
        bench.sync()
        held = bench.there.cases.pop("1")
        bench.sync()
        bench.there.cases["1"] = held
        with bench.database.write() as session:
            sync.hint(session, bench.source_id, [Reference("1")], at=bench.now)

        bench.sync()

        assert bench.visible_to(reader(audience)) == {"1"}

    def test_a_refused_account_takes_nothing_away(self, bench: Bench) -> None:
        audience = bench.map("it", "staff")
        bench.there.put(1)
        bench.sync()
        bench.there.put(1, updated_at=NOW)
        bench.there.failing["1"] = SourceDenied("HTTP 401")

        with pytest.raises(SourceDenied):
            bench.sync()
        assert bench.visible_to(reader(audience)) == {"1"}


class TestClosing:
    def test_a_second_level_close_promises_one_draft(self, bench: Bench) -> None:
        bench.map("it", "staff")
        bench.map("queue:Second", None, level=2)
        bench.there.put(1, queue="Second")
        bench.sync()
        bench.there.put(1, queue="Second", state=TicketState.CLOSED, closed_at=NOW, updated_at=NOW)

        bench.sync()
        with bench.database.write() as session:
            job = session.scalars(select(Job).where(Job.kind == "draft")).one()
            session.delete(job)
        with bench.database.write() as session:
            sync.hint(session, bench.source_id, [Reference("1")], at=bench.now)
        bench.sync()

        with bench.database.read() as session:
            assert session.scalars(select(Job).where(Job.kind == "draft")).all() == []

    def test_a_first_level_close_promises_none(self, bench: Bench) -> None:
        bench.there.put(1, state=TicketState.CLOSED, closed_at=NOW)

        bench.sync()

        with bench.database.read() as session:
            assert session.scalars(select(Job).where(Job.kind == "draft")).all() == []


class TestFailures:
    def test_one_unreadable_case_holds_up_no_other(self, bench: Bench) -> None:
        for number in range(1, 4):
            bench.there.put(number)
        bench.there.failing["2"] = BadAnswer("unexpected answer: subject")

        done = bench.sync()

        assert (done.fetched, done.failed, done.done) == (2, 1, True)
        assert bench.status().failing == (("2", "unexpected answer: subject"),)

    def test_it_is_tried_again_later_and_then_forgiven(self, bench: Bench) -> None:
        bench.there.put(1)
        bench.there.failing["1"] = BadAnswer("half an answer")
        bench.sync()
        bench.there.failing.clear()
        assert bench.sync().fetched == 0

        bench.now += sync.FIRST_RETRY

        assert bench.sync().fetched == 1
        assert bench.status().failing == ()

    def test_a_busy_system_is_left_alone_as_long_as_it_asks(self, bench: Bench) -> None:
        bench.there.put(1)
        bench.there.failing["1"] = RateLimited("busy", seconds=1800)
        with pytest.raises(RateLimited):
            bench.sync()

        def is_due(after: timedelta) -> bool:
            with bench.database.read() as session:
                at = NOW + after
                return bool(sync.due(session, at=at, interval=timedelta(minutes=1)))

        assert not is_due(timedelta(minutes=29))
        assert is_due(timedelta(minutes=30))

    def test_only_one_syncs_a_source(self, bench: Bench) -> None:
        bench.there.put(1)

        def intrude(_: str) -> None:
            bench.there.on_fetch = lambda _: None
            with pytest.raises(sync.SourceBusy):
                bench.sync()

        bench.there.on_fetch = intrude
        assert bench.sync().done

    def test_a_hint_during_the_fetch_makes_it_fetch_again(self, bench: Bench) -> None:
        bench.there.put(1)

        def told(_: str) -> None:
            bench.there.on_fetch = lambda _: None
            with bench.database.write() as session:
                sync.hint(session, bench.source_id, [Reference("1")], at=bench.now)

        bench.there.on_fetch = told

        assert bench.sync().fetched == 2


class TestPause:
    def test_stops_after_the_batch_in_hand_and_goes_on_there(self, bench: Bench) -> None:
        for number in range(1, 61):
            bench.there.put(number)

        def pause(done: sync.Synced) -> None:
            if done.fetched == sync.BATCH:
                with bench.database.write() as session:
                    register.pause(session, "redmine", at=NOW)

        with pytest.raises(sync.SourcePaused):
            bench.sync(progress=pause)
        assert bench.status().paused
        with bench.database.read() as session:
            assert sync.due(session, at=NOW, interval=timedelta(0)) == []
        with bench.database.write() as session:
            register.resume(session, "redmine", at=NOW)

        bench.sync()

        assert bench.status().known == 60
        assert bench.status().waiting == 0


def test_a_replayed_webhook_promises_nothing_new(bench: Bench) -> None:
    with bench.database.write() as session:
        assert sync.hint(session, bench.source_id, [Reference("1")] * 3, at=NOW) == 1
        assert sync.hint(session, bench.source_id, [Reference("1")], at=NOW) == 0


def test_foreign_text_that_a_database_cannot_hold_is_mended(bench: Bench) -> None:
    bench.there.put(1, title="a\x00b", description="c\ud800d")

    assert bench.sync().fetched == 1


class TestVault:
    ACCOUNT = Account(url="https://x.example", secret=SecretStr("hunter2"), user="kb")

    def test_keeps_secrets_unreadable(self) -> None:
        vault = Vault(Fernet.generate_key())

        locked = vault.locked(self.ACCOUNT)

        assert b"hunter2" not in locked
        assert vault.unlocked(locked) == self.ACCOUNT
        assert "hunter2" not in repr(self.ACCOUNT)

    def test_another_key_does_not_open_it(self) -> None:
        locked = Vault(Fernet.generate_key()).locked(self.ACCOUNT)

        with pytest.raises(WrongKey):
            Vault(Fernet.generate_key()).unlocked(locked)

    def test_the_key_file_is_made_once_and_for_its_owner(self, tmp_path: Any) -> None:
        settings = Settings(data_dir=tmp_path / "data")
        locked = open_vault(settings).locked(self.ACCOUNT)

        assert open_vault(settings).unlocked(locked) == self.ACCOUNT
        assert (tmp_path / "data" / "source.key").stat().st_mode & 0o077 == 0


def test_the_database_holds_no_secret(bench: Bench) -> None:
    with bench.database.read() as session:
        row = session.scalars(select(Source)).one()
        assert b"tickets.example" not in row.account
