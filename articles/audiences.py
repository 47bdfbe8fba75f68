"""Moving an article to another audience; each move is recorded, a widening by a verb of its own."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from articles.models import Article
from kb import events
from kb.models import Grant


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


def widens(session: Session, before: int, after: int) -> bool:
    """Whether `after` was granted to somebody whom `before` was not granted to."""
    return bool(_granted(session, after) - _granted(session, before))


def _granted(session: Session, audience_id: int) -> set[tuple[int | None, int | None, int | None]]:
    rows = session.execute(
        select(Grant.organisation_id, Grant.team_id, Grant.person_id).where(
            Grant.audience_id == audience_id
        )
    )
    return {(organisation, team, person) for organisation, team, person in rows}
