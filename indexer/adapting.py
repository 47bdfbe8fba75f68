"""Learning an adapter from cases and what solved them, and judging it by the whole search."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np
from sqlalchemy import select
from sqlalchemy.orm import Session

from indexer import adapt, language
from indexer.adapt import LinkedCase, QueryAdapter, TooFewCases, Vectors, Verdict
from indexer.finder import Finder
from indexer.models import PassageRow, VectorRow
from indexer.narrowing import Among
from indexer.ranking import MEANT, rank
from kb.models import Document, DocumentKind

MOST = 2_000
"""Cases that are learned from, the latest ones: what solved cases years ago is no habit."""


@dataclass(frozen=True, slots=True)
class Solved:
    """A case, the document that solved it, and when that was known."""

    text: str
    case_id: int
    """The document of the case."""
    answer_id: int
    """The document that solved it."""
    at: datetime


@dataclass(frozen=True, slots=True)
class Attempt:
    """An adapter, what it was learned from, and how it did on the latest cases."""

    adapter: QueryAdapter
    verdict: Verdict
    cases: int
    held_out: int
    sources: frozenset[int]
    """Documents that it was learned from or judged by."""


def solved_cases(
    session: Session,
    pairs: Collection[tuple[int, int, datetime]],
    *,
    audiences: Collection[int],
) -> list[Solved]:
    """Pairs of ticket and article as cases, as far as both belong to `audiences`.

    Args:
        session: where the documents are.
        pairs: ticket id, article id, and when it was known that this solved that.
        audiences: ids of the audiences to learn from.
    """
    tickets = _documents(session, DocumentKind.TICKET, audiences)
    articles = _documents(session, DocumentKind.ARTICLE, audiences)
    first: dict[tuple[int, int], datetime] = {}
    for ticket_id, article_id, at in pairs:
        first[ticket_id, article_id] = min(at, first.get((ticket_id, article_id), at))
    return [
        Solved(f"{ticket.title}\n{ticket.body}", ticket.id, article.id, at)
        for (ticket_id, article_id), at in first.items()
        if (ticket := tickets.get(ticket_id)) and (article := articles.get(article_id))
    ]


def articles(session: Session, audiences: Collection[int]) -> frozenset[int]:
    """The documents that may be the answer: the articles of `audiences`."""
    return frozenset(
        document.id for document in _documents(session, DocumentKind.ARTICLE, audiences).values()
    )


def learn(
    finder: Finder,
    cases: Sequence[Solved],
    *,
    audiences: Collection[int],
    among: Collection[int],
    progress: Callable[[], None] = lambda: None,
) -> Attempt:
    """Learn from the earlier cases; the later ones judge by what the search makes of both.

    Args:
        finder: whose model and index are used.
        cases: in any order; of more than `MOST` the latest count.
        audiences: ids of the audiences that are searched.
        among: ids of the documents that are searched.
        progress: is called after each case that was embedded, and each that was judged.

    Raises:
        TooFewCases: fewer than 50 cases have an answer that is embedded.
    """
    latest = sorted(cases, key=lambda case: (case.at, case.case_id, case.answer_id))[-MOST:]
    linked = _linked(finder, latest, progress)
    if len(linked) < adapt.SMALLEST:
        raise TooFewCases(
            f"{len(linked)} cases with the article that solved them; "
            f"at least {adapt.SMALLEST} are needed"
        )
    cut = len(linked) - round(len(linked) * adapt.HELD_OUT)
    adapter = adapt.learn([case for _, case in linked[:cut]], model=finder.meaning.embedder.name)
    later = linked[cut:]
    before, after = list[float](), list[float]()
    for case, _ in later:
        before.append(_gain(finder, case, audiences, among))
        after.append(_gain(finder, case, audiences, among, adapter=adapter))
        progress()
    verdict = adapt.verdict([one.language for _, one in later], before, after)
    used = {id_ for case, _ in linked for id_ in (case.case_id, case.answer_id)}
    return Attempt(adapter, verdict, len(linked), len(later), frozenset(used))


def steps(cases: int) -> int:
    """How often `learn` calls `progress` for so many cases, about."""
    number = min(cases, MOST)
    return number + round(number * adapt.HELD_OUT)


def _gain(
    finder: Finder,
    case: Solved,
    audiences: Collection[int],
    among: Collection[int],
    *,
    adapter: QueryAdapter | None = None,
) -> float:
    ranking = rank(finder, case.text, audiences=audiences, only=Among(among), adapter=adapter)
    others = [one.document_id for one in ranking.hybrid if one.document_id != case.case_id]
    return adapt.gain_at(others.index(case.answer_id)) if case.answer_id in others else 0.0


def _linked(
    finder: Finder, cases: Sequence[Solved], progress: Callable[[], None]
) -> list[tuple[Solved, LinkedCase]]:
    meaning = finder.meaning
    with finder.database.read() as session:
        known = _vectors(session, meaning.model_id, {case.answer_id for case in cases})
    linked = []
    for case in cases:
        if case.answer_id in known:
            question = meaning.embedder.embed_query(case.text[:MEANT])
            passages = known[case.answer_id]
            answer = passages[int((passages @ question).argmax())]
            spoken = language.detect(case.text)
            linked.append((case, LinkedCase(question, answer, case.answer_id, spoken, case.at)))
        progress()
    return linked


def _vectors(session: Session, model_id: int, document_ids: Collection[int]) -> dict[int, Vectors]:
    """By document, the vectors of its passages: float32, shape (passages, dimension)."""
    rows = session.execute(
        select(PassageRow.document_id, VectorRow.vector)
        .join(VectorRow, VectorRow.passage_id == PassageRow.id)
        .where(
            VectorRow.model_id == model_id,
            PassageRow.document_id.in_(document_ids),
            ~PassageRow.removed,
        )
        .order_by(PassageRow.id)
    )
    found: dict[int, list[Vectors]] = {}
    for row in rows:
        vector = np.frombuffer(row.vector, dtype=np.float16).astype(np.float32)
        found.setdefault(row.document_id, []).append(vector)
    return {id_: np.stack(vectors) for id_, vectors in found.items()}


def _documents(
    session: Session, kind: DocumentKind, audiences: Collection[int]
) -> dict[int, Document]:
    rows = session.scalars(
        select(Document).where(
            Document.kind == kind, Document.audience_id.in_(audiences), ~Document.withdrawn
        )
    )
    return {row.origin_id: row for row in rows}
