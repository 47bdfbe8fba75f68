"""Ranking documents by meaning and by words, each alone and both together."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import select

from indexer import language
from indexer.finder import Finder
from indexer.fusion import UNKNOWN, Weights
from indexer.models import PassageRow
from indexer.ports import Found

MEANT = 2_000
"""Characters of a query that are embedded; models read less, and tokenising costs time."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A document that a leg proposed, its best passage, and what each leg gave it (0: nothing)."""

    document_id: int
    passage_id: int
    dense: float
    lexical: float
    language: str
    """Of the passage."""


@dataclass(frozen=True, slots=True)
class Proposals:
    """What both legs propose for a query; `language` is that of the query."""

    language: str
    candidates: Sequence[Candidate]
    dense: Sequence[Found]
    """Best first by meaning alone, a document once."""
    lexical: Sequence[Found]
    """Best first by words alone, a document once."""


@dataclass(frozen=True, slots=True)
class Ranked:
    """A document in the order of the fused score, with what each leg gave it (0: nothing)."""

    document_id: int
    passage_id: int
    score: float
    dense: float
    lexical: float
    words: float
    """The lexical score as it counts between the languages of query and passage."""
    language: str
    """Of the passage."""


@dataclass(frozen=True, slots=True)
class Ranking:
    """The candidates of a query in three orders: fused, by meaning alone, by words alone."""

    hybrid: Sequence[Ranked]
    dense: Sequence[Found]
    lexical: Sequence[Found]


def rank(
    finder: Finder,
    query: str,
    *,
    audiences: Collection[int],
    within: Collection[int] | None = None,
) -> Ranking:
    """Rank documents by each leg and by both; a document counts by its best passage."""
    proposals = propose(finder, query, audiences=audiences, within=within)
    return Ranking(ordered(proposals, finder.weights), proposals.dense, proposals.lexical)


def propose(
    finder: Finder,
    query: str,
    *,
    audiences: Collection[int],
    within: Collection[int] | None = None,
) -> Proposals:
    """What either leg finds, scored by both: a missing score is not a score of 0."""
    meaning, depth = finder.meaning, finder.depth
    vector = meaning.embedder.embed_query(query[:MEANT])
    dense = meaning.vectors.nearest(vector, audiences=audiences, limit=depth, within=within)
    lexical = finder.lexical.matching(query, audiences=audiences, limit=depth, within=within)
    near, shared = _best(dense), _best(lexical)
    if more := set(shared) - set(near):
        near |= _best(
            meaning.vectors.nearest(vector, audiences=audiences, limit=4 * len(more), within=more)
        )
    if more := set(near) - set(shared):
        shared |= _best(
            finder.lexical.matching(query, audiences=audiences, limit=4 * len(more), within=more)
        )
    pairs = [(near.get(id_), shared.get(id_)) for id_ in near.keys() | shared]
    return Proposals(
        language.detect(query),
        _candidates(finder, pairs),
        list(_best(dense).values()),
        list(_best(lexical).values()),
    )


def ordered(proposals: Proposals, weights: Weights) -> list[Ranked]:
    """The candidates by their fused scores, best first, equal ones by the lower document id."""
    ranked = [_ranked(one, proposals.language, weights) for one in proposals.candidates]
    # A score of 0 means that nothing speaks for the document: it only filled the list.
    ranked = [item for item in ranked if item.score > 0]
    ranked.sort(key=lambda item: (-item.score, item.document_id))
    return ranked


def _ranked(one: Candidate, spoken: str, weights: Weights) -> Ranked:
    words = one.lexical * weights.of_words(spoken, one.language)
    return Ranked(
        document_id=one.document_id,
        passage_id=one.passage_id,
        score=weights.fused(one.dense, words),
        dense=one.dense,
        lexical=one.lexical,
        words=words,
        language=one.language,
    )


def _best(found: Iterable[Found]) -> dict[int, Found]:
    """The best passage of each document, best document first."""
    best: dict[int, Found] = {}
    for item in found:
        best.setdefault(item.document_id, item)
    return best


def _candidates(
    finder: Finder, pairs: Sequence[tuple[Found | None, Found | None]]
) -> list[Candidate]:
    # The passage that shares words is quoted if there is one: its match can be marked.
    quoted = [(shared or near, near, shared) for near, shared in pairs]
    languages = _languages(finder, [one.passage_id for one, _, _ in quoted if one])
    return [
        Candidate(
            document_id=one.document_id,
            passage_id=one.passage_id,
            dense=near.score if near else 0.0,
            lexical=shared.score if shared else 0.0,
            language=languages.get(one.passage_id, UNKNOWN),
        )
        for one, near, shared in quoted
        if one
    ]


def _languages(finder: Finder, passage_ids: Collection[int]) -> dict[int, str]:
    with finder.database.read() as session:
        rows = session.execute(
            select(PassageRow.id, PassageRow.language).where(PassageRow.id.in_(passage_ids))
        )
        return {row.id: row.language for row in rows}
