"""The states of an article and the ways between them."""

from articles.models import ArticleState
from kb.errors import Conflict

WAYS: dict[ArticleState, frozenset[ArticleState]] = {
    ArticleState.DRAFT: frozenset({ArticleState.PUBLISHED, ArticleState.REJECTED}),
    # Publishing a published article again makes its newest version the one that readers see.
    ArticleState.PUBLISHED: frozenset({ArticleState.PUBLISHED, ArticleState.ARCHIVED}),
    ArticleState.REJECTED: frozenset({ArticleState.DRAFT}),
    ArticleState.ARCHIVED: frozenset({ArticleState.DRAFT, ArticleState.PUBLISHED}),
}


class WrongState(Conflict):
    """The article cannot go that way from where it stands."""


def move(current: ArticleState, target: ArticleState) -> ArticleState:
    """`target`, if a way leads there.

    Raises:
        WrongState: none does.
    """
    if target not in WAYS[current]:
        raise WrongState(f"an article in state {current.value} cannot become {target.value}")
    return target
