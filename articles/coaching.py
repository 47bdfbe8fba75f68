"""The content checklist of a stored article, for its author and reviewer."""

from collections.abc import Collection

from sqlalchemy.orm import Session

from articles import drafting, store
from articles.checklist import Item, Result, Subject, check
from kb.visibility import Reader


def results(
    session: Session,
    reader: Reader,
    article_id: int,
    *,
    items: Collection[Item] = tuple(Item),
    dead_links: Collection[str] = (),
) -> list[Result]:
    """What the newest version that `reader` may see has and lacks.

    Host names and inner addresses are private where its readers are not all our own.

    Raises:
        ArticleNotFound: it is absent or invisible.
    """
    view = store.get(session, reader, article_id)
    subject = Subject(
        title=view.title,
        markdown=view.markdown,
        language=view.language or drafting.FALLBACK,
        external=drafting.read_outside(session, view.audience_id),
        unsupported=[statement.text for statement in view.statements if not statement.supported],
        dead_links=dead_links,
    )
    return check(subject, items)
