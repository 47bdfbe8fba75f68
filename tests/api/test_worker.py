"""The worker."""

import threading
import time
from datetime import datetime, timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from api import worker
from api.wiring import Services
from api.worker import Outcome, Worker, do_job, work_all, work_once
from indexer import sync
from indexer.models import PassageRow, VectorRow
from indexer.search import search
from kb import events, jobs
from kb.jobs import LEASE
from kb.models import Event, Job
from kb.visibility import Reader
from tests.factories import MONDAY, make_ticket

LATER = MONDAY + timedelta(hours=1)


def note(_services: Services, subject_id: int, at: datetime) -> Outcome:
    """A job that leaves an event."""

    def write(session: Session) -> None:
        events.record(
            session, "test.done", person_id=None, subject="test", subject_id=subject_id, at=at
        )

    return write


def break_(_services: Services, _subject_id: int, _at: datetime) -> Outcome:
    raise ValueError("the password is swordfish")


def break_while_writing(services: Services, subject_id: int, at: datetime) -> Outcome:
    def write(session: Session) -> None:
        note(services, subject_id, at)(session)
        session.flush()
        raise ValueError("the password is swordfish")

    return write


@pytest.fixture(autouse=True)
def handlers(monkeypatch: pytest.MonkeyPatch) -> None:
    for kind, handler in {
        "note": note,
        "break": break_,
        "break_while_writing": break_while_writing,
    }.items():
        monkeypatch.setitem(worker.HANDLERS, kind, handler)


def promise(services: Services, kind: str, subject_id: int = 1) -> None:
    with services.database.write() as session:
        jobs.promise(session, kind, subject_id, at=MONDAY)


def done(services: Services) -> list[int | None]:
    with services.database.read() as session:
        return list(session.scalars(select(Event.subject_id).where(Event.verb == "test.done")))


def waiting(services: Services) -> list[Job]:
    with services.database.read() as session:
        return list(session.scalars(select(Job)))


def test_a_promised_job_is_done_once(services: Services) -> None:
    promise(services, "note", 7)

    assert do_job(services, at=MONDAY)
    assert not do_job(services, at=LATER)

    assert done(services) == [7]
    assert waiting(services) == []


@pytest.mark.parametrize("kind", ["break", "break_while_writing", "nobody knows this"])
def test_a_failing_job_leaves_only_its_reason_and_stops_nobody(
    services: Services, kind: str
) -> None:
    promise(services, kind)
    promise(services, "note", 7)

    work_all(services, at=MONDAY)

    assert done(services) == [7]
    (left,) = waiting(services)
    assert left.kind == kind
    assert left.failure
    assert "swordfish" not in left.failure
    assert left.due_at > MONDAY


def test_a_job_that_keeps_failing_waits_for_a_person(services: Services) -> None:
    promise(services, "break")

    for day in range(10):
        work_all(services, at=MONDAY + timedelta(days=day))

    (left,) = waiting(services)
    assert (left.failed, left.attempts) == (True, jobs.MOST_ATTEMPTS)


def test_a_job_of_a_killed_worker_is_taken_up(services: Services) -> None:
    promise(services, "note", 7)
    with services.database.write() as session:
        assert jobs.claim(session, at=MONDAY)  # and then the power fails

    assert not do_job(services, at=MONDAY + LEASE / 2)
    assert do_job(services, at=MONDAY + LEASE)
    assert done(services) == [7]


def test_a_slow_worker_does_not_write_what_another_has_written(
    services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    def slow(services: Services, subject_id: int, at: datetime) -> Outcome:
        monkeypatch.setitem(worker.HANDLERS, "slow", note)
        do_job(services, at=at + LEASE)  # a second worker, meanwhile
        return note(services, subject_id, at)

    monkeypatch.setitem(worker.HANDLERS, "slow", slow)
    promise(services, "slow", 7)

    do_job(services, at=MONDAY)

    assert done(services) == [7]
    assert waiting(services) == []


def test_what_is_promised_while_it_is_done_is_done_again(
    services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    def changing(services: Services, subject_id: int, at: datetime) -> Outcome:
        monkeypatch.setitem(worker.HANDLERS, "changing", note)
        promise(services, "changing", subject_id)
        return note(services, subject_id, at)

    monkeypatch.setitem(worker.HANDLERS, "changing", changing)
    promise(services, "changing", 7)

    work_all(services, at=LATER)

    assert done(services) == [7, 7]
    assert waiting(services) == []


def test_two_workers_do_nothing_twice(services: Services) -> None:
    for number in range(12):
        promise(services, "note", number)
    with services.database.write() as session:
        for number in range(30):
            make_ticket(session, external_id=str(number), title=f"Printer {number} is jammed")

    both = [
        threading.Thread(target=work_all, args=(services,), kwargs={"at": LATER}) for _ in range(2)
    ]
    for each in both:
        each.start()
    for each in both:
        each.join(60)

    assert sorted(done(services), key=lambda number: number or 0) == list(range(12))
    with services.database.read() as session:
        alive = session.scalar(select(func.count()).where(~PassageRow.removed))
        every = session.scalar(select(func.count()).select_from(PassageRow))
        vectors = session.scalar(select(func.count()).select_from(VectorRow))
    assert alive == every == vectors == 30


def test_work_makes_a_ticket_findable(services: Services) -> None:
    with services.database.write() as session:
        ticket = make_ticket(session, title="Printer is jammed")
        reader = Reader(None, frozenset({ticket.audience_id}))

    assert work_once(services, at=MONDAY)

    with services.database.read() as session:
        hits = search(session, services.finder, reader, "jammed printer").hits
    assert [hit.origin_id for hit in hits] == [ticket.id]
    work_all(services, at=MONDAY)
    assert not work_once(services, at=MONDAY)


def test_a_stage_that_fails_keeps_no_other_from_its_work(
    services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_given: object, **_named: object) -> int:
        raise ValueError("a document that cannot be cut")

    with services.database.write() as session:
        make_ticket(session)
    sync.cut_promised(services.database)
    promise(services, "note", 7)
    monkeypatch.setattr(sync, "cut_promised", broken)

    with pytest.raises(ValueError, match="cannot be cut"):
        work_once(services, at=LATER)

    assert done(services) == [7]
    assert services.finder.lag().passages == 0


def test_the_thread_works_until_it_is_stopped(services: Services) -> None:
    working = Worker(services)
    working.start()
    promise(services, "break")
    promise(services, "note", 7)
    deadline = time.monotonic() + 20
    while not done(services) and time.monotonic() < deadline:
        time.sleep(0.05)

    working.stop()
    working.stop()

    assert done(services) == [7]
    promise(services, "note", 8)
    time.sleep(2 * worker.POLL)
    assert done(services) == [7]


def test_a_database_that_is_gone_does_not_end_the_thread(
    services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(worker, "PAUSE", 0.05)
    failures = []

    def fail_twice(_services: Services, *, at: datetime) -> bool:
        failures.append(at)
        if len(failures) < 3:
            raise OSError("gone")
        return False

    monkeypatch.setattr(worker, "work_once", fail_twice)
    working = Worker(services)
    working.start()
    deadline = time.monotonic() + 20
    while len(failures) < 3 and time.monotonic() < deadline:
        time.sleep(0.02)
    working.stop()

    assert len(failures) >= 3
