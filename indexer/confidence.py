"""How far an answer can be trusted: likely, related, or nothing good, with a probability.

What was learned from labelled queries (`kb calibrate`) belongs to one model and is kept with it.
Everything here is computed from hits that the reader may see, and from nothing else.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from indexer.fusion import UNKNOWN

LOOKED_AT = 10
"""Hits that a hit is compared with; an answer of fewer is filled up with what is unrelated."""

FIRST = 3
"""An answer is good if one of so many hits solves the case: what an agent reads before asking."""

NEAR = 0.5
"""Without a fit: cosine from which on a hit may be related; related texts begin near 0.3."""

SHARING = 0.08
"""Without a fit: lexical score from which on a hit may be related; below it is chance."""

SIGNALS = (
    "meaning",
    "words",
    "meaning_lead",
    "words_lead",
    "meaning_of_others",
    "words_of_others",
    "both_legs",
    "place",
    "other_language",
    "length",
    "identifier",
    "length_meaning",
    "length_words",
    "length_meaning_lead",
    "length_words_lead",
)
"""What a hit is judged by, in the order of the weights; see docs/reference/quality.md."""


class Band(StrEnum):
    """What to expect of an answer, or of a hit."""

    LIKELY = "likely"
    RELATED = "related"
    NOTHING = "nothing"


@dataclass(frozen=True, slots=True)
class Confidence:
    """A band, and the probability behind it in [0, 1]; None where nothing was learned for it."""

    band: Band
    probability: float | None


@dataclass(frozen=True, slots=True)
class Judged:
    """The confidence in the answer as a whole, and in each of its hits."""

    answer: Confidence
    hits: tuple[Confidence, ...]


@dataclass(frozen=True, slots=True)
class Asked:
    """What of a query matters here."""

    language: str
    words: int


@dataclass(frozen=True, slots=True)
class Sign:
    """What of a hit matters here: scores of both legs, and whether it holds an identifier asked."""

    dense: float
    words: float
    """The lexical score as it counts between the languages of query and passage."""
    language: str
    identifier: bool


@dataclass(frozen=True, slots=True)
class Logistic:
    """A logistic regression over SIGNALS; each is kept within what was seen in learning."""

    bias: float
    weights: tuple[float, ...]
    low: tuple[float, ...]
    high: tuple[float, ...]

    def probability(self, signals: NDArray[np.float64]) -> NDArray[np.float64]:
        """One probability per row of `signals`, shape (n, len(SIGNALS))."""
        kept = np.clip(signals, self.low, self.high)
        chance: NDArray[np.float64] = 1 / (1 + np.exp(-(self.bias + kept @ np.array(self.weights))))
        return chance


@dataclass(frozen=True, slots=True)
class Thresholds:
    """Probabilities at which the bands change."""

    likely: float
    """From here on a hit is likely; `kb calibrate` chooses it for its precision."""
    related: float
    """Below it a hit is nothing good."""
    answer: float
    """Below it the whole answer is nothing good."""


@dataclass(frozen=True, slots=True)
class Fit:
    """What was learned for one model."""

    hit: Logistic
    answer: Logistic
    thresholds: Thresholds
    unrelated: tuple[float, float]
    """Meaning and words of a hit far down: stands in for hits that a small answer lacks."""


def judge(asked: Asked, shown: Sequence[Sign], fit: Fit | None) -> Judged:
    """How far to trust an answer.

    Args:
        asked: the query.
        shown: the hits that the reader may see, best first; at least LOOKED_AT if there are.
        fit: what was learned for the model in use; None: no probability, and nothing is likely.

    Returns:
        The answer's confidence, and that of each of `shown`.
    """
    if not shown:
        return Judged(Confidence(Band.NOTHING, 0.0 if fit else None), ())
    return _by_scores(shown) if fit is None else _by_fit(asked, shown, fit)


def signals(
    asked: Asked, shown: Sequence[Sign], unrelated: tuple[float, float]
) -> NDArray[np.float64]:
    """What each hit is judged by: float64, shape (len(shown), len(SIGNALS))."""
    dense, words = (_filled(scores, stand_in) for scores, stand_in in _legs(shown, unrelated))
    count, length = len(shown), np.log1p(asked.words)
    meaning_lead, meaning_rest = _against_others(dense, count)
    words_lead, words_rest = _against_others(words, count)
    meaning, shared = dense[:count], words[:count]
    columns: Mapping[str, object] = {
        "meaning": meaning,
        "words": shared,
        "meaning_lead": meaning_lead,
        "words_lead": words_lead,
        "meaning_of_others": meaning_rest,
        "words_of_others": words_rest,
        "both_legs": (meaning_lead > 0) & (words_lead > 0),
        "place": np.log1p(np.minimum(np.arange(count), LOOKED_AT)),
        "other_language": [_is_other(asked.language, one.language) for one in shown],
        "length": np.full(count, length),
        "identifier": [one.identifier for one in shown],
        "length_meaning": length * meaning,
        "length_words": length * shared,
        "length_meaning_lead": length * meaning_lead,
        "length_words_lead": length * words_lead,
    }
    return np.column_stack([np.asarray(columns[name], dtype=np.float64) for name in SIGNALS])


def _by_fit(asked: Asked, shown: Sequence[Sign], fit: Fit) -> Judged:
    rows = signals(asked, shown, fit.unrelated)
    at = fit.thresholds
    good = float(fit.answer.probability(rows[:1])[0])
    # Who shares a rare identifier with the question is about the same, whatever else it says.
    named = _is_named(shown)
    hits = [
        Confidence(_band(chance, at.related, at.likely, named=named and one.identifier), chance)
        for chance, one in zip(map(float, fit.hit.probability(rows)), shown, strict=True)
    ]
    if good < at.answer and not named:
        # Bands do not contradict each other: of nothing good no hit is likely.
        hits = [Confidence(Band.NOTHING, one.probability) for one in hits]
        return Judged(Confidence(Band.NOTHING, good), tuple(hits))
    best = Band.LIKELY if any(one.band is Band.LIKELY for one in hits[:FIRST]) else Band.RELATED
    return Judged(Confidence(best, good), tuple(hits))


def _by_scores(shown: Sequence[Sign]) -> Judged:
    hits = [
        Confidence(
            Band.RELATED
            if one.identifier or one.dense >= NEAR or one.words >= SHARING
            else Band.NOTHING,
            None,
        )
        for one in shown
    ]
    best = Band.RELATED if any(one.band is Band.RELATED for one in hits) else Band.NOTHING
    return Judged(Confidence(best, None), tuple(hits))


def _band(chance: float, related: float, likely: float, *, named: bool) -> Band:
    if chance >= likely:
        return Band.LIKELY
    return Band.RELATED if named or chance >= related else Band.NOTHING


def _is_named(shown: Sequence[Sign]) -> bool:
    """Whether the first hits hold an identifier of the question that most others do not."""
    holders = sum(one.identifier for one in shown[:LOOKED_AT])
    return 0 < holders <= FIRST and any(one.identifier for one in shown[:FIRST])


def _legs(
    shown: Sequence[Sign], unrelated: tuple[float, float]
) -> tuple[tuple[list[float], float], tuple[list[float], float]]:
    dense = [max(one.dense, 0.0) for one in shown], unrelated[0]
    return dense, ([min(one.words, 1.0) for one in shown], unrelated[1])


def _filled(scores: list[float], stand_in: float) -> NDArray[np.float64]:
    return np.array(scores + [stand_in] * (LOOKED_AT - len(scores)))


def _against_others(
    scores: NDArray[np.float64], count: int
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """By how much each leads the best of the others, and their mean, among the first ones."""
    first = scores[:LOOKED_AT]
    best = int(first.argmax())
    rivals = np.full(count, first[best])
    rests = np.full(count, first.mean())
    own = min(count, LOOKED_AT)
    rests[:own] = (first.sum() - first[:own]) / (LOOKED_AT - 1)
    if best < own:
        rivals[best] = np.delete(first, best).max()
    return scores[:count] - rivals, rests


def _is_other(spoken: str, written: str) -> bool:
    return UNKNOWN not in (spoken, written) and spoken != written
