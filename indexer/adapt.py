"""Bends questions towards the answers that a customer's own cases had.

A low-rank linear map on the query side: documents keep their vectors, nothing is indexed again, and
deleting the file undoes it.  It is used only if it wins on later cases and loses in no language.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from indexer.embedders import ModelUnavailable
from indexer.ports import Embedder
from kb.errors import InvalidInput

Vectors = NDArray[np.float32]

HELD_OUT = 0.2
"""Share of the cases, the latest ones, that only judge."""

SMALLEST = 50
"""With fewer cases there is nothing to judge by."""

SHARPNESS = 20.0
STEPS, RATE = 200, 0.003
LOSS_ALLOWED = 1e-9
DEPTH = 10


class TooFewCases(InvalidInput):
    """An adapter needs at least 50 linked cases: a question and the document that answered it."""


@dataclass(frozen=True)
class LinkedCase:
    """A question, the document that answered it, and when that was known."""

    question: Vectors
    answer: Vectors
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

    def save(self, path: Path) -> None:
        """Write the adapter; whole or not at all."""
        part = path.with_suffix(".part.npz")
        np.savez(part, model=np.array(self.model), up=self.up, down=self.down)
        part.replace(path)


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


class AdaptedEmbedder:
    """An embedder whose questions are bent; its documents, and so its name, stay the same."""

    def __init__(self, embedder: Embedder, adapter: QueryAdapter) -> None:
        """Wrap `embedder`.

        Raises:
            ModelUnavailable: the adapter was learned with another model.
        """
        if adapter.model != embedder.name:
            raise ModelUnavailable(
                f"the adapter belongs to {adapter.model}, the model is {embedder.name}: adapt again"
            )
        self._embedder, self._adapter = embedder, adapter

    @property
    def name(self) -> str:
        """See Embedder."""
        return self._embedder.name

    @property
    def dimension(self) -> int:
        """See Embedder."""
        return self._embedder.dimension

    def embed_documents(self, texts: Sequence[str]) -> Vectors:
        """See Embedder."""
        return self._embedder.embed_documents(texts)

    def embed_query(self, text: str) -> Vectors:
        """See Embedder."""
        return self._adapter.bend(self._embedder.embed_query(text))


def load(path: Path) -> QueryAdapter:
    """Read what `QueryAdapter.save` wrote.

    Raises:
        ModelUnavailable: there is no adapter, or it is damaged.
    """
    try:
        with np.load(path) as stored:
            return QueryAdapter(str(stored["model"]), stored["up"], stored["down"])
    except (OSError, KeyError, ValueError) as error:
        raise ModelUnavailable(f"no adapter in {path}: {error}") from error


def learn(
    cases: Sequence[LinkedCase], *, model: str, rank: int = 16, penalty: float = 1.0
) -> tuple[QueryAdapter, Verdict]:
    """Learn an adapter from the earlier cases and judge it by the later ones.

    Deterministic; takes seconds for thousands of cases.

    Args:
        cases: in any order.
        model: the name of the embedder that made the vectors.
        rank: of the map; small, so that it learns habits and not single cases.
        penalty: how strongly the map is pulled to changing nothing.

    Raises:
        TooFewCases: there are fewer than 50.
    """
    if len(cases) < SMALLEST:
        raise TooFewCases(f"{len(cases)} linked cases; at least {SMALLEST} are needed")
    in_order = sorted(cases, key=lambda case: case.at)
    cut = round(len(in_order) * (1 - HELD_OUT))
    adapter = _fit(in_order[:cut], model=model, rank=rank, penalty=penalty)
    return adapter, judge(adapter, in_order[cut:], against=in_order)


def judge(
    adapter: QueryAdapter, cases: Sequence[LinkedCase], *, against: Sequence[LinkedCase]
) -> Verdict:
    """Compare questions with and without `adapter`, ranking the answers of `against`."""
    questions = np.stack([case.question for case in cases])
    right = np.stack([case.answer for case in cases])
    answers = np.unique(np.stack([case.answer for case in against]), axis=0)
    languages = np.array([case.language for case in cases])
    plain = _gains(questions, right, answers)
    bent = _gains(adapter.bend(questions), right, answers)
    groups = {"all": languages == languages}  # noqa: PLR0124  # a mask that is true everywhere
    groups |= {str(language): languages == language for language in np.unique(languages)}
    return Verdict(
        {name: float(plain[rows].mean()) for name, rows in groups.items()},
        {name: float(bent[rows].mean()) for name, rows in groups.items()},
    )


def _gains(questions: Vectors, right: Vectors, answers: Vectors) -> NDArray[np.float64]:
    own = (questions * right).sum(1, keepdims=True)
    better = (questions @ answers.T > own + 1e-6).sum(1)
    return np.where(better < DEPTH, 1 / np.log2(better + 2.0), 0.0)


def _fit(cases: Sequence[LinkedCase], *, model: str, rank: int, penalty: float) -> QueryAdapter:
    questions = np.stack([case.question for case in cases])
    answers = np.stack([case.answer for case in cases])
    rng = np.random.default_rng(7)
    dimension = questions.shape[1]
    up = np.zeros((dimension, rank), np.float32)
    down = (rng.normal(size=(rank, dimension)) / np.sqrt(dimension)).astype(np.float32)
    moments = [np.zeros_like(part) for part in (up, down, up, down)]
    for step in range(1, STEPS + 1):
        gradients = _gradients(questions, answers, up, down, penalty)
        for at, gradient in enumerate(gradients):
            part, mean, spread = (up, down)[at], moments[at], moments[at + 2]
            mean += 0.1 * (gradient - mean)
            spread += 0.01 * (gradient**2 - spread)
            size = np.sqrt(spread / (1 - 0.99**step)) + 1e-8
            part -= (RATE * mean / (1 - 0.9**step) / size).astype(np.float32)
    return QueryAdapter(model, up, down)


def _gradients(
    questions: Vectors, answers: Vectors, up: Vectors, down: Vectors, penalty: float
) -> tuple[Vectors, Vectors]:
    """Of the cross-entropy over all answers plus `penalty` times the squared size of the map."""
    inner = questions @ down.T
    moved = questions + inner @ up.T
    length = np.linalg.norm(moved, axis=1, keepdims=True)
    unit = moved / length
    scores = SHARPNESS * unit @ answers.T
    likely = np.exp(scores - scores.max(1, keepdims=True))
    likely /= likely.sum(1, keepdims=True)
    likely[np.arange(len(likely)), np.arange(len(likely))] -= 1
    towards = SHARPNESS * likely @ answers / len(questions)
    back = (towards - unit * (towards * unit).sum(1, keepdims=True)) / length
    shift = up @ down
    slope = penalty * 2 * shift
    return back.T @ inner + slope @ down.T, (back @ up).T @ questions + up.T @ slope
