"""Documents: the texts that search may find, whatever they came from."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, fields
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from kb.models import Document, DocumentKind
from kb.visibility import Reader, visible_documents


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """What a ticket or an article offers to search.

    For a ticket, `body` is the problem, `discussion` the messages and `resolution` what solved
    it.  For an article, `body` is its Markdown and the other two are empty.
    """

    kind: DocumentKind
    origin_id: int
    title: str
    body: str
    audience_id: int
    number: str
    source: str
    happened_at: datetime
    discussion: str = ""
    resolution: str = ""
    solved: bool = False
    link: str | None = None
    queue: str | None = None
    category: str | None = None
    item: str | None = None
    language: str | None = None


_COLUMNS = [column.name for column in fields(Text)]


def put(session: Session, text: Text) -> Document:
    """Offer `text` to search and promise its indexing; an unchanged text changes nothing."""
    return put_all(session, [text])[0]


def put_all(session: Session, texts: Collection[Text]) -> list[Document]:
    """Offer many texts of one kind at once, as `put` does; the documents in the same order."""
    known = _known(session, texts)
    documents = [_put(session, known.get((text.kind, text.origin_id)), text) for text in texts]
    session.flush()  # callers need the ids
    _touched(session).update(row.id for row in documents if row.revision > row.indexed_revision)
    return documents


def withdraw(session: Session, kind: DocumentKind, origin_ids: Collection[int]) -> None:
    """Take texts out of search; taking out what is not there is fine."""
    chosen = select(Document).where(
        Document.kind == kind, Document.origin_id.in_(origin_ids), ~Document.withdrawn
    )
    for document in session.scalars(chosen):
        document.withdrawn = True
        document.revision += 1
        _touched(session).add(document.id)


def touched(session: Session) -> frozenset[int]:
    """The ids of the documents that this transaction has changed, as far as indexing goes."""
    return frozenset(_touched(session))


def _touched(session: Session) -> set[int]:
    ids: set[int] = session.info.setdefault("kb.documents.touched", set())
    return ids


def audiences(session: Session, ids: Collection[int]) -> dict[int, int]:
    """Whose each document is: the ids of their audiences by theirs."""
    rows = session.execute(select(Document.id, Document.audience_id).where(Document.id.in_(ids)))
    return {row.id: row.audience_id for row in rows}


def any_of(session: Session, reader: Reader) -> bool:
    """Whether there is anything that `reader` may find."""
    return session.scalar(select(Document.id).where(visible_documents(reader)).limit(1)) is not None


def counts(session: Session) -> dict[DocumentKind, int]:
    """How many texts of each kind may be found."""
    rows = session.execute(
        select(Document.kind, func.count().label("number"))
        .where(~Document.withdrawn)
        .group_by(Document.kind)
    )
    return dict.fromkeys(DocumentKind, 0) | {row.kind: row.number for row in rows}


def _known(session: Session, texts: Iterable[Text]) -> dict[tuple[DocumentKind, int], Document]:
    known: dict[tuple[DocumentKind, int], Document] = {}
    for kind in {text.kind for text in texts}:
        origins = [text.origin_id for text in texts if text.kind == kind]
        rows = session.scalars(
            select(Document).where(Document.kind == kind, Document.origin_id.in_(origins))
        )
        known |= {(kind, row.origin_id): row for row in rows}
    return known


def _put(session: Session, document: Document | None, text: Text) -> Document:
    values = {name: getattr(text, name) for name in _COLUMNS}
    if document is None:
        document = Document(**values, withdrawn=False, revision=1, indexed_revision=0)
        session.add(document)
        return document
    changed = {name: value for name, value in values.items() if getattr(document, name) != value}
    if changed or document.withdrawn:
        for name, value in changed.items():
            setattr(document, name, value)
        document.withdrawn = False
        document.revision += 1
    return document
