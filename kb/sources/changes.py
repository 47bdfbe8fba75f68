"""Walking through what changed, for systems that can list by time of change."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise

from kb.sources.ports import BadAnswer, Mark, Page, QueryIgnored, Reference

OVERLAP = timedelta(minutes=2)
"""How far a caught-up source is looked at again: a change is stamped before it is visible."""

SETTLED = timedelta(hours=1)
"""After this time nothing becomes visible late any more, and nothing is looked at again."""

SLACK = timedelta(seconds=1)
"""Systems that store fractions of a second show full ones."""

SETTLING = timedelta(seconds=5)
"""So long after it, by our clock, a second may still go on in a system that shows full seconds."""

MOST_PAGES = 500
"""Pages of one call; more means that the system turns in circles."""


@dataclass(frozen=True, slots=True)
class Listed:
    """A case in a list: when it changed, and what is different when it has changed again."""

    external_id: str
    changed_at: datetime
    version: str = ""

    @property
    def key(self) -> str:
        """Names this change of this case."""
        return f"{self.external_id}@{self.version or self.changed_at.isoformat()}"


@dataclass(frozen=True, slots=True)
class Rows:
    """A page of a list by rising time of change.

    `following` leads to the next page.  Systems that cut pages before they apply access rights
    give short and even empty pages in the middle: only a missing `following` is the end.
    """

    rows: tuple[Listed, ...]
    following: str | None


Listing = Callable[[datetime | None, str | None], Rows]
"""Lists what changed at a time or later (None: ever), from the start or going on as told."""


def walk(
    listing: Listing, since: Mark, *, limit: int, at: datetime, overlap: timedelta = OVERLAP
) -> Page:
    """The next cases by rising time of change.

    Goes on by time, not by the number of the page: a case that changes meanwhile moves to the
    end, and all behind it would move up one place and be missed.

    Raises:
        QueryIgnored: the list holds what was not asked for.
        BadAnswer: the list is not in order, or never ends.
    """
    start, following = since.at, None
    seen = dict.fromkeys(since.seen)
    found: list[Listed] = []
    looked_at: list[Listed] = []
    for _ in range(MOST_PAGES):
        page = listing(start, following)
        _check(page, start)
        found += [row for row in page.rows if row.key not in seen]
        seen |= {row.key: None for row in page.rows}
        looked_at += page.rows
        if page.following is None or len(found) >= limit:
            break
        newest = page.rows[-1].changed_at if page.rows else start
        if newest is not None and (start is None or newest - SLACK > start):
            start, following = newest, None
        else:
            following = page.following
    else:
        raise BadAnswer(f"more than {MOST_PAGES} pages without anything new")
    done = page.following is None
    cases = tuple(Reference(external_id) for external_id in dict.fromkeys(_ids(found)))
    return Page(cases, _after(since, looked_at, done=done, at=at, overlap=overlap), done)


def _ids(rows: list[Listed]) -> list[str]:
    return [row.external_id for row in rows]


def _check(page: Rows, start: datetime | None) -> None:
    times = [row.changed_at for row in page.rows]
    if start is not None and times and min(times) < start - SLACK:
        raise QueryIgnored("the system listed cases older than asked for; it ignored the question")
    if any(later < earlier for earlier, later in pairwise(times)):
        raise BadAnswer("the system did not list the cases by time of change")


def _after(
    since: Mark, looked_at: list[Listed], *, done: bool, at: datetime, overlap: timedelta
) -> Mark:
    if not looked_at:
        return since
    newest = max(row.changed_at for row in looked_at)
    mark_at = newest - overlap if done and newest > at - SETTLED else newest
    if since.at is not None:
        # Never further back than before: what changed then is not in `seen` any more.
        mark_at = max(mark_at, since.at)
    kept = frozenset(row.key for row in looked_at if row.changed_at >= mark_at - SLACK)
    if mark_at == since.at:  # what was seen before is still in front of the mark
        kept |= since.seen
    if done and newest > at - SETTLING:
        kept -= {row.key for row in looked_at if _may_look_the_same(row, newest)}
    return Mark(mark_at, kept)


def _may_look_the_same(row: Listed, newest: datetime) -> bool:
    """Whether another change, within the second that still goes on, would not be noticed."""
    return row.changed_at == newest and not row.version and newest.microsecond == 0
