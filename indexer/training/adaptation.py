"""Learn the task itself: a heading finds the section below it among its neighbours."""

import random
from collections.abc import Sequence

import torch
from torch import Tensor, nn

from indexer.training.corpus import Pair
from indexer.training.distillation import SHARPNESS, Course
from indexer.training.student import cut

GROUPS, NEIGHBOURS = 3, 4
"""Sections of a batch: from this many places, this many in a row.

Neighbours come from the same page or the same product: they are the hard negatives.
"""

LONGEST = 96
"""Word pieces of a section that are read; the whole would cost four times as much."""

WEIGHT = 0.3
"""Beside the distillation, which keeps the languages together."""


class Headings:
    """Draws headings with their sections and says how badly the student confuses them."""

    def __init__(self, sections: Sequence[Pair], *, seed: int) -> None:
        self.sections = sections
        self.rng = random.Random(seed)  # noqa: S311  # not a secret

    def __call__(self, course: Course) -> Tensor:
        """The loss of one batch: each heading against all sections, and the other way round."""
        drawn = self._draw()
        titles = course.embed(cut(course.tokenizer, [pair.english for pair in drawn], longest=48))
        bodies = course.embed(cut(course.tokenizer, [pair.text for pair in drawn], longest=LONGEST))
        scores = titles @ bodies.T * SHARPNESS
        texts = [pair.text for pair in drawn]
        same = torch.tensor([[one == two for two in texts] for one in texts]) & ~torch.eye(
            len(texts), dtype=torch.bool
        )
        scores = scores.masked_fill(same.to(scores.device), -1e4)
        right = torch.arange(len(drawn), device=scores.device)
        loss = nn.functional.cross_entropy
        return WEIGHT * (loss(scores, right) + loss(scores.T, right))

    def _draw(self) -> list[Pair]:
        starts = [self.rng.randrange(len(self.sections) - NEIGHBOURS) for _ in range(GROUPS)]
        return [self.sections[start + at] for start in starts for at in range(NEIGHBOURS)]
