"""Articles that say nearly the same: shown before one more is written or published."""

import re
from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from articles.models import Article, ArticleState, ArticleVersion
from articles.visibility import visible_articles, visible_versions
from kb.visibility import Reader

NEAR = 0.65
"""Share of common word triples from which two texts count as near-duplicates.

On 300 real, distinct articles of which many follow one pattern, none of 44,850 pairs reaches it;
3 reach 0.6 and 122 reach 0.55.
"""

SHINGLE = 3
"""Words in a row that are compared as one."""

_WORD = re.compile(r"[\w.]*\w")


@dataclass(frozen=True, slots=True)
class Duplicate:
    """An article that is close to the text in question; similarity in (0, 1]."""

    article_id: int
    number: str
    title: str
    state: ArticleState
    similarity: float


def near(
    session: Session,
    reader: Reader,
    *,
    title: str,
    markdown: str,
    candidates: Collection[int] = (),
    ignore: int | None = None,
) -> list[Duplicate]:
    """Articles that `reader` may see and that say nearly the same, most similar first.

    Args:
        session: a transaction that may only read.
        reader: who writes or reviews; what they may not see is not told.
        title: of the text in question.
        markdown: the text in question.
        candidates: ids of articles that search finds for it; those with the same title are
            compared in any case.
        ignore: the id of the article in question, if it has one: no article is its own double.
    """
    rows = session.execute(
        select(Article, ArticleVersion)
        .join(ArticleVersion, ArticleVersion.article_id == Article.id)
        .where(
            or_(
                Article.id.in_(candidates),
                func.lower(ArticleVersion.title) == title.strip().lower(),
            ),
            Article.state.in_([ArticleState.DRAFT, ArticleState.PUBLISHED]),
            Article.id != (ignore or 0),
            visible_articles(reader),
            visible_versions(reader),
            ArticleVersion.number == func.coalesce(Article.published_version, Article.version),
        )
    )
    found = []
    for article, version in rows:
        score = similarity((title, markdown), (version.title, version.markdown))
        if score >= NEAR:
            found.append(Duplicate(article.id, article.number, version.title, article.state, score))
    return sorted(found, key=lambda item: (-item.similarity, item.article_id))


def similarity(one: tuple[str, str], other: tuple[str, str]) -> float:
    """How much two articles (title, text) have in common: 0 nothing, 1 all words in their order."""
    first, second = _shingles(*one), _shingles(*other)
    either = len(first | second)
    return len(first & second) / either if either else 0.0


def _shingles(title: str, markdown: str) -> set[tuple[str, ...]]:
    words = _WORD.findall(f"{title}\n{markdown}".casefold())
    if len(words) < SHINGLE:
        return {tuple(words)} if words else set()
    return {tuple(words[at : at + SHINGLE]) for at in range(len(words) - SHINGLE + 1)}
