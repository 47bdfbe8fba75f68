"""Teach the student: a text of any language lands where the teacher puts its English side."""

import random
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from tokenizers import Tokenizer
from torch import Tensor, nn

from indexer.training import noise
from indexer.training.run_log import RunLog
from indexer.training.student import Student, cut, padded

ROUND = 4800
"""Lessons that are shuffled, cut and sorted by length together."""

SHARPNESS = 20.0
"""Inverse temperature of the contrast between the texts of a batch."""

CHECKPOINT_SECONDS = 240
BESIDES = 8
"""Batches between two losses of another kind."""

TWO = 2
LOOKS = 3
"""Of forty batches, this many are tried with the other number of threads."""


@dataclass(frozen=True)
class Lesson:
    """A text and the row of the teacher's vector that it should land on."""

    text: str
    target: int


@dataclass(frozen=True)
class Plan:
    """How long and how fast to learn.

    `minutes` or `steps` ends it, whichever comes first; the learning rates fall linearly from
    `begin` to `end` times their value over that time.
    """

    minutes: float = 1e9
    steps: int = 10**9
    tokens: int = 1024
    longest: int = 64
    core_rate: float = 1e-4
    new_word_rate: float = 1e-3
    known_word_rate: float = 2e-4
    begin: float = 1.0
    end: float = 0.05
    warm_up: int = 100
    typos: float = 0.15
    seed: int = 7


class RowAdam:
    """Adam that touches only the rows of the embedding table that a batch used."""

    def __init__(self, table: Tensor, rates: Tensor) -> None:
        self.table = table
        self.rates = rates[:, None]
        self.first = torch.zeros_like(table)
        self.second = torch.zeros_like(table)
        self.seen = torch.zeros_like(self.rates)

    @torch.no_grad()
    def step(self, factor: float) -> None:
        """Move the rows of the last backward pass, at `factor` times their rates."""
        gradient = self.table.grad
        if gradient is None:
            return
        gradient = gradient.coalesce()
        rows, values = gradient.indices()[0], gradient.values()
        self.seen[rows] += 1
        self.first[rows] = 0.9 * self.first[rows] + 0.1 * values
        self.second[rows] = 0.98 * self.second[rows] + 0.02 * values**2
        mean = self.first[rows] / (1 - 0.9 ** self.seen[rows])
        spread = self.second[rows] / (1 - 0.98 ** self.seen[rows])
        self.table[rows] -= factor * self.rates[rows] * mean / (spread.sqrt() + 1e-8)
        self.table.grad = None

    def state(self) -> dict[str, Tensor]:
        """What a checkpoint must keep."""
        return {"first": self.first, "second": self.second, "seen": self.seen}

    def restore(self, state: dict[str, Tensor]) -> None:
        """Go on from a checkpoint."""
        self.first, self.second, self.seen = state["first"], state["second"], state["seen"]


