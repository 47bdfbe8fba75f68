"""One article in several languages: which belong together, and which have fallen behind."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, and_, false, func, or_, select
from sqlalchemy.orm import Session

from articles import store
from articles.models import Article, ArticleVersion
from articles.visibility import visible_articles, visible_versions
from kb import events
from kb.errors import InvalidInput
from kb.models import Licence
from kb.visibility import Reader


class NoTranslation(InvalidInput):
    """An article is no translation of itself, nor of one in the same language."""


@dataclass(frozen=True, slots=True)
class Translation:
    """A member of a group; `outdated` when the original was written anew after it."""

    article_id: int
    number: str
    language: str | None
    title: str
    original: bool
    outdated: bool


def group(session: Session, reader: Reader, article_id: int) -> list[Translation]:
    """All languages of an article that `reader` may see, itself included, the original first.

    Where the original is absent or invisible, its translations know each other by its name, and
    none of them is original or outdated.

    Raises:
        ArticleNotFound: the article is absent or invisible.
    """
    store.get(session, reader, article_id)
    members = _members(session, reader, article_id)
    root = _root(members)
    rows = session.execute(
        select(Article, ArticleVersion)
        .join(ArticleVersion, ArticleVersion.article_id == Article.id)
        .where(
            Article.id.in_(members),
            visible_articles(reader),
            visible_versions(reader),
            ArticleVersion.number == func.coalesce(Article.published_version, Article.version),
        )
        .order_by(Article.language, Article.id)
    ).all()
    newest = next((version.at for article, version in rows if article.id == root), None)
    found = [
        Translation(
            article_id=article.id,
            number=article.number,
            language=article.language,
            title=version.title,
            original=article.id == root,
            outdated=newest is not None and version.at < newest,
        )
        for article, version in rows
    ]
    return sorted(found, key=lambda item: not item.original)


def set_original(
    session: Session, reader: Reader, article_id: int, original_id: int | None, *, at: datetime
) -> None:
    """Note what the article translates; None takes it out of its group.

    Raises:
        RoleMissing: `reader` may not edit.
        ArticleNotFound: one of the two is absent or invisible.
        NoTranslation: they are the same article, or in the same language.
    """
    reader.must_hold(Licence.CANDIDATE)
    own = store.get(session, reader, article_id)
    original = None if original_id is None else store.get(session, reader, original_id)
    if original is not None and (original.id == own.id or original.language == own.language):
        raise NoTranslation(f"{own.number} is no translation of {original.number}")
    article = session.get_one(Article, article_id, with_for_update=True)
    article.translation_of = None if original is None else original.number
    article.updated_at = at
    events.record(
        session,
        "article.translation",
        person_id=reader.person_id,
        subject="article",
        subject_id=article_id,
        at=at,
        detail=f"original={original_id}",
    )


def _members(session: Session, reader: Reader, article_id: int) -> dict[int, Article]:
    """Everything that is connected to the article for `reader`, in both directions, by id.

    What they may not see connects nothing either: who is in the group would tell of it.
    """
    members = {article_id: session.get_one(Article, article_id)}
    new: list[Article] = list(members.values())
    while new:
        connected = session.scalars(
            select(Article).where(
                or_(_named_by(new), _naming(new), _naming_the_same(new)),
                Article.id.not_in(members),
                visible_articles(reader),
            )
        ).all()
        new = list(connected)
        members |= {article.id: article for article in new}
    return members


def _named_by(articles: Collection[Article]) -> ColumnElement[bool]:
    """The originals that `articles` say they translate."""
    return or_(
        false(),
        *(
            or_(
                Article.number == article.translation_of,
                and_(
                    Article.source == article.source,
                    Article.external_id == article.translation_of,
                ),
            )
            for article in articles
            if article.translation_of is not None
        ),
    )


def _naming(articles: Collection[Article]) -> ColumnElement[bool]:
    """The translations that say they translate one of `articles`."""
    by_number = Article.translation_of.in_([article.number for article in articles])
    by_id = [
        and_(Article.source == article.source, Article.translation_of == article.external_id)
        for article in articles
        if article.external_id is not None  # comparing with None would match all without one
    ]
    return or_(by_number, *by_id)


def _naming_the_same(articles: Collection[Article]) -> ColumnElement[bool]:
    """The translations of what `articles` say they translate, whether that is there or not."""
    return or_(
        false(),
        *(
            and_(Article.source == article.source, Article.translation_of == article.translation_of)
            for article in articles
            if article.translation_of is not None
        ),
    )


def _root(members: dict[int, Article]) -> int | None:
    """The lowest member that translates no other article; None: the original is not among them.

    Of members that all translate each other, the lowest.
    """
    roots = [id_ for id_, article in members.items() if article.translation_of is None]
    if roots:
        return min(roots)
    names = {name for article in members.values() for name in (article.number, article.external_id)}
    elsewhere = any(article.translation_of not in names for article in members.values())
    return None if elsewhere else min(members)
