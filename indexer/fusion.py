"""One score from two legs: a convex combination of scores that compare across queries."""

from collections.abc import Mapping
from dataclasses import dataclass, field

DENSE_SHARE = 0.15
"""Weight of meaning against words where nothing was tuned for the model and language.

Lexical scores are shares of a bound that is rarely reached, so this is far more than half in
effect.  With the packaged English model it is the largest share at which no set of ours, in any
language, ranks more than a point worse than its better leg (docs/reference/quality.md).
"""


@dataclass(frozen=True, slots=True)
class Weights:
    """How much meaning counts against words, by the language of the query; each in [0, 1]."""

    dense: float = DENSE_SHARE
    by_language: Mapping[str, float] = field(default_factory=dict)

    def dense_share(self, language: str) -> float:
        """The weight of the dense score for a query in this language."""
        return self.by_language.get(language, self.dense)


def fused(dense: float, lexical: float, share: float) -> float:
    """`share` of the dense and the rest of the lexical score.

    Args:
        dense: cosine similarity; below 0 counts as 0, its meaning is "unrelated" all the same.
        lexical: BM25 as a share of the most the query could score, in [0, 1].
        share: weight of the dense score, in [0, 1].

    Returns:
        In [0, 1].  Fixed bounds instead of the smallest and largest of the result list keep
        scores of different queries comparable, which confidence needs (Bruch et al. 2023 found
        the choice of bounds to matter little for ranking).
    """
    return share * max(dense, 0.0) + (1 - share) * min(lexical, 1.0)
