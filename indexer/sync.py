"""Keeping passages and vectors in step with the documents.

The gap between a document's revision and its indexed revision is the promise to cut it; a
passage without a vector is the promise to embed it.  Both survive a crash, and keeping a promise
twice is harmless.
"""

import hashlib
from collections.abc import Collection, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import ColumnElement, delete, func, select, update
from sqlalchemy.orm import Session

from indexer import chunking, clock, language
from indexer.chunking import Piece
from indexer.models import ModelRow, PassageRow, VectorRow
from indexer.ports import Embedder
from kb import documents
from kb.db import Database, added
from kb.models import Document, DocumentKind

CUT_BATCH = 500
"""Documents cut in one transaction: a lock of well under a second."""


@dataclass(frozen=True, slots=True)
class Lag:
    """What is promised and not done: documents to cut, passages to embed."""

    documents: int
    passages: int


@dataclass(frozen=True, slots=True)
class _Cut:
    """A passage as it should be; equal ones need no work."""

    part: str
    heading: str
    title: str
    text: str
    language: str
    audience_id: int


def cut_promised(database: Database, *, limit: int = CUT_BATCH) -> int:
    """Cut up to `limit` changed documents into passages; how many were done (0: none is left)."""
    with database.read() as session:
        promised = session.scalars(
            select(Document)
            .where(Document.revision > Document.indexed_revision)
            .order_by(Document.id)
            .limit(limit)
        ).all()
    # Cutting is slow work: it happens outside the transaction that others wait for.
    cuts = {document.id: (document.revision, _cut(document)) for document in promised}
    if not cuts:
        return 0
    with database.write() as session:
        _replace(session, cuts)
    return len(cuts)


def cut_touched(session: Session, *, limit: int = 20) -> None:
    """Cut the documents that this transaction has changed: the next search finds their words.

    Doors call it last.  More than `limit` documents are left to the worker, as are vectors.
    """
    touched = documents.touched(session)
    if 0 < len(touched) <= limit:
        rows = session.scalars(select(Document).where(Document.id.in_(touched)))
        _replace(session, {row.id: (row.revision, _cut(row)) for row in rows})


def embed_missing(database: Database, embedder: Embedder, *, limit: int = 512) -> int:
    """Embed up to `limit` passages that have no vector of this model, the newest first.

    Returns:
        How many were embedded; 0 when none is left.
    """
    with database.read() as session:
        model = session.scalar(select(ModelRow).where(ModelRow.name == embedder.name))
    if model is None:
        with database.write() as session:
            model = put_model(session, embedder)
    with database.read() as session:
        passages = session.scalars(
            select(PassageRow)
            .where(~PassageRow.removed, ~_has_vector(model.id))
            .order_by(PassageRow.id.desc())
            .limit(limit)
        ).all()
    if not passages:
        return 0
    vectors = embedder.embed_documents(
        [embedded_text(row.title, row.heading, row.text) for row in passages]
    )
    with database.write() as session:
        _keep(session, model.id, [row.id for row in passages], vectors.astype(np.float16))
    return len(passages)


def embedded_text(title: str, heading: str, text: str) -> str:
    """What of a passage is embedded: its title and headings say what the text is about."""
    return "\n".join(filter(None, [title, heading, text]))


def put_model(session: Session, embedder: Embedder) -> ModelRow:
    """The row of this model, made if need be; the first one is active at once."""
    row = session.scalar(select(ModelRow).where(ModelRow.name == embedder.name))
    if row is None:
        first = session.scalar(select(func.count(ModelRow.id))) == 0
        row = ModelRow(name=embedder.name, dimension=embedder.dimension, active=first)
        if not added(session, row):
            row = session.scalars(select(ModelRow).where(ModelRow.name == embedder.name)).one()
    return row


def active_model(session: Session) -> int | None:
    """The id of the model whose vectors answer searches."""
    return session.scalar(select(ModelRow.id).where(ModelRow.active))


def activate(session: Session, model_id: int) -> None:
    """Let searches use this model's vectors from now on; the vectors of others are dropped."""
    session.execute(update(ModelRow).values(active=ModelRow.id == model_id))
    session.execute(delete(VectorRow).where(VectorRow.model_id != model_id))


def lag(session: Session, model_id: int | None) -> Lag:
    """How far the index is behind for this model."""
    documents = session.scalar(
        select(func.count(Document.id)).where(Document.revision > Document.indexed_revision)
    )
    passages = session.scalar(
        select(func.count(PassageRow.id)).where(~PassageRow.removed, ~_has_vector(model_id or 0))
    )
    return Lag(documents or 0, passages or 0)


def _has_vector(model_id: int) -> ColumnElement[bool]:
    return (
        select(VectorRow.passage_id)
        .where(VectorRow.passage_id == PassageRow.id, VectorRow.model_id == model_id)
        .exists()
    )


