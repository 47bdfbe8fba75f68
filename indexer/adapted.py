"""The adapter in use, and whose questions it may bend: those who may see all that it came from."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np
from sqlalchemy import and_, exists, func, select
from sqlalchemy.orm import Session

from indexer.adapt import QueryAdapter, Vectors, Verdict
from indexer.models import AdapterSource, QueryAdapterRow
from kb.models import Document
from kb.visibility import Reader, visible_documents


@dataclass(frozen=True, slots=True)
class Kept:
    """An adapter as it is stored; `audiences` are those of all that it was learned from."""

    id: int
    adapter: QueryAdapter
    audiences: frozenset[int]


@dataclass(frozen=True, slots=True)
class Standing:
    """What there is to say of a stored adapter."""

    id: int
    model: str
    audience_ids: frozenset[int]
    cases: int
    sources: int
    gone: int
    """Documents that it was learned from and that nobody may see any more: while there is one,
    nobody's questions are bent."""
    verdict: Verdict
    learned_at: datetime


def keep(
    session: Session,
    adapter: QueryAdapter,
    verdict: Verdict,
    *,
    sources: Collection[int],
    audiences: Collection[int],
    cases: int,
    at: datetime,
) -> int:
    """Let questions to the adapter's model be bent by it from the next request on; its id.

    It takes the place of the one that was in use.

    Args:
        session: where it is stored.
        adapter: what was learned.
        verdict: how it did on cases held back.
        sources: ids of all documents that it was learned from.
        audiences: ids of their audiences, and of the documents that it was judged with.
        cases: how many linked cases there were.
        at: when.
    """
    forget(session, adapter.model)
    row = QueryAdapterRow(
        model=adapter.model,
        rank=len(adapter.down),
        weights=adapter.up.astype("<f4").tobytes() + adapter.down.astype("<f4").tobytes(),
        audience_ids=sorted(audiences),
        cases=cases,
        before=verdict.before,
        after=verdict.after,
        learned_at=at,
    )
    session.add(row)
    session.flush()  # the sources need its id
    session.add_all(AdapterSource(adapter_id=row.id, document_id=id_) for id_ in set(sources))
    return row.id


def forget(session: Session, model: str | None = None) -> int:
    """Take back the adapter of `model`, or all of them; how many there were."""
    chosen = select(QueryAdapterRow)
    if model is not None:
        chosen = chosen.where(QueryAdapterRow.model == model)
    found = session.scalars(chosen).all()
    for row in found:
        session.delete(row)
    session.flush()  # its successor has the same name
    return len(found)


def ids_by_model(session: Session) -> dict[str, int]:
    """The adapters that are stored: which model each belongs to."""
    rows = session.execute(select(QueryAdapterRow.model, QueryAdapterRow.id))
    return {row.model: row.id for row in rows}


def load(session: Session, id_: int) -> Kept | None:
    """The adapter with this id, if it is still there."""
    row = session.get(QueryAdapterRow, id_)
    if row is None:
        return None
    weights: Vectors = np.frombuffer(row.weights, dtype="<f4").astype(np.float32)
    up, down = np.split(weights, 2)
    adapter = QueryAdapter(row.model, up.reshape(-1, row.rank), down.reshape(row.rank, -1))
    return Kept(row.id, adapter, frozenset(row.audience_ids))


def of_reader(session: Session, kept: Kept | None, reader: Reader) -> QueryAdapter | None:
    """The adapter, if `reader` may see all that it was learned from, now as then; else None."""
    if kept is None or not kept.audiences <= reader.audience_ids:
        return None
    hidden = (
        select(AdapterSource.document_id)
        .outerjoin(
            Document, and_(Document.id == AdapterSource.document_id, visible_documents(reader))
        )
        .where(AdapterSource.adapter_id == kept.id, Document.id.is_(None))
    )
    there = exists().where(QueryAdapterRow.id == kept.id)
    return kept.adapter if session.scalar(select(and_(there, ~hidden.exists()))) else None


def standings(session: Session) -> Sequence[Standing]:
    """What is stored, whichever model it belongs to."""
    rows = session.scalars(select(QueryAdapterRow).order_by(QueryAdapterRow.id)).all()
    return [_standing(session, row) for row in rows]


def _standing(session: Session, row: QueryAdapterRow) -> Standing:
    sources = (
        select(func.count()).select_from(AdapterSource).where(AdapterSource.adapter_id == row.id)
    )
    there = sources.join(
        Document, and_(Document.id == AdapterSource.document_id, ~Document.withdrawn)
    )
    number = session.scalar(sources) or 0
    return Standing(
        id=row.id,
        model=row.model,
        audience_ids=frozenset(row.audience_ids),
        cases=row.cases,
        sources=number,
        gone=number - (session.scalar(there) or 0),
        verdict=Verdict(row.before, row.after),
        learned_at=row.learned_at,
    )
