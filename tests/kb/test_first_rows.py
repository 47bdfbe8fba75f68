"""Rows that there is one of, made by two processes at the same time."""

import threading
from collections.abc import Callable

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from articles import numbers
from indexer import clock
from indexer.models import Clock, ModelRow
from indexer.sync import put_model
from kb import audit, events, jobs
from kb.db import Database
from kb.models import Job
from tests.factories import MONDAY
from tests.fakes import WordEmbedder

EMBEDDER = WordEmbedder()


def at_once(database: Database, act: Callable[[Session], object]) -> list[object]:
    """What `act` gives in two transactions that both begin before either ends."""
    both_began = threading.Barrier(2)
    outcomes: list[object] = []

    def run() -> None:
        with database.write() as session:
            session.scalar(select(1))
            if not database.is_sqlite:
                both_began.wait(10)  # on SQLite one writer waits for the other before this
            outcomes.append(act(session))

    threads = [threading.Thread(target=run) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    return outcomes


def count(database: Database, table: type) -> int | None:
    with database.read() as session:
        return session.scalar(select(func.count()).select_from(table))


def test_the_first_change_of_the_index(database: Database) -> None:
    assert sorted(map(int, map(str, at_once(database, clock.advance)))) == [1, 2]
    assert count(database, Clock) == 1


def test_the_first_model(database: Database) -> None:
    ids = at_once(database, lambda session: put_model(session, EMBEDDER).id)
    assert len(ids) == 2
    assert len(set(ids)) == 1
    assert count(database, ModelRow) == 1


def test_the_same_promise(database: Database) -> None:
    assert len(at_once(database, lambda s: jobs.promise(s, "note", 7, at=MONDAY))) == 2
    with database.read() as session:
        assert session.scalars(select(Job.promises)).all() == [2]


def test_the_first_number_of_an_article(database: Database) -> None:
    given = at_once(database, lambda session: numbers.take(session, 1))
    assert sorted(map(str, given)) == ["['KB-1']", "['KB-2']"]


def test_the_first_event(database: Database) -> None:
    def act(session: Session) -> None:
        events.record(session, "test.act", person_id=None, subject="test", subject_id=1, at=MONDAY)

    assert len(at_once(database, act)) == 2
    with database.read() as session:
        assert audit.verify(session).length == 2
