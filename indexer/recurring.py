"""Which tickets tell of the same problem, by the vectors that search has of them already."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from indexer import sync
from indexer.chunking import Part
from indexer.models import PassageRow, VectorRow
from kb.models import Document, DocumentKind
from kb.visibility import Reader, visible_documents

NEAR = 0.86
"""Cosine similarity from which two problems count as the same: see docs/reference/drafting.md."""

BLOCK = 500
"""Tickets that are compared with all others at once."""


def near(session: Session, reader: Reader, ticket_ids: Sequence[int]) -> dict[int, list[int]]:
    """For each ticket the others of `ticket_ids` that tell of the same problem, nearest first.

    Compared is the beginning of what the requester wrote, with the title.  Tickets that `reader`
    may not read, or that have no vector yet, are left out.
    """
    ids, vectors = _problems(session, reader, ticket_ids)
    found: dict[int, list[int]] = {}
    for start in range(0, len(ids), BLOCK):
        similar = vectors[start : start + BLOCK] @ vectors.T
        for row, scores in enumerate(similar):
            scores[start + row] = -1  # itself
            places = np.flatnonzero(scores >= NEAR)
            nearest = places[np.argsort(-scores[places], kind="stable")]
            # Plain integers: SQLite takes those of numpy for bytes.
            found[int(ids[start + row])] = ids[nearest].tolist()
    return found


def _problems(
    session: Session, reader: Reader, ticket_ids: Sequence[int]
) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
    """Ids, and float32 vectors of length 1, shape (ids, dimension), by rising id."""
    beginning = (
        select(func.min(PassageRow.id))
        .where(
            PassageRow.document_id == Document.id,
            PassageRow.part == Part.PROBLEM,
            ~PassageRow.removed,
        )
        .correlate(Document)
        .scalar_subquery()
    )
    rows = session.execute(
        select(Document.origin_id, VectorRow.vector)
        .join(VectorRow, VectorRow.passage_id == beginning)
        .where(
            Document.kind == DocumentKind.TICKET,
            Document.origin_id.in_(ticket_ids),
            VectorRow.model_id == sync.active_model(session),
            visible_documents(reader),
        )
        .order_by(Document.origin_id)
    ).all()
    ids = np.array([row[0] for row in rows], dtype=np.int64)
    vectors = np.frombuffer(b"".join(row[1] for row in rows), dtype=np.float16)
    return ids, vectors.reshape(len(rows), -1 if rows else 0).astype(np.float32)
