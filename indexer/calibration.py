"""Learning how far answers can be trusted, and measuring it on queries held back."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from indexer.confidence import (
    FIRST,
    LOOKED_AT,
    Band,
    Fit,
    Logistic,
    Thresholds,
    judge,
    signals,
)
from indexer.fusion import Weights
from indexer.observing import Observed
from indexer.ranking import Ranked
from kb.errors import InvalidInput

PRECISION = 0.83
"""Precision of "likely" that its threshold is chosen for; the promise is 0.8 on other queries."""

CAUGHT = 0.57
"""Share of unanswerable queries that are told nothing in learning; the promise is half of others.

Two halves of 500 queries differ by 0.03 in this share (a standard error): twice that is kept.
"""

HOPELESS = 0.05
"""Probability below which a single hit is nothing good."""

FEWEST = 200
"""Queries to learn from at least: with fewer, fifteen weights are chance."""

RIDGE = 1.0
"""Strength of the pull towards small weights, for signals of variance 1."""

STEPS = 50
EDGES = np.linspace(0, 1, 11)


class TooFewQueries(InvalidInput):
    """There are not enough labelled queries to learn from."""


@dataclass(frozen=True, slots=True)
class Judgement:
    """What was said of one query, and what is true."""

    collection: str
    language: str
    words: int
    unanswerable: bool
    probability: float
    """That one of the first hits is right."""
    band: Band
    first_right: bool
    """Whether the best hit is right."""
    good: bool
    """Whether one of the first hits is right."""
    likely_hits: int
    likely_right: int
    """Of the first hits those said to be likely, and the right ones of them."""


@dataclass(frozen=True, slots=True)
class Report:
    """What judgements are worth; shares in [0, 1], None where there was nothing to count."""

    queries: int
    unanswerable: int
    likely: int
    precision: float | None
    """Of the hits said to be likely, the share that is right."""
    caught: float | None
    """Of the unanswerable queries, the share that was answered with nothing good."""
    false_nothing: float | None
    """Of the queries whose answer is among the first hits, the share told nothing good."""
    error: float | None
    """Expected calibration error of the answer's probability, in ten bins of equal width."""


@dataclass(frozen=True, slots=True)
class _Examples:
    """Rows of signals, whether each is right, and how much each counts."""

    rows: NDArray[np.float64]
    right: NDArray[np.float64]
    counts: NDArray[np.float64]


def fit(observed: Sequence[Observed], weights: Weights) -> Fit:
    """Learn from labelled queries; a third of them is made unanswerable.

    Each collection counts the same, however many queries it has.

    Raises:
        TooFewQueries: there are not enough of them.
    """
    if len(observed) < FEWEST:
        raise TooFewQueries(f"{len(observed)} queries are too few to learn from: {FEWEST} at least")
    # Thresholds come from queries that the two regressions have not seen: each half judges
    # by what was learned from the other.
    told = [
        (one, undecided)
        for first in (True, False)
        for undecided in [_undecided([x for x in observed if x.first_fold != first], weights)]
        for one in observed
        if one.first_fold == first
    ]
    whole = _undecided(observed, weights)
    return replace(whole, thresholds=_thresholds(told, weights))


def _undecided(observed: Sequence[Observed], weights: Weights) -> Fit:
    """The two regressions, with thresholds that call every answer nothing that may be."""
    unrelated = _unrelated(observed, weights)
    hits = _examples(observed, weights, unrelated, answers=False)
    answers = _examples(observed, weights, unrelated, answers=True)
    return Fit(_logistic(hits), _logistic(answers), Thresholds(2, 0, 2), unrelated)


def judged(observed: Iterable[Observed], weights: Weights, fit: Fit) -> list[Judgement]:
    """What the search would say of each query."""
    return [_judgement(one, weights, fit) for one in observed]


def report(judgements: Sequence[Judgement]) -> Report:
    """Precision, what is caught and missed, and how far probabilities are off."""
    unanswerable = [one for one in judgements if one.unanswerable]
    good = [one for one in judgements if one.good]
    likely = sum(one.likely_hits for one in judgements)
    return Report(
        queries=len(judgements),
        unanswerable=len(unanswerable),
        likely=sum(one.band is Band.LIKELY for one in judgements),
        precision=sum(one.likely_right for one in judgements) / likely if likely else None,
        caught=_share_of_nothing(unanswerable),
        false_nothing=_share_of_nothing(good),
        error=_calibration_error(judgements),
    )


def risk_coverage(judgements: Sequence[Judgement]) -> list[tuple[float, float]]:
    """(coverage, risk) if only the surest answers are shown, from the surest one to all.

    Risk is the share of shown answers with nothing right among the first hits.
    """
    order = sorted(judgements, key=lambda one: -one.probability)
    wrong = np.cumsum([not one.good for one in order])
    return [
        ((place + 1) / len(order), float(wrong[place]) / (place + 1)) for place in range(len(order))
    ]


