"""The short numbers of articles: KB-1, KB-2, …; easy to say on the phone, never used twice."""

import re

from sqlalchemy import select
from sqlalchemy.orm import Session

from articles.models import Numbering
from kb.db import added

PREFIX = "KB-"

_NUMBER = re.compile(r"(?:KB[- ]?)?0*([1-9][0-9]{0,8})", re.IGNORECASE)


def normal(text: str) -> str | None:
    """The number as we write it, from what somebody typed (`kb 12`, `12`); None: it is none."""
    match = _NUMBER.fullmatch(text.strip())
    return f"{PREFIX}{match[1]}" if match else None


def is_number(text: str) -> bool:
    """Whether `text` is a number exactly as we write it."""
    return text.startswith(PREFIX) and normal(text) == text


def take(session: Session, count: int = 1) -> list[str]:
    """The next `count` free numbers; others who want one wait until this transaction ends."""
    if not count:
        return []
    row = _locked(session)
    row.last += count
    return [f"{PREFIX}{number}" for number in range(row.last - count + 1, row.last + 1)]


def keep_free(session: Session, highest: int) -> None:
    """Give out no number up to `highest`: an article brings it along."""
    row = _locked(session)
    row.last = max(row.last, highest)


def value(number: str) -> int:
    """The 12 of KB-12."""
    return int(number.removeprefix(PREFIX))


def _locked(session: Session) -> Numbering:
    chosen = select(Numbering).where(Numbering.id == 1).with_for_update()
    row = session.scalar(chosen)
    if row is None:
        added(session, Numbering(id=1, last=0))
        row = session.scalars(chosen).one()
    return row
