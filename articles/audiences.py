"""Moving an article to another audience; each move is recorded, a widening by a verb of its own."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from articles.models import Article, ArticleVersion
from kb import events
from kb.models import Grant

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
    inner = _granted(session, audience_id)
    if not inner:
        return frozenset({audience_id})
    granted: dict[int, set[_Subject]] = {}
    for row in session.scalars(select(Grant)):
        subject = (row.organisation_id, row.team_id, row.person_id)
        granted.setdefault(row.audience_id, set()).add(subject)
    wider = {id_ for id_, subjects in granted.items() if inner <= subjects}
    return frozenset({audience_id, *wider})


def _granted(session: Session, audience_id: int) -> set[_Subject]:
    rows = session.execute(
        select(Grant.organisation_id, Grant.team_id, Grant.person_id).where(
            Grant.audience_id == audience_id
        )
    )
    return {(organisation, team, person) for organisation, team, person in rows}
