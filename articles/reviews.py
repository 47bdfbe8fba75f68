"""Which published articles somebody should look at again, by their age and by their use."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import and_, exists, func, or_, select, true
from sqlalchemy.orm import Session

from articles.models import (
    Article,
    ArticleLink,
    ArticleState,
    ArticleVersion,
    LinkOutcome,
    LinkRole,
    Remark,
    RemarkKind,
)
from articles.visibility import edits, visible_articles, visible_versions
from kb.models import Person, Ticket
from kb.visibility import Reader, visible_tickets

AGE = timedelta(days=365)
"""After so long any article is looked at again."""

AGE_IN_USE = timedelta(days=182)
"""After so long one that is used: a mistake in it costs more."""

IN_USE = timedelta(days=90)
"""An article is used that has solved a case within so long."""


@dataclass(frozen=True, slots=True)
class Due:
    """A published article to look at again; `looked_at`: last written or confirmed."""

    id: int
    number: str
    title: str
    language: str | None
    looked_at: datetime
    used: bool
    owner: str | None
    """The name of the colleague who looks after it, as long as there is one."""
    mine: bool


def due(
    session: Session, reader: Reader, *, at: datetime, limit: int, mine: bool = False
) -> list[Due]:
    """The articles that `reader` may see and that are due: their own, those in use, the oldest.

    With `mine`, those alone that the reader looks after.

    For who is of another organisation, or does not work on articles, none.
    """
    if reader.outside or not edits(reader):
        return []
    confirmed = (
        select(func.max(Remark.at))
        .where(
            Remark.article_id == Article.id,
            Remark.version == Article.published_version,
            Remark.kind == RemarkKind.CONFIRMED,
        )
        .correlate(Article)
        .scalar_subquery()
    )
    looked_at = func.coalesce(confirmed, ArticleVersion.at)
    used = exists().where(
        ArticleLink.article_id == Article.id,
        ArticleLink.role == LinkRole.RESOLVED_BY,
        ArticleLink.outcome != LinkOutcome.DID_NOT_HELP,
        ArticleLink.at >= at - IN_USE,
        Ticket.id == ArticleLink.ticket_id,
        visible_tickets(reader),
    )
    own = and_(Article.owner_id.is_not(None), Article.owner_id == reader.person_id)
    rows = session.execute(
        select(Article, ArticleVersion.title, looked_at, used, Person.name, own)
        .outerjoin(Person, and_(Person.id == Article.owner_id, Person.active))
        .join(
            ArticleVersion,
            and_(
                ArticleVersion.article_id == Article.id,
                ArticleVersion.number == Article.published_version,
            ),
        )
        .where(
            Article.state == ArticleState.PUBLISHED,
            visible_articles(reader),
            visible_versions(reader),
            own if mine else true(),
            or_(looked_at < at - AGE, and_(looked_at < at - AGE_IN_USE, used)),
        )
        .order_by(~own, ~used, looked_at, Article.id)
        .limit(limit)
    )
    return [
        Due(
            id=article.id,
            number=article.number,
            title=title,
            language=article.language,
            looked_at=seen,
            used=bool(used),
            owner=owner,
            mine=bool(mine),
        )
        for article, title, seen, used, owner, mine in rows
    ]
