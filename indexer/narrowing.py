"""Keeping both legs to the documents that a filter matches, however many those are."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from typing import Protocol

from sqlalchemy import ColumnElement, and_, select
from sqlalchemy.orm import Session

from indexer.ports import Found
from kb.models import Document

Leg = Callable[[int, Collection[int] | None], list[Found]]
"""Ranks by one leg: at most how many passages, and within which documents only."""

SHARE = 0.5
"""Of the first candidates, how many are taken to match before anything is known."""

AHEAD = 1.3
"""How many more candidates are asked for than should be enough, so that asking twice is rare."""

DEEPEST = 25
"""Candidates looked through for each that is wanted; a filter that keeps fewer matches few."""


class Restriction(Protocol):
    """Documents that a search is restricted to."""

    def best(self, leg: Leg, limit: int) -> list[Found]:
        """The first `limit` passages of `leg` that are of these documents."""
        ...


@dataclass(frozen=True, slots=True)
class Among:
    """Documents whose ids are known."""

    ids: Collection[int]

    def best(self, leg: Leg, limit: int) -> list[Found]:
        """See Restriction."""
        return leg(limit, self.ids)


class Narrowing:
    """What the filters of one search restrict it to.

    A filter that matches many documents is asked about the candidates of each leg, as deep as it
    takes; of one that matches few, the ids are read.  Both give the same hits.
    """

    def __init__(self, session: Session, clauses: Sequence[ColumnElement[bool]]) -> None:
        """Restrict to the documents that meet all `clauses`."""
        self._session = session
        self._clauses = clauses
        self._ids: frozenset[int] | None = None
        self._matches: dict[int, bool] = {}
        self._share = SHARE

    def best(self, leg: Leg, limit: int) -> list[Found]:
        """See Restriction."""
        if self._ids is None:
            found = self._sifted(leg, limit)
            if found is not None:
                return found
            self._ids = frozenset(self._session.scalars(select(Document.id).where(*self._clauses)))
        return leg(limit, self._ids)

    def _sifted(self, leg: Leg, limit: int) -> list[Found] | None:
        """The matching ones of the first candidates; None where too few of them match."""
        deepest = DEEPEST * limit
        deep = min(_enough(limit, self._share), deepest)
        while True:
            found = leg(deep, None)
            kept = self._matching(found)
            if len(kept) >= limit or len(found) < deep:
                return kept[:limit]
            self._share = len(kept) / len(found)
            if deep == deepest or limit > self._share * deepest:
                return None
            deep = min(max(_enough(limit, self._share), 2 * deep), deepest)

    def _matching(self, found: Sequence[Found]) -> list[Found]:
        asked = {one.document_id for one in found} - self._matches.keys()
        if asked:
            # Asked for as a column: as a condition, SQLite would look among all that match.
            meets = select(Document.id, and_(*self._clauses).label("meets"))
            rows = self._session.execute(meets.where(Document.id.in_(asked)))
            self._matches |= dict.fromkeys(asked, False) | {row.id: bool(row.meets) for row in rows}
        return [one for one in found if self._matches[one.document_id]]


def _enough(limit: int, share: float) -> int:
    return int(limit * AHEAD / share) + 1