def _cut(document: Document) -> list[_Cut]:
    if document.withdrawn:
        return []
    return [
        _Cut(
            part=piece.part.value,
            heading=piece.heading,
            title=document.title,
            text=piece.text,
            language=_language(document, piece),
            audience_id=document.audience_id,
        )
        for piece in _pieces(document)
    ]


def _pieces(document: Document) -> list[Piece]:
    if document.kind is DocumentKind.ARTICLE:
        return chunking.cut_article(document.body)
    return chunking.cut_ticket(document.body, document.discussion, document.resolution)


def _language(document: Document, piece: Piece) -> str:
    return document.language or language.detect(f"{document.title}\n{piece.text}")


def _replace(session: Session, cuts: dict[int, tuple[int, list[_Cut]]]) -> None:
    """Make the passages of these documents what `cuts` says, touching only what differs."""
    change = clock.advance(session)
    current = _revisions(session, cuts)
    rows = _live_passages(session, cuts)
    for document_id, (revision, wanted) in cuts.items():
        if current.get(document_id) != revision:
            continue  # changed meanwhile: still promised, cut again next time
        _replace_one(session, document_id, rows.get(document_id, []), wanted, change)
    done = [id_ for id_, (revision, _) in cuts.items() if current.get(id_) == revision]
    session.execute(
        update(Document)
        .where(Document.id.in_(done))
        .values(indexed_revision=Document.revision)
        .execution_options(synchronize_session=False)
    )
    session.flush()


def _revisions(session: Session, document_ids: Collection[int]) -> dict[int, int]:
    rows = session.execute(
        select(Document.id, Document.revision)
        .where(Document.id.in_(document_ids))
        .with_for_update()
    )
    return {row.id: row.revision for row in rows}


def _live_passages(session: Session, document_ids: Collection[int]) -> dict[int, list[PassageRow]]:
    rows: dict[int, list[PassageRow]] = {}
    chosen = select(PassageRow).where(PassageRow.document_id.in_(document_ids), ~PassageRow.removed)
    for row in session.scalars(chosen.order_by(PassageRow.id)):
        rows.setdefault(row.document_id, []).append(row)
    return rows


def _replace_one(
    session: Session,
    document_id: int,
    present: Sequence[PassageRow],
    wanted: Sequence[_Cut],
    change: int,
) -> None:
    missing = list(wanted)
    gone: list[PassageRow] = []
    for row in present:
        as_cut = _Cut(row.part, row.heading, row.title, row.text, row.language, row.audience_id)
        if as_cut in missing:
            missing.remove(as_cut)
        else:
            gone.append(row)
    added = [
        PassageRow(
            document_id=document_id,
            audience_id=cut.audience_id,
            part=cut.part,
            heading=cut.heading,
            title=cut.title,
            text=cut.text,
            language=cut.language,
            digest=hashlib.sha256(
                embedded_text(cut.title, cut.heading, cut.text).encode()
            ).digest(),
            change=change,
            removed=False,
        )
        for cut in missing
    ]
    session.add_all(added)
    if gone:
        session.flush()  # the vectors that move need the new ids
        _move_vectors(session, gone, added, change)
    for row in gone:
        row.removed, row.change, row.text, row.title, row.heading = True, change, "", "", ""


def _move_vectors(
    session: Session, gone: Sequence[PassageRow], added: Sequence[PassageRow], change: int
) -> None:
    """Keep the vectors of texts that only moved, say to another audience, and drop the rest."""
    unclaimed = {row.digest: row.id for row in added}
    heirs = {row.id: unclaimed.pop(row.digest) for row in gone if row.digest in unclaimed}
    old = [row.id for row in gone]
    for vector in session.scalars(select(VectorRow).where(VectorRow.passage_id.in_(old))).all():
        if vector.passage_id in heirs:
            session.add(
                VectorRow(
                    passage_id=heirs[vector.passage_id],
                    model_id=vector.model_id,
                    vector=vector.vector,
                    change=change,
                )
            )
        session.delete(vector)


def _keep(
    session: Session, model_id: int, passage_ids: Sequence[int], vectors: NDArray[np.float16]
) -> None:
    change = clock.advance(session)
    taken = set(
        session.scalars(
            select(VectorRow.passage_id).where(
                VectorRow.model_id == model_id, VectorRow.passage_id.in_(passage_ids)
            )
        )
    )
    alive = set(
        session.scalars(
            select(PassageRow.id).where(PassageRow.id.in_(passage_ids), ~PassageRow.removed)
        )
    )
    session.add_all(
        VectorRow(passage_id=id_, model_id=model_id, vector=vector.tobytes(), change=change)
        for id_, vector in zip(passage_ids, vectors, strict=True)
        if id_ in alive and id_ not in taken
    )
