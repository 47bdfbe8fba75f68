"""The change number of the index: how processes learn that they are behind."""

import uuid

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from indexer.models import Clock
from kb.db import added

ROW = 1


def now(session: Session) -> int:
    """The number of the last committed change; 0 before the first."""
    return session.scalar(select(Clock.change).where(Clock.id == ROW)) or 0


def identity(session: Session) -> str:
    """Names this database; empty before the first change."""
    return session.scalar(select(Clock.identity).where(Clock.id == ROW)) or ""


def rename(session: Session) -> None:
    """Give the database another name: what was derived from it is thrown away at the next start."""
    session.execute(update(Clock).values(identity=uuid.uuid4().hex))


def advance(session: Session) -> int:
    """Take the next number and hold the clock until the transaction ends.

    Whoever changes passages or vectors calls this first: the lock puts such transactions in a
    line, so a reader who has seen a number has seen everything up to it.
    """
    number = _next(session)
    if number is None:
        added(session, Clock(id=ROW, change=0, identity=uuid.uuid4().hex))
        number = _next(session)
    if number is None:
        raise RuntimeError("the clock's row is neither there nor can it be made")
    return number


def _next(session: Session) -> int | None:
    return session.scalar(
        update(Clock)
        .where(Clock.id == ROW)
        .values(change=Clock.change + 1)
        .returning(Clock.change)
        .execution_options(synchronize_session=False)
    )
