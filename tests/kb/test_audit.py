"""The chain of events."""

import json
import threading
from collections.abc import Callable

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
