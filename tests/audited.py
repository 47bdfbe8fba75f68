"""Deny by default: a door that changes something and records no event fails the test that uses it.

Each transaction that the program opens while tests run is watched.  If it changes a table that is
not named in `UNAUDITED`, it must add an event.  What tests write themselves is not watched.
"""

import sys
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from types import FrameType
from typing import Any
from unittest.mock import patch

from sqlalchemy import Result, Table, Update, UpdateBase, event, inspect
from sqlalchemy.orm import ORMExecuteState, Session
from sqlalchemy.orm.unitofwork import UOWTransaction

from kb.db import Database
from kb.models import Event

UNAUDITED = {
    "event_chain": "the chain itself",
    "documents": "made from tickets and articles, whose changes are recorded",
    "passages": "made from documents",
    "vectors": "made from passages",
    "models": "which models there are vectors of",
    "index_clock": "how far the index is",
    "jobs": "work that another change promised; that somebody tries it again is recorded",
    "article_numbering": "counts the numbers that were given",
    "idempotency_keys": "repetitions of a request change nothing",
    "setup_codes": "good for the first administrator alone, whose creation is recorded",
    "sign_in_failures": "what slows down guessing, beside the events of it",
    "digests": "that the mail of the day was sent",
    "tokens.used_at": "the time of the last use",
    "identities.used_at": "the time of the last use",
    "escalations.read_at": "that its author saw what became of it",
    "library_visits": "how far somebody has looked",
    "unanswered": "that a search found nothing good, for the figures; not what was asked",
    "readings": "what somebody has read, which they note for themselves",
    "audiences": "a new one has no readers; who gets to read is recorded",
    "tickets.hidden": "found by rules in the ticket, whose changes are recorded",
    "tickets.rules": "by which rules they were found",
    "source_scopes": "met in a source, for administrators alone until somebody maps it",
    "source_cases": "what is to be fetched; what came of it is recorded",
    "deliveries": "what a receiver is to be told of an article, whose change is recorded",
    "receivers.delivered_at": "how telling goes",
    "receivers.failures": "how telling goes",
    "receivers.failure": "how telling goes",
    "receivers.not_before": "when telling is tried again",
    "uploads": "a file that somebody looks at; that it is imported is recorded",
    "sources.mark": "how far a sync is",
    "sources.caught_up_at": "how far a sync is",
    "sources.leased_until": "which process syncs",
    "sources.not_before": "when a sync is tried again",
    "sources.failure": "why a sync stopped",
    "sources.failed_at": "when a sync stopped",
}
"""Tables, or columns of them, and why no event tells of a change there."""

WATCHED = "changed, for the audit"


class NoEvent(AssertionError):
    """The program changed something without recording who did it."""


@contextmanager
def demanded() -> Iterator[None]:
    """Let every transaction of the program fail that changes something and records nothing."""
    honest = Database.write

    def write(self: Database) -> AbstractContextManager[Session]:
        given = honest(self)
        return given if _of_tests(sys._getframe(1)) else _watched(given)

    event.listen(Session, "before_flush", _flushed)
    event.listen(Session, "do_orm_execute", _executed)
    try:
        with patch.object(Database, "write", write):
            yield
    finally:
        event.remove(Session, "before_flush", _flushed)
        event.remove(Session, "do_orm_execute", _executed)


def _of_tests(frame: FrameType) -> bool:
    return str(frame.f_globals.get("__name__", "")).startswith("tests.")


@contextmanager
def _watched(given: AbstractContextManager[Session]) -> Iterator[Session]:
    with given as session:
        changed: set[str] = set()
        session.info[WATCHED] = changed
        yield session
        if not session.in_transaction():
            return
        session.flush()
        if changed and Event.__tablename__ not in changed:
            raise NoEvent(f"{', '.join(sorted(changed))} changed, and no event tells who did it")


def _flushed(session: Session, _context: UOWTransaction, _instances: object) -> None:
    changed = session.info.get(WATCHED)
    if changed is None:
        return
    for row in (*session.new, *session.deleted):
        _note(changed, row.__tablename__)
    for row in session.dirty:
        for column in inspect(row).mapper.column_attrs:
            if inspect(row).attrs[column.key].history.has_changes():
                _note(changed, row.__tablename__, column.key)


def _executed(state: ORMExecuteState) -> Result[Any] | None:
    changed, statement = state.session.info.get(WATCHED), state.statement
    if changed is None or not isinstance(statement, UpdateBase):
        return None
    done = state.invoke_statement()
    table = statement.table
    if not isinstance(table, Table) or getattr(done, "rowcount", 1) == 0:
        return done
    if not isinstance(statement, Update):
        _note(changed, table.name)
    else:
        given = statement.compile().params.keys() & table.columns.keys()
        for column in given or {None}:  # None: computed from what was there
            _note(changed, table.name, column)
    return done


def _note(changed: set[str], table: str, column: str | None = None) -> None:
    name = table if column is None else f"{table}.{column}"
    if table not in UNAUDITED and name not in UNAUDITED:
        changed.add(table if column is None or table == Event.__tablename__ else name)
