"""Articles that say nearly the same as a text: search proposes, `articles.duplicates` compares."""

from sqlalchemy.orm import Session

from api.wiring import Services
from articles import duplicates, store
from articles.duplicates import Duplicate
from indexer.search import Filters, search
from kb.models import DocumentKind
from kb.visibility import Reader

CANDIDATES = 10
"""Articles that search proposes as possible duplicates."""

QUERY = 4_000
"""Characters of an article that search is asked with: the issue stands at its beginning."""


def proposed(
    services: Services, reader: Reader, article_id: int, *, title: str, markdown: str
) -> list[int]:
    """Ids of other articles that `reader` may see and that search finds for the text.

    It has a transaction of its own, so that no writer waits while the text is encoded.
    """
    with services.database.read() as session:
        return _found(session, services, reader, article_id, f"{title}\n{markdown}")


def near(session: Session, services: Services, reader: Reader, article_id: int) -> list[Duplicate]:
    """Articles that say nearly the same as the newest version, most similar first.

    Raises:
        ArticleNotFound: the article is absent or invisible.
    """
    view = store.get(session, reader, article_id)
    found = _found(session, services, reader, article_id, f"{view.title}\n{view.markdown}")
    return among(session, reader, article_id, found)


def among(
    session: Session, reader: Reader, article_id: int, candidates: list[int]
) -> list[Duplicate]:
    """Those of `candidates`, and of the articles with its title, that say nearly the same.

    Raises:
        ArticleNotFound: the article is absent or invisible.
    """
    view = store.get(session, reader, article_id)
    return duplicates.near(
        session,
        reader,
        title=view.title,
        markdown=view.markdown,
        candidates=candidates,
        ignore=article_id,
    )


def _found(
    session: Session, services: Services, reader: Reader, article_id: int, text: str
) -> list[int]:
    answer = search(
        session,
        services.finder,
        reader,
        text[:QUERY],
        limit=CANDIDATES,
        filters=Filters(kinds=frozenset({DocumentKind.ARTICLE})),
        leave_out=[(DocumentKind.ARTICLE, article_id)],
    )
    return [hit.origin_id for hit in answer.hits]
