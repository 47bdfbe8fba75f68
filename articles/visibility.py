"""Who may read which article, and which of its versions: the article side of `kb.visibility`."""

from sqlalchemy import ColumnElement, and_

from articles.models import Article, ArticleState, ArticleVersion
from kb.visibility import Reader


def edits(reader: Reader) -> bool:
    """Whether `reader` works on articles: only they see drafts, changes and the history."""
    return reader.licence is not None


def visible_articles(reader: Reader) -> ColumnElement[bool]:
    """The WHERE clause for articles that `reader` may read, in whatever version."""
    mine = Article.audience_id.in_(reader.audience_ids)
    if edits(reader):
        return mine
    return and_(mine, Article.state == ArticleState.PUBLISHED)


def visible_versions(reader: Reader) -> ColumnElement[bool]:
    """The WHERE clause for versions that `reader` may read of an article that they may read.

    Each version keeps the audience it was written for: an article that is widened later does
    not show its past to the new readers.
    """
    mine = ArticleVersion.audience_id.in_(reader.audience_ids)
    if edits(reader):
        return mine
    return and_(mine, ArticleVersion.number == Article.published_version)
