"""Searches that ended with nothing good: kept to be counted, without what was asked.

Who types searches at each key, and who finds nothing asks in other words.  What somebody searches
within a minute of the time before is therefore one search, and its last answer counts.
"""

from collections.abc import Collection
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from kb.models import Unanswered
from kb.visibility import Reader

PAUSE = timedelta(minutes=1)
"""Who has not searched for so long begins another search."""


def changes(session: Session, reader: Reader, *, found: bool, at: datetime) -> bool:
    """Whether there is anything to note: most searches find something, and leave nothing."""
    return not found or _under_way(session, reader, at=at) is not None


def note(session: Session, reader: Reader, *, found: bool, language: str, at: datetime) -> None:
    """Keep that a search of `reader` has found nothing good so far, or drop that."""
    last = _under_way(session, reader, at=at)
    if found:
        if last is not None:
            session.delete(last)
        return
    if last is None:
        last = Unanswered(person_id=reader.person_id)
        session.add(last)
    last.language = None if language == "und" else language
    last.audiences, last.at = searched(reader.audience_ids), at


def searched(audience_ids: Collection[int]) -> str:
    """Audiences as a row names them."""
    return " ".join(map(str, sorted(audience_ids)))


def _under_way(session: Session, reader: Reader, *, at: datetime) -> Unanswered | None:
    return session.scalar(
        select(Unanswered)
        .where(Unanswered.person_id == reader.person_id, Unanswered.at > at - PAUSE)
        .order_by(Unanswered.id.desc())
        .limit(1)
    )