class Course:
    """A student learning lessons; can be cut off and taken up again from its checkpoint."""

    def __init__(
        self, student: Student, tokenizer: Tokenizer, known: NDArray[np.bool_], plan: Plan
    ) -> None:
        self.device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
        self.student = student.to(self.device).eval()  # no dropout: the target is exact
        self.tokenizer = tokenizer
        self.plan = plan
        rates = torch.where(torch.tensor(known), plan.known_word_rate, plan.new_word_rate)
        self.words = RowAdam(student.words.weight, rates.to(self.device))
        self.layers = torch.optim.AdamW(
            [p for n, p in student.core.named_parameters() if _learns(n)],
            lr=plan.core_rate,
            weight_decay=0.0,
        )
        self.step, self.round, self.elapsed = 0, 0, 0.0
        self.speed: dict[int, float] = {}

    def learn(
        self,
        lessons: Sequence[Lesson],
        targets: NDArray[np.float16],
        *,
        checkpoint: Path,
        log: RunLog,
        besides: Callable[["Course"], Tensor] | None = None,
    ) -> None:
        """Go through `lessons` until the plan's time or steps are over.

        Args:
            lessons: what to learn, in any order.
            targets: the teacher's vectors.
            checkpoint: where to go on from, and what to leave.
            log: told of every hundredth step.
            besides: another loss, learned after each `BESIDES`-th batch.
        """
        if checkpoint.exists():
            self.restore(checkpoint)
        started, saved = time.monotonic() - self.elapsed, time.monotonic()
        recent: list[float] = []
        while not self.over():
            for texts, rows in self._batches(lessons):
                if self.over():
                    break
                began = time.monotonic()
                target = torch.tensor(targets[rows].astype(np.float32), device=self.device)
                recent.append(self._take(texts, target, torch.tensor(rows)))
                if besides and self.step % BESIDES == 0:
                    self.apply(besides(self))
                self.elapsed = time.monotonic() - started
                self._share_cores(sum(map(len, texts)), time.monotonic() - began)
                if self.step % 100 == 0:
                    log.record(
                        "distil",
                        step=self.step,
                        round=self.round,
                        cosine=round(float(np.mean(recent[-100:])), 4),
                        seconds=round(self.elapsed),
                        threads=torch.get_num_threads(),
                    )
            self.round += 1
            if time.monotonic() - saved > CHECKPOINT_SECONDS:
                self.save(checkpoint)
                saved = time.monotonic()
        self.save(checkpoint)

    def over(self) -> bool:
        """Whether the plan's time or steps are used up."""
        return self.step >= self.plan.steps or self.elapsed >= self.plan.minutes * 60

    def factor(self) -> float:
        """What the learning rates are multiplied with now."""
        plan = self.plan
        done = max(self.step / plan.steps, self.elapsed / (plan.minutes * 60))
        falling = plan.begin + (plan.end - plan.begin) * min(1.0, done)
        return falling * min(1.0, (self.step + 1) / plan.warm_up)

    def _share_cores(self, pieces: int, seconds: float) -> None:
        """Use one or two threads, whichever was faster lately: others may need the cores too.

        Two threads wait for each other, so beside a busy neighbour one alone is faster.
        """
        threads = torch.get_num_threads()
        if threads > TWO:
            return
        old = self.speed.get(threads, pieces / seconds)
        self.speed[threads] = 0.7 * old + 0.3 * pieces / seconds
        other = TWO + 1 - threads
        if self.step % 40 < LOOKS or self.speed.get(other, 0.0) > self.speed[threads]:
            torch.set_num_threads(other)

    def _batches(self, lessons: Sequence[Lesson]) -> Iterator[tuple[list[list[int]], list[int]]]:
        rounds = max(1, len(lessons) // ROUND)
        epoch, part = divmod(self.round, rounds)
        order = np.random.default_rng((self.plan.seed, epoch)).permutation(len(lessons))
        drawn = [lessons[at] for at in order[part * ROUND : (part + 1) * ROUND]]
        rng = random.Random(self.plan.seed * 1_000_003 + self.round)  # noqa: S311  # not a secret
        texts = [noise.typed(lesson.text, rng, share=self.plan.typos) for lesson in drawn]
        ids = cut(self.tokenizer, texts, longest=self.plan.longest)
        by_length = sorted(range(len(ids)), key=lambda at: len(ids[at]))
        batches = list(_packed(by_length, ids, self.plan.tokens))
        rng.shuffle(batches)
        for batch in batches:
            yield [ids[at] for at in batch], [drawn[at].target for at in batch]

    def _take(self, ids: list[list[int]], target: Tensor, rows: Tensor) -> float:
        vectors = self.embed(ids)
        cosine = (vectors * target).sum(1)
        scores = vectors @ target.T * SHARPNESS
        same = (rows[:, None] == rows[None, :]) & ~torch.eye(len(rows), dtype=torch.bool)
        scores = scores.masked_fill(same.to(self.device), -1e4)
        right = torch.arange(len(rows), device=self.device)
        loss = 10 * (1 - cosine).mean() + nn.functional.cross_entropy(scores, right)
        self.apply(loss)
        return float(cosine.detach().mean())

    def embed(self, ids: list[list[int]]) -> Tensor:
        """Unit vectors of texts that are cut already."""
        tokens, mask = padded(ids)
        vectors: Tensor = self.student(tokens.to(self.device), mask.to(self.device))
        return vectors

    def apply(self, loss: Tensor) -> None:
        """Learn from one batch's `loss`."""
        loss.backward()  # type: ignore[no-untyped-call]  # torch does not annotate it
        factor = self.factor()
        for group in self.layers.param_groups:
            group["lr"] = self.plan.core_rate * factor
        nn.utils.clip_grad_norm_(self.layers.param_groups[0]["params"], 1.0)
        self.layers.step()
        self.layers.zero_grad()
        self.words.step(factor)
        self.step += 1

    def save(self, path: Path) -> None:
        """Write a checkpoint; a run that is cut off while writing keeps the former one."""
        state: dict[str, Any] = {  # Any: torch's own format
            "student": self.student.state_dict(),
            "layers": self.layers.state_dict(),
            "words": self.words.state(),
            "progress": (self.step, self.round, self.elapsed),
        }
        torch.save(state, path.with_suffix(".part"))
        path.with_suffix(".part").replace(path)

    def restore(self, path: Path) -> None:
        """Go on where `save` was called."""
        state = torch.load(path, map_location=self.device)
        self.student.load_state_dict(state["student"])
        self.layers.load_state_dict(state["layers"])
        self.words.restore(state["words"])
        self.step, self.round, self.elapsed = state["progress"]


def _learns(name: str) -> bool:
    return not name.startswith(("pooler", "embeddings.word_embeddings"))


def _packed(order: Sequence[int], ids: Sequence[Sequence[int]], tokens: int) -> Iterator[list[int]]:
    batch: list[int] = []
    for at in order:
        if (batch and (len(batch) + 1) * len(ids[at]) > tokens) or len(batch) >= 64:  # noqa: PLR2004
            yield batch
            batch = []
        batch.append(at)
    if batch:
        yield batch
