"""The chain of events."""

import json
import threading
from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import delete, update
from sqlalchemy.orm import Session

from kb import audit, events
from kb.audit import Chain, ChainBroken
from kb.db import Database
from kb.models import Event
from tests.factories import MONDAY


def recorded(database: Database, *verbs: str) -> None:
    with database.write() as session:
        for verb in verbs:
            events.record(session, verb, person_id=None, subject="ticket", subject_id=1, at=MONDAY)


def verified(database: Database) -> Chain:
    with database.read() as session:
        return audit.verify(session)


def test_events_join_the_chain_with_their_transaction(database: Database) -> None:
    assert verified(database).length == 0
    recorded(database, "a.b", "c.d")
    before = verified(database)
    recorded(database, "e.f")

    after = verified(database)

    assert (before.length, after.length) == (2, 3)
    assert before.digest != after.digest


def change(session: Session) -> None:
    session.execute(update(Event).where(Event.position == 2).values(detail="else"))


def remove(session: Session) -> None:
    session.execute(delete(Event).where(Event.position == 2))


def remove_last(session: Session) -> None:
    session.execute(delete(Event).where(Event.position == 3))


def swap(session: Session) -> None:
    session.execute(update(Event).where(Event.position == 1).values(position=9))
    session.execute(update(Event).where(Event.position == 2).values(position=1))
    session.execute(update(Event).where(Event.position == 9).values(position=2))


@pytest.mark.parametrize("tamper", [change, remove, remove_last, swap])
def test_tampering_is_noticed(database: Database, tamper: Callable[[Session], None]) -> None:
    recorded(database, "a.b", "c.d", "e.f")
    with database.write() as session:
        tamper(session)

    with pytest.raises(ChainBroken):
        verified(database)


def test_what_is_rolled_back_leaves_the_chain_whole(database: Database) -> None:
    recorded(database, "a.b")
    with database.write() as session:
        events.record(session, "c.d", person_id=None, subject="x", subject_id=None, at=MONDAY)
        session.flush()
        session.rollback()
    recorded(database, "e.f")

    assert verified(database).length == 2


def test_many_at_once_make_one_chain(database: Database) -> None:
    recorded(database, "first.one")
    threads = [threading.Thread(target=recorded, args=(database, "a.b", "c.d")) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert verified(database).length == 17


def test_the_export_is_in_order_and_ends_with_the_digest(database: Database) -> None:
    recorded(database, "a.b", "c.d")

    with database.read() as session:
        lines = [json.loads(line) for line in audit.export(session)]

    assert [(line["position"], line["verb"]) for line in lines] == [(1, "a.b"), (2, "c.d")]
    assert lines[-1]["digest"] == verified(database).digest


def aged(database: Database, *days: int) -> None:
    with database.write() as session:
        for day in days:
            at = MONDAY + timedelta(days=day)
            events.record(session, "a.b", person_id=None, subject="x", subject_id=day, at=at)


def pruned(database: Database, *, day: int) -> int:
    with database.write() as session:
        return audit.prune(session, before=MONDAY + timedelta(days=day))


def test_old_events_go_and_the_rest_still_verifies(database: Database) -> None:
    aged(database, 1, 2, 3, 4)
    before = verified(database)

    assert (pruned(database, day=3), pruned(database, day=3)) == (2, 0)

    assert verified(database) == before
    aged(database, 5)
    assert pruned(database, day=9) == 3
    aged(database, 10)
    assert verified(database).length == 6


def test_only_the_beginning_goes(database: Database) -> None:
    aged(database, 1, 9, 2)

    assert pruned(database, day=5) == 1


def test_more_than_was_pruned_may_not_be_missing(database: Database) -> None:
    aged(database, 1, 2, 3, 4)
    pruned(database, day=2)
    with database.write() as session:
        session.execute(delete(Event).where(Event.position == 2))

    with pytest.raises(ChainBroken, match="event 2 is missing"):
        verified(database)
    with pytest.raises(ChainBroken):
        pruned(database, day=9)