def _examples(
    observed: Sequence[Observed],
    weights: Weights,
    unrelated: tuple[float, float],
    *,
    answers: bool,
) -> _Examples:
    sizes: dict[str, int] = {}
    for one in observed:
        sizes[one.collection] = sizes.get(one.collection, 0) + 1
    rows, right, counts = [], [], []
    for one in observed:
        shown = _shown(one, weights)
        found = [hit.document_id in one.relevant for hit in shown]
        taken = signals(one.asked, [one.sign(hit) for hit in shown], unrelated)
        size = 1 if answers else LOOKED_AT
        rows.append(taken[:size])
        right.extend([any(found[:FIRST])] if answers and found else found[:size])
        counts.extend([1 / sizes[one.collection]] * len(taken[:size]))
    scale = len(observed) / len(sizes)
    return _Examples(np.vstack(rows), np.array(right, float), scale * np.array(counts))


def _shown(one: Observed, weights: Weights) -> list[Ranked]:
    without = one.relevant if one.unanswerable else ()
    return one.ranked(weights, without=without)[:LOOKED_AT]


def _unrelated(observed: Sequence[Observed], weights: Weights) -> tuple[float, float]:
    last = [shown[-1] for one in observed if len(shown := _shown(one, weights)) == LOOKED_AT]
    if not last:
        return 0.0, 0.0
    dense = float(np.median([hit.dense for hit in last]))
    return max(dense, 0.0), float(np.median([hit.words for hit in last]))


def _logistic(examples: _Examples) -> Logistic:
    """Newton's method on the log loss with a ridge; weights are for signals as they are."""
    low, high = np.quantile(examples.rows, (0.005, 0.995), axis=0)
    rows = np.clip(examples.rows, low, high)
    mean, scale = rows.mean(axis=0), rows.std(axis=0) + 1e-6
    table = np.column_stack([np.ones(len(rows)), (rows - mean) / scale])
    ridge = RIDGE * np.eye(table.shape[1])
    ridge[0, 0] = 0
    weights = np.zeros(table.shape[1])
    for _ in range(STEPS):
        chance = 1 / (1 + np.exp(-(table @ weights)))
        slope = table.T @ (examples.counts * (chance - examples.right)) + ridge @ weights
        bend = (table * (examples.counts * chance * (1 - chance))[:, None]).T @ table + ridge
        step = np.linalg.solve(bend, slope)
        weights -= step
        if np.abs(step).max() < 1e-8:  # noqa: PLR2004  far below what is stored
            break
    plain = weights[1:] / scale
    return Logistic(
        bias=float(weights[0] - plain @ mean),
        weights=tuple(map(float, plain)),
        low=tuple(map(float, low)),
        high=tuple(map(float, high)),
    )


def _thresholds(folds: Sequence[tuple[Observed, Fit]], weights: Weights) -> Thresholds:
    chances, right, unanswerable = [], [], []
    for one, fit in folds:
        shown = _shown(one, weights)
        told = judge(one.asked, [one.sign(hit) for hit in shown], fit)
        if one.unanswerable:
            # Who holds an identifier of the question is never nothing, whatever the threshold.
            nothing = told.answer.band is Band.NOTHING
            unanswerable.append((told.answer.probability or 0.0) if nothing else 1.0)
        for hit, how in zip(shown[:FIRST], told.hits, strict=False):
            chances.append(how.probability or 0.0)
            right.append(hit.document_id in one.relevant)
    answer = float(np.quantile(unanswerable, CAUGHT)) if unanswerable else 0.0
    return Thresholds(_surest(np.array(chances), np.array(right)), HOPELESS, answer)


def _surest(chances: NDArray[np.float64], right: NDArray[np.bool_]) -> float:
    """The lowest probability from which on the hits are as often right as promised."""
    order = np.argsort(-chances, kind="stable")
    precision = np.cumsum(right[order]) / np.arange(1, len(order) + 1)
    reached = np.flatnonzero(precision >= PRECISION)
    return float(chances[order][reached[-1]]) if len(reached) else 1.0


def _judgement(one: Observed, weights: Weights, fit: Fit) -> Judgement:
    shown = _shown(one, weights)
    told = judge(one.asked, [one.sign(hit) for hit in shown], fit)
    found = [hit.document_id in one.relevant for hit in shown[:FIRST]]
    likely = [
        right for right, how in zip(found, told.hits, strict=False) if how.band is Band.LIKELY
    ]
    return Judgement(
        collection=one.collection,
        language=one.proposals.language,
        words=one.words,
        unanswerable=one.unanswerable,
        probability=told.answer.probability or 0.0,
        band=told.answer.band,
        first_right=any(found[:1]),
        good=any(found),
        likely_hits=len(likely),
        likely_right=sum(likely),
    )


def _share_of_nothing(judgements: Sequence[Judgement]) -> float | None:
    told = sum(one.band is Band.NOTHING for one in judgements)
    return told / len(judgements) if judgements else None


def _calibration_error(judgements: Sequence[Judgement]) -> float | None:
    if not judgements:
        return None
    chances = np.array([one.probability for one in judgements])
    good = np.array([one.good for one in judgements], float)
    bins = np.minimum(np.digitize(chances, EDGES) - 1, len(EDGES) - 2)
    off = [
        (bins == place).mean() * abs(chances[bins == place].mean() - good[bins == place].mean())
        for place in np.unique(bins)
    ]
    return float(sum(off))
