"""What is new in the library: noted when readers see something else, told to them alone."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, false, func, or_, select
from sqlalchemy.orm import Session

from articles import receivers, store
from articles.models import Article, ArticleNews, ArticleVersion, LibraryVisit, NewsKind
from articles.receivers import Noted
from articles.visibility import visible_articles, visible_versions
from kb.db import added
from kb.visibility import Reader


@dataclass(frozen=True, slots=True)
class News:
    """What became of an article; one that was retired has no title and no text any more."""

    id: int
    number: str
    kind: NewsKind
    at: datetime
    title: str
    markdown: str
    language: str | None
    tags: tuple[str, ...]


def note_shown(session: Session, articles: Collection[Article]) -> None:
    """Note that readers see these articles anew, at the time of their last change.

    Readers that an article is taken away from, because it moves to others, learn that it is gone.
    """
    last = _last(session, [article.id for article in articles])
    noted = []
    for article in articles:
        before = last.get(article.id)
        there = before is not None and before.kind is not NewsKind.RETIRED
        stays = before is not None and before.audience_id == article.audience_id
        if before is not None and there and not stays:
            gone = _add(session, article, before.audience_id, NewsKind.RETIRED)
            session.flush()  # the order of ids is that of the news
            noted.append(Noted(gone, article, moved=True))
        kind = NewsKind.CHANGED if there and stays else NewsKind.PUBLISHED
        noted.append(Noted(_add(session, article, article.audience_id, kind), article))
    receivers.promise_news(session, noted)


def note_retired(session: Session, article_ids: Collection[int]) -> None:
    """Note that readers see these articles no more; of those they never saw there is no news."""
    last = _last(session, article_ids)
    noted = []
    for article in session.scalars(select(Article).where(Article.id.in_(last))):
        before = last[article.id]
        if before.kind is not NewsKind.RETIRED:
            noted.append(
                Noted(_add(session, article, before.audience_id, NewsKind.RETIRED), article)
            )
    receivers.promise_news(session, noted)


def listed(
    session: Session,
    reader: Reader,
    *,
    tag: str = "",
    language: str = "",
    after: int | None = None,
    limit: int,
) -> list[News]:
    """The last news of each article that `reader` could read, newest first.

    What is not published, or not for them, is not among it.  An article that was retired is
    named by its number alone, where neither tag nor language is asked for: empty ones restrict
    nothing.  With `after`, only what came after this piece of news, and nothing that was retired.
    """
    reader = reader.only_reading()  # what everybody reads, no unpublished change
    mine = ArticleNews.audience_id.in_(reader.audience_ids)
    latest = select(func.max(ArticleNews.id)).where(mine).group_by(ArticleNews.article_id)
    shown = and_(visible_articles(reader), visible_versions(reader))
    described = store.described(tag=tag, language=language)
    # What tags an article has now is no news for those who may not read it any more.
    retired = ArticleNews.kind == NewsKind.RETIRED
    gone = false() if described or after is not None else retired
    fresh = [] if after is None else [ArticleNews.id > after, ~retired]
    query = (
        select(ArticleNews, Article, ArticleVersion)
        .join(Article, Article.id == ArticleNews.article_id)
        .outerjoin(ArticleVersion, and_(ArticleVersion.article_id == Article.id, shown))
        .where(
            ArticleNews.id.in_(latest),
            *fresh,
            or_(gone, and_(~gone, ArticleVersion.id.is_not(None), *described)),
        )
        .order_by(ArticleNews.at.desc(), ArticleNews.id.desc())
        .limit(limit)
    )
    return [_news(*row) for row in session.execute(query)]


def unseen(session: Session, reader: Reader, *, limit: int) -> list[News]:
    """What was published or changed since `reader` last looked, newest first."""
    visit = session.get(LibraryVisit, reader.person_id)
    return listed(session, reader, after=visit.news_id if visit else 0, limit=limit)


def see(session: Session, reader: Reader, until: int) -> None:
    """Let nothing up to the piece of news `until` be new to `reader` any more; again is fine."""
    mine = ArticleNews.audience_id.in_(reader.audience_ids)
    last = session.scalar(select(func.max(ArticleNews.id)).where(mine, ArticleNews.id <= until))
    visit = session.get(LibraryVisit, reader.person_id)
    if last is None or reader.person_id is None:
        return
    if visit is None:
        added(session, LibraryVisit(person_id=reader.person_id, news_id=last))
    else:
        visit.news_id = max(visit.news_id, last)


def told(session: Session, reader: Reader, news_id: int) -> News | None:
    """What a piece of news says to `reader` now; None: nothing, or no more."""
    reader = reader.only_reading()  # as above
    found = session.execute(
        select(ArticleNews, Article, ArticleVersion)
        .join(Article, Article.id == ArticleNews.article_id)
        .outerjoin(
            ArticleVersion,
            and_(
                ArticleVersion.article_id == Article.id,
                visible_articles(reader),
                visible_versions(reader),
            ),
        )
        .where(ArticleNews.id == news_id, ArticleNews.audience_id.in_(reader.audience_ids))
    ).one_or_none()
    if found is None:
        return None
    row, article, version = found
    # Gone for some and there for others, whom the reader is among too, is not gone.
    if (row.kind is NewsKind.RETIRED) is (version is not None):
        return None
    return _news(row, article, version)


def _news(row: ArticleNews, article: Article, version: ArticleVersion | None) -> News:
    if row.kind is NewsKind.RETIRED or version is None:
        return News(row.id, article.number, NewsKind.RETIRED, row.at, "", "", None, ())
    return News(
        row.id,
        article.number,
        row.kind,
        row.at,
        version.title,
        version.markdown,
        article.language,
        tuple(article.tags),
    )


def _add(session: Session, article: Article, audience_id: int, kind: NewsKind) -> ArticleNews:
    row = ArticleNews(
        article_id=article.id, audience_id=audience_id, kind=kind, at=article.updated_at
    )
    session.add(row)
    return row


def _last(session: Session, article_ids: Iterable[int]) -> dict[int, ArticleNews]:
    rows = session.scalars(
        select(ArticleNews)
        .where(ArticleNews.article_id.in_(list(article_ids)))
        .order_by(ArticleNews.id)
    )
    return {row.article_id: row for row in rows}
