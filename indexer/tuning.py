"""Learning how much meaning counts against words, from labelled queries."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from indexer.fusion import UNKNOWN, Weights
from indexer.language import LANGUAGES
from indexer.observing import Observed
from indexer.ports import Found
from indexer.ranking import Ranked

DEPTH = 10
"""Hits that count: nDCG@10."""

ALLOWED = 0.005
"""What ranking by both may lose against the better leg on any collection: half a point."""

PENALTY = 5.0
"""What losing against the better leg counts, against the mean over collections."""

WORTH = 0.002
"""What a change must gain to be made: less is chance."""

SHARES = (0.08, 0.1, 0.125, 0.15, 0.175, 0.2, 0.25, 0.3, 0.4, 0.5)
LANGUAGE_WEIGHTS = (0.05, 0.1, 0.15, 0.2, 0.3, 0.5, 1.0)
STRENGTHS = (0.0, 0.125, 0.25, 0.375, 0.5)


@dataclass(frozen=True, slots=True)
class Scores:
    """nDCG@10 of one collection, by words alone, by meaning alone and by both, in [0, 1]."""

    queries: int
    words: float
    meaning: float
    both: float

    @property
    def gain(self) -> float:
        """By how much both together are better than the better leg."""
        return self.both - max(self.words, self.meaning)


@dataclass(frozen=True, slots=True)
class _Query:
    """A query as arrays, one entry per candidate."""

    language: str
    dense: NDArray[np.float64]
    lexical: NDArray[np.float64]
    pairing: NDArray[np.int64]
    """0: a language is unknown, 1: the same, 2: another one."""
    right: NDArray[np.bool_]
    ideal: float
    legs: tuple[float, float]


def tune(observed: Iterable[Observed], start: Weights) -> Weights:
    """The weights that rank best, found one at a time; each collection counts the same.

    Losing against the better leg on any collection counts more than winning on another.
    """
    queries = _by_collection(observed)
    best, value = start, _value(queries, start)
    for choices in _choices():
        for weights in choices(best):
            if (worth := _value(queries, weights)) > value + WORTH:
                best, value = weights, worth
    return best


def better(held_back: Sequence[Observed], new: Weights, old: Weights) -> Weights:
    """The new weights, unless the old ones are better on queries that nothing was learned from."""
    queries = _by_collection(held_back)
    return new if _value(queries, new) > _value(queries, old) else old


def measured(observed: Iterable[Observed], weights: Weights) -> dict[str, Scores]:
    """What each leg and both are worth, by collection, ranked as the search ranks."""
    queries: dict[str, list[tuple[float, float, float]]] = {}
    for one in observed:
        legs = _of_leg(one.proposals.lexical, one), _of_leg(one.proposals.dense, one)
        queries.setdefault(one.collection, []).append((*legs, _of_leg(one.ranked(weights), one)))
    return {
        name: Scores(len(found), *(_mean(one[place] for one in found) for place in range(3)))
        for name, found in queries.items()
    }


def _choices() -> list[Callable[[Weights], list[Weights]]]:
    """What is tried one after the other, each from the best found before."""

    def of_language(spoken: str) -> Callable[[Weights], list[Weights]]:
        return lambda best: [
            replace(best, dense_by_language={**best.dense_by_language, spoken: share})
            for share in SHARES
        ]

    common: list[Callable[[Weights], list[Weights]]] = [
        lambda best: [replace(best, dense=share) for share in SHARES],
        lambda best: [replace(best, other_language=weight) for weight in LANGUAGE_WEIGHTS],
        lambda best: [replace(best, unknown_language=weight) for weight in LANGUAGE_WEIGHTS],
        lambda best: [
            replace(best, strength=strength, dense=share)
            for strength in STRENGTHS
            for share in SHARES
        ],
    ]
    return [*common, *common[:3], *(of_language(spoken) for spoken in LANGUAGES)]


def _by_collection(observed: Iterable[Observed]) -> dict[str, list[_Query]]:
    queries: dict[str, list[_Query]] = {}
    for one in observed:
        queries.setdefault(one.collection, []).append(_as_arrays(one))
    return queries


def _as_arrays(one: Observed) -> _Query:
    found, spoken = one.proposals.candidates, one.proposals.language
    return _Query(
        language=spoken,
        dense=np.array([max(each.dense, 0.0) for each in found]),
        lexical=np.array([each.lexical for each in found]),
        pairing=np.array([_pairing(spoken, each.language) for each in found], dtype=np.int64),
        right=np.array([each.document_id in one.relevant for each in found], dtype=bool),
        ideal=_gain(np.ones(min(DEPTH, len(one.relevant)))),
        legs=(_of_leg(one.proposals.lexical, one), _of_leg(one.proposals.dense, one)),
    )


def _pairing(spoken: str, written: str) -> int:
    if UNKNOWN in (spoken, written):
        return 0
    return 1 if spoken == written else 2


def _of_leg(found: Sequence[Found | Ranked], one: Observed) -> float:
    right = np.array([each.document_id in one.relevant for each in found[:DEPTH]], dtype=bool)
    ideal = _gain(np.ones(min(DEPTH, len(one.relevant))))
    return _gain(right) / ideal if ideal else 0.0


def _value(queries: Mapping[str, Sequence[_Query]], weights: Weights) -> float:
    values = []
    for each in queries.values():
        both = _mean(_ndcg(one, weights) for one in each)
        better = max(_mean(one.legs[leg] for one in each) for leg in (0, 1))
        values.append(both - PENALTY * max(0.0, better - ALLOWED - both))
    return _mean(values)


def _ndcg(one: _Query, weights: Weights) -> float:
    if not one.ideal or not len(one.dense):
        return 0.0
    pairs = np.array([weights.unknown_language, 1.0, weights.other_language])
    words = one.lexical * pairs[one.pairing]
    share = weights.share(one.language, float(words.max()))
    scores = share * one.dense + (1 - share) * np.minimum(words, 1.0)
    return _gain(one.right[np.argsort(-scores, kind="stable")[:DEPTH]]) / one.ideal


def _gain(right: NDArray[np.bool_] | NDArray[np.float64]) -> float:
    return float((right / np.log2(np.arange(2, len(right) + 2))).sum())


def _mean(values: Iterable[float]) -> float:
    numbers = list(values)
    return sum(numbers) / len(numbers) if numbers else 0.0
