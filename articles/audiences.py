"""Moving an article to another audience; each move is recorded, a widening by a verb of its own."""

from collections.abc import Collection, Mapping
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from articles.models import Article, ArticleVersion
from kb import events
from kb.models import Grant
from kb.visibility import Reader

_Subject = tuple[int | None, int | None, int | None]
"""Organisation, team or person; the other two are None."""


def move(
    session: Session, article: Article, audience_id: int, *, by: int | None, at: datetime
) -> None:
    """Let the readers of `audience_id` read `article`, instead of those who could until now."""
    if article.audience_id == audience_id:
        return
    wider = widens(session, article.audience_id, audience_id)
    events.record(
        session,
        "article.widen" if wider else "article.narrow",
        person_id=by,
        subject="article",
        subject_id=article.id,
        at=at,
        detail=f"from={article.audience_id} to={audience_id}",
    )
    article.audience_id = audience_id


def note_widening(
    session: Session,
    article: Article,
    version: ArticleVersion,
    audience_id: int,
    *,
    by: int | None,
    at: datetime,
) -> None:
    """Record that a text written for few becomes readable for more, if it does."""
    if version.audience_id != audience_id and widens(session, version.audience_id, audience_id):
        events.record(
            session,
            "article.widen",
            person_id=by,
            subject="article",
            subject_id=article.id,
            at=at,
            detail=f"from={version.audience_id} to={audience_id} version={version.number}",
        )


def widens(session: Session, before: int, after: int) -> bool:
    """Whether `after` was granted to somebody whom `before` was not granted to."""
    return bool(_granted(session, after) - _granted(session, before))


def covering(session: Session, audience_id: int) -> frozenset[int]:
    """The audiences to which all readers of `audience_id` belong: itself, and each wider one."""
    return _wider(audience_id, _grants(session))


def narrower(session: Session, one: int, other: int) -> int | None:
    """Which of two audiences nobody belongs to who is not of the other one too; None: neither."""
    if one == other:
        return one  # as for most tickets, which are for our own company
    granted = _grants(session)
    if one in _wider(other, granted):
        return other
    return one if other in _wider(one, granted) else None


def covered(session: Session, reader: Reader, *, at: datetime) -> dict[int, frozenset[int]]:
    """For each audience of `reader`, those to which all its readers belong at `at`."""
    granted = _grants(session, at=at)
    return {own: _wider(own, granted) for own in sorted(reader.audience_ids)}


def common(covered: Mapping[int, frozenset[int]], wanted: Collection[int]) -> int | None:
    """An audience whose readers all belong to each of `wanted`; None: there is none.

    It is one of `wanted` where that is possible: then nobody is left out without need.
    """
    fitting = [id_ for id_, wider in covered.items() if wider.issuperset(wanted)]
    return min(fitting, key=lambda id_: (id_ not in wanted, id_), default=None)


def _grants(
    session: Session, *, at: datetime | None = None
) -> dict[int, dict[_Subject, datetime | None]]:
    """Who was granted each audience until when, at `at` or ever."""
    found: dict[int, dict[_Subject, datetime | None]] = {}
    for row in session.scalars(select(Grant)):
        if at is None or row.until is None or row.until > at:
            subject = (row.organisation_id, row.team_id, row.person_id)
            found.setdefault(row.audience_id, {})[subject] = row.until
    return found


def _wider(
    audience_id: int, granted: Mapping[int, Mapping[_Subject, datetime | None]]
) -> frozenset[int]:
    inner = granted.get(audience_id, {})
    wider = {id_ for id_, outer in granted.items() if inner and _within(inner, outer)}
    return frozenset({audience_id, *wider})


def _within(
    inner: Mapping[_Subject, datetime | None], outer: Mapping[_Subject, datetime | None]
) -> bool:
    """Whether everybody of `inner` is in `outer`, and not for a shorter time."""
    return all(
        subject in outer and _lasts(outer[subject], until) for subject, until in inner.items()
    )


def _lasts(outer: datetime | None, inner: datetime | None) -> bool:
    return outer is None or (inner is not None and outer >= inner)


def _granted(session: Session, audience_id: int) -> set[_Subject]:
    rows = session.execute(
        select(Grant.organisation_id, Grant.team_id, Grant.person_id).where(
            Grant.audience_id == audience_id
        )
    )
    return {(organisation, team, person) for organisation, team, person in rows}
