"""Bends questions towards the answers that a customer's own cases had.

A low-rank linear map on the query side: documents keep their vectors, nothing is indexed again, and
forgetting the map undoes it.  `indexer.adapting` learns it, `indexer.adapted` keeps
it and says for whom.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np
from numpy.typing import NDArray

from kb.errors import InvalidInput

Vectors = NDArray[np.float32]

HELD_OUT = 0.2
"""Share of the cases, the latest ones, that only judge."""

SMALLEST = 50
"""With fewer cases there is nothing to judge by."""

PENALTIES = (0.01, 0.03, 0.1, 0.3, 1.0)
"""How strongly the map may be pulled to changing nothing; the cases choose."""

RANK = 16
"""Of the map; small, so that it learns habits and not single cases."""

SHARPNESS = 20.0
STEPS, RATE = 200, 0.003
BATCH = 512
"""Cases in a step: each is told from the answers of the others in it."""

LOSS_ALLOWED = 1e-9
DEPTH = 10


class TooFewCases(InvalidInput):
    """An adapter needs at least 50 linked cases: a question and the document that answered it."""


@dataclass(frozen=True)
class LinkedCase:
    """A question, the document that answered it, and when that was known.

    `answer` is the vector of the passage of document `answered_by` that is nearest to the question.
    """

    question: Vectors
    answer: Vectors
    answered_by: int
    language: str
    at: datetime


@dataclass(frozen=True)
class QueryAdapter:
    """Adds `up @ down @ question` to a question of `model`; shapes (dimension, rank) and back."""

    model: str
    up: Vectors
    down: Vectors

    def bend(self, questions: Vectors) -> Vectors:
        """Adapted questions, shape as given (…, dimension), rows of length 1."""
        moved = questions + (questions @ self.down.T) @ self.up.T
        length = np.linalg.norm(moved, axis=-1, keepdims=True)
        return np.asarray(moved / length, dtype=np.float32)


@dataclass(frozen=True)
class Verdict:
    """nDCG@10 on the later cases, before and after, over all and per language."""

    before: dict[str, float]
    after: dict[str, float]

    @property
    def promoted(self) -> bool:
        """Whether it wins over all and loses in no language."""
        wins = self.after["all"] > self.before["all"]
        return wins and all(
            self.after[key] >= value - LOSS_ALLOWED for key, value in self.before.items()
        )


def split(cases: Sequence[LinkedCase]) -> tuple[list[LinkedCase], list[LinkedCase]]:
    """The earlier cases and the later ones, which only judge; each in the order of time."""
    in_order = sorted(cases, key=lambda case: case.at)
    cut = round(len(in_order) * (1 - HELD_OUT))
    return in_order[:cut], in_order[cut:]


def learn(cases: Sequence[LinkedCase], *, model: str, rank: int = RANK) -> QueryAdapter:
    """Learn an adapter; how far it may go is chosen by the later ones of `cases`.

    Deterministic; takes seconds for thousands of cases.

    Args:
        cases: in any order.
        model: the name of the embedder that made the vectors.
        rank: of the map.

    Raises:
        TooFewCases: there are fewer than 50.
    """
    if len(cases) < SMALLEST:
        raise TooFewCases(f"{len(cases)} linked cases; at least {SMALLEST} are needed")
    earlier, later = split(cases)

    def gain(penalty: float) -> float:
        trial = fit(earlier, model=model, rank=rank, penalty=penalty)
        return judge(trial, later, against=cases).after["all"]

    # Of equal ones the strongest pull: a map that changes nothing can do no harm.
    best = max(sorted(PENALTIES, reverse=True), key=gain)
    return fit([*earlier, *later], model=model, rank=rank, penalty=best)


def judge(
    adapter: QueryAdapter, cases: Sequence[LinkedCase], *, against: Sequence[LinkedCase]
) -> Verdict:
    """Compare questions with and without `adapter`, ranking the answers of `against`."""
    questions = np.stack([case.question for case in cases])
    plain = _gains(questions, cases, against)
    bent = _gains(adapter.bend(questions), cases, against)
    return verdict([case.language for case in cases], plain, bent)


def verdict(languages: Sequence[str], before: Sequence[float], after: Sequence[float]) -> Verdict:
    """The means over all cases and over those of each language, of a gain in [0, 1] per case."""
    spoken = np.array(languages)
    groups = {"all": np.full(len(spoken), fill_value=True)}
    groups |= {str(language): spoken == language for language in np.unique(spoken)}
    plain, bent = np.array(before), np.array(after)
    return Verdict(
        {name: float(plain[rows].mean()) for name, rows in groups.items()},
        {name: float(bent[rows].mean()) for name, rows in groups.items()},
    )


def gain_at(place: int) -> float:
    """nDCG@10 of a question whose only answer stands at `place`, counted from 0."""
    return float(1 / np.log2(place + 2.0)) if place < DEPTH else 0.0


def _gains(
    questions: Vectors, cases: Sequence[LinkedCase], against: Sequence[LinkedCase]
) -> list[float]:
    scores = questions @ np.stack([case.answer for case in against]).T
    right = _same_answer(cases, against)
    own = np.where(right, scores, -np.inf).max(1, keepdims=True)
    owners = np.array([case.answered_by for case in against])
    before = (scores > own + 1e-6) & ~right
    return [gain_at(len(np.unique(owners[row]))) for row in before]


def _same_answer(cases: Sequence[LinkedCase], others: Sequence[LinkedCase]) -> NDArray[np.bool_]:
    """Shape (cases, others): whether both were answered by the same document."""
    mine = np.array([case.answered_by for case in cases])
    theirs = np.array([case.answered_by for case in others])
    return np.asarray(mine[:, None] == theirs[None, :])


def fit(
    cases: Sequence[LinkedCase], *, model: str, rank: int = RANK, penalty: float
) -> QueryAdapter:
    """The map that tells answers apart best, less `penalty` times its squared size."""
    rng = np.random.default_rng(7)
    dimension = len(cases[0].question)
    up = np.zeros((dimension, rank), np.float32)
    down = (rng.normal(size=(rank, dimension)) / np.sqrt(dimension)).astype(np.float32)
    moments = [np.zeros_like(part) for part in (up, down, up, down)]
    for step in range(1, STEPS + 1):
        chosen = _batch(cases, rng)
        gradients = _gradients(chosen, up, down, penalty)
        for at, gradient in enumerate(gradients):
            part, mean, spread = (up, down)[at], moments[at], moments[at + 2]
            mean += 0.1 * (gradient - mean)
            spread += 0.01 * (gradient**2 - spread)
            size = np.sqrt(spread / (1 - 0.99**step)) + 1e-8
            part -= (RATE * mean / (1 - 0.9**step) / size).astype(np.float32)
    return QueryAdapter(model, up, down)


def _batch(cases: Sequence[LinkedCase], rng: np.random.Generator) -> Sequence[LinkedCase]:
    if len(cases) <= BATCH:
        return cases
    return [cases[at] for at in rng.choice(len(cases), BATCH, replace=False)]


def _gradients(
    cases: Sequence[LinkedCase], up: Vectors, down: Vectors, penalty: float
) -> tuple[Vectors, Vectors]:
    """Of the cross-entropy over all answers plus `penalty` times the squared size of the map.

    Another passage of the right document is neither right nor wrong.
    """
    questions = np.stack([case.question for case in cases])
    answers = np.stack([case.answer for case in cases])
    inner = questions @ down.T
    moved = questions + inner @ up.T
    length = np.linalg.norm(moved, axis=1, keepdims=True)
    unit = moved / length
    scores = SHARPNESS * unit @ answers.T
    scores[_same_answer(cases, cases) & ~np.eye(len(cases), dtype=bool)] = -np.inf
    likely = np.exp(scores - scores.max(1, keepdims=True))
    likely /= likely.sum(1, keepdims=True)
    likely[np.arange(len(likely)), np.arange(len(likely))] -= 1
    towards = SHARPNESS * likely @ answers / len(questions)
    back = (towards - unit * (towards * unit).sum(1, keepdims=True)) / length
    shift = up @ down
    slope = penalty * 2 * shift
    return back.T @ inner + slope @ down.T, (back @ up).T @ questions + up.T @ slope
