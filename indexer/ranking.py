"""Ranking documents by meaning and by words, each alone and both together."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import partial

from sqlalchemy import select

from indexer import identifiers, language
from indexer.adapt import QueryAdapter
from indexer.finder import Finder
from indexer.fusion import UNKNOWN, Weights, fused
from indexer.models import PassageRow
from indexer.narrowing import Leg, Restriction
from indexer.ports import Found

MEANT = 2_000
"""Characters of a query that are embedded; models read less, and tokenising costs time."""

LOOKED_UP = 4
"""Identifiers of a query that are looked up alone: of a pasted log each says little."""

RARE = 4
"""Passages that may hold an identifier for it to be rare."""

TOP = 3
"""Among so many first hits is a document that holds a rare identifier of the query."""

LIFTED = 2
"""Documents that are raised there.  With three, the best answer of all lost its place to documents
that only name the same file or setting: one point of nDCG@10 (docs/reference/quality.md)."""

LANGUAGES_MOST = 100_000
"""Passages whose language is remembered: ten megabytes."""

_AHEAD = 1e-6


@dataclass(frozen=True, slots=True)
class Candidate:
    """A document that a leg proposed, its best passage, and what each leg gave it (0: nothing)."""

    document_id: int
    passage_id: int
    dense: float
    lexical: float
    language: str
    """Of the passage."""
    named: bool = False
    """Whether the passage is one of the few that hold an identifier of the query."""


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
    only: Restriction | None = None,
    adapter: QueryAdapter | None = None,
) -> Ranking:
    """Rank documents by each leg and by both; a document counts by its best passage."""
    proposals = propose(finder, query, audiences=audiences, only=only, adapter=adapter)
    return Ranking(ordered(proposals, finder.weights), proposals.dense, proposals.lexical)


def propose(
    finder: Finder,
    query: str,
    *,
    audiences: Collection[int],
    only: Restriction | None = None,
    adapter: QueryAdapter | None = None,
) -> Proposals:
    """What either leg finds, scored by both: a missing score is not a score of 0.

    The adapter is for the caller to choose, by what the reader may see (`adapted.of_reader`).
    """
    meaning = finder.meaning
    vector = meaning.embedder.embed_query(query[:MEANT])
    if adapter is not None and adapter.model == meaning.embedder.name:
        vector = adapter.bend(vector)

    def by_meaning(limit: int, within: Collection[int] | None) -> list[Found]:
        return meaning.vectors.nearest(vector, audiences=audiences, limit=limit, within=within)

    def by_words(limit: int, within: Collection[int] | None) -> list[Found]:
        return finder.lexical.matching(query, audiences=audiences, limit=limit, within=within)

    # Words first: what they tell of a filter spares meaning, which takes longer, an attempt.
    lexical = _first(by_words, finder.depth, only)
    dense = _first(by_meaning, finder.depth, only)
    near, shared = _best(dense), _best(lexical)
    named = _holders(finder, query, audiences=audiences, only=only)
    # What holds the identifier is a candidate, however many others share more words.
    if more := named.keys() - shared.keys():
        shared |= _best(by_words(4 * len(more), more))
    if more := shared.keys() - near.keys():
        near |= _best(by_meaning(4 * len(more), more))
    if more := near.keys() - shared.keys():
        shared |= _best(by_words(4 * len(more), more))
    pairs = [(near.get(id_), shared.get(id_)) for id_ in near.keys() | shared]
    return Proposals(
        language.detect(query),
        _candidates(finder, pairs, named),
        list(_best(dense).values()),
        list(_best(lexical).values()),
    )


def ordered(proposals: Proposals, weights: Weights) -> list[Ranked]:
    """The candidates by their fused scores, best first, equal ones by the lower document id."""
    spoken = proposals.language
    # An identifier is no word of a language: it counts in full across them.
    counted = [
        (one, one.lexical * (1 if one.named else weights.of_words(spoken, one.language)))
        for one in proposals.candidates
    ]
    share = weights.share(spoken, max((words for _, words in counted), default=0.0))
    ranked = [_ranked(one, words, share) for one, words in counted]
    # A score of 0 means that nothing speaks for the document: it only filled the list.
    ranked = [item for item in ranked if item.score > 0]
    named = {one.document_id for one in proposals.candidates if one.named}
    order = sorted(ranked, key=_place)
    return sorted(_lifted(order, named), key=_place) if named else order


def _place(one: Ranked) -> tuple[float, int]:
    return -one.score, one.document_id


def _lifted(order: Sequence[Ranked], named: Collection[int]) -> Sequence[Ranked]:
    """Raise the scores of the best that hold a rare identifier into the first TOP."""
    holders = [item for item in order if item.document_id in named][:LIFTED]
    others = [item for item in order if item not in holders]
    place = TOP - len(holders)
    if not holders or place >= len(others):
        return order
    least = min(others[place].score + _AHEAD, 1.0)
    return [replace(item, score=max(item.score, least)) for item in holders] + others


def _ranked(one: Candidate, words: float, share: float) -> Ranked:
    return Ranked(
        document_id=one.document_id,
        passage_id=one.passage_id,
        score=fused(share, one.dense, words),
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


def _holders(
    finder: Finder,
    query: str,
    *,
    audiences: Collection[int],
    only: Restriction | None,
) -> dict[int, Found]:
    """By document, the passages that hold an identifier of the query that few hold."""
    asked = {one.value: query[one.start : one.end] for one in identifiers.find(query[:MEANT])}
    rare: dict[int, Found] = {}
    for value, written in list(asked.items())[:LOOKED_UP]:
        looked_up = partial(_looked_up, finder, written, audiences)
        found = _first(looked_up, 2 * RARE, only)
        holding = _holding(finder, value, [one.passage_id for one in found])
        if len(holding) <= RARE:
            rare |= {one.document_id: one for one in reversed(found) if one.passage_id in holding}
    return rare


def _looked_up(
    finder: Finder,
    written: str,
    audiences: Collection[int],
    limit: int,
    within: Collection[int] | None,
) -> list[Found]:
    return finder.lexical.matching(written, audiences=audiences, limit=limit, within=within)


def _first(leg: Leg, limit: int, only: Restriction | None) -> list[Found]:
    return leg(limit, None) if only is None else only.best(leg, limit)


def _holding(finder: Finder, value: str, passage_ids: Collection[int]) -> set[int]:
    """Which passages hold an identifier as a whole; its pieces are found as well."""
    with finder.database.read() as session:
        rows = session.execute(
            select(PassageRow.id, PassageRow.title, PassageRow.heading, PassageRow.text).where(
                PassageRow.id.in_(passage_ids)
            )
        )
        return {
            row.id
            for row in rows
            if value
            in {one.value for one in identifiers.find(f"{row.title}\n{row.heading}\n{row.text}")}
        }


def _candidates(
    finder: Finder,
    pairs: Sequence[tuple[Found | None, Found | None]],
    named: Collection[int],
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
            named=one.document_id in named,
        )
        for one, near, shared in quoted
        if one
    ]


def _languages(finder: Finder, passage_ids: Collection[int]) -> dict[int, str]:
    known = finder.languages
    told = {id_: known[id_] for id_ in passage_ids if id_ in known}
    if unknown := set(passage_ids) - told.keys():
        with finder.database.read() as session:
            rows = session.execute(
                select(PassageRow.id, PassageRow.language).where(PassageRow.id.in_(unknown))
            )
            read = {row.id: row.language for row in rows}
        if len(known) > LANGUAGES_MOST:
            finder.languages = known = {}
        known |= read
        told |= read
    return told
