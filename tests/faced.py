"""Deny by default: what reads the words of a ticket past `kb.faces` fails the test that uses it.

A ticket has two faces, one for its own team and one for its other readers (`kb.faces`).  While
tests run, each read of a column that may hold private words is watched: of a row, and by a query
of columns.  The functions of `MAY` may read them, each for its reason; everything else, such as a
new page, shows a `Face`.  What tests read themselves is not watched.
"""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any
from unittest.mock import patch

from sqlalchemy import ColumnClause, Select, event
from sqlalchemy.orm import ORMExecuteState, Session
from sqlalchemy.sql import coercions, roles, visitors

from kb.cleaning import TEXTS
from kb.models import Message, Ticket

PRIVATE = {
    Ticket: frozenset({*TEXTS, "organisation"}),
    Message: frozenset({"text", "author"}),
}
"""Columns of which other readers than the own team of a ticket may read something else."""

OURS = frozenset({"kb", "indexer", "articles", "api", "tests"})

DRAFTS = "what a draft is written from: the writers put placeholders where something is private"

MAY = {
    "kb.faces.own": "makes the face",
    "kb.faces.outside": "makes the face",
    "kb.faces.quote": "makes a part of the face",
    "kb.cleaning._find": "finds what the face hides",
    "kb.cleaning._known": "finds what the face hides",
    "kb.cleaning._texts": "finds what the face hides",
    "kb.tickets.add_message": "looks whether the ticket says it already",
    "kb.sources.sync._asks": "looks whether a case says something new",
    "kb.sources.sync._before": "looks whether a case says something new",
    "kb.sources.handing_on.take_answers": "brings an answer back as an internal message",
    "articles.drafting._case": DRAFTS,
    "articles.drafting._turn": DRAFTS,
    "articles.drafting._turns": DRAFTS,
    "articles.drafting._turns_of": DRAFTS,
    "articles.drafting.language_of": DRAFTS,
    "articles.clusters.sources": DRAFTS,
    "articles.figures._counted": "counts by companies, as far as the face names them",
    "articles.figures._add_escalations": "as above",
    "articles.figures._published": "as above",
    "api.escalating._packet": "the handover, cleaned if anybody outside reads it",
    "kb.privacy.places": "where somebody is named, for whoever has the machine",
    "api.cli.demo._close": "of the invented service desk, by whoever has the machine",
    "api.cli.sources.hand_on": "a title that whoever has the machine sends out",
}
"""Functions that read such columns, and why nobody gets to see by them what is not theirs."""


class PastTheFace(AssertionError):
    """Something reads the words of a ticket that only its own team may read as they are."""


@contextmanager
def demanded() -> Iterator[None]:
    """Let everything fail that reads private columns and is not named in `MAY`."""
    guards = [patch.object(kind, "__getattribute__", _guarded(kind)) for kind in PRIVATE]
    event.listen(Session, "do_orm_execute", _executed)
    for guard in guards:
        guard.start()
    try:
        yield
    finally:
        for guard in guards:
            guard.stop()
        event.remove(Session, "do_orm_execute", _executed)


def _guarded(kind: type[Any]) -> Any:  # Any: any row, and a method of it
    private = PRIVATE[kind]

    def read(self: object, name: str) -> Any:  # Any: any attribute
        if name in private:
            _check(f"{kind.__name__}.{name}", sys._getframe(1))
        return object.__getattribute__(self, name)

    return read


def _executed(state: ORMExecuteState) -> None:
    if not isinstance(state.statement, Select):
        return
    for described in state.statement.column_descriptions:
        if isinstance(described["expr"], type):
            continue  # a whole row, whose reads are watched
        asked = coercions.expect(roles.ColumnsClauseRole, described["expr"])
        for table, column in _columns(asked):
            for kind, private in PRIVATE.items():
                if kind.__tablename__ == table and column in private:
                    _check(f"{kind.__name__}.{column}", sys._getframe(1))


def _columns(asked: Any) -> Iterator[tuple[str, str]]:  # Any: an expression
    """The tables and columns that an expression is made of, also through subqueries."""
    for base in getattr(asked, "base_columns", {asked}):
        for part in visitors.iterate(base):
            if isinstance(part, ColumnClause) and part.table is not None:
                for column in part.base_columns:
                    if column.table is not None:
                        yield str(getattr(column.table, "name", "")), str(column.key)


def _check(column: str, frame: FrameType | None) -> None:
    while frame is not None:
        module = str(frame.f_globals.get("__name__", ""))
        if module.partition(".")[0] in OURS and module != __name__:
            break
        frame = frame.f_back
    if frame is None or module.startswith("tests."):
        return
    reader = f"{module}.{frame.f_code.co_qualname.partition('.<locals>')[0]}"
    if reader not in MAY:
        raise PastTheFace(f"{reader} reads {column} past kb.faces: show a Face instead")
