"""One score from two legs: a convex combination of scores that compare across queries."""

from collections.abc import Mapping
from dataclasses import dataclass, field

UNKNOWN = "und"

USUAL = 0.2
"""Best lexical score of a question whose legs are as strong as usual."""

LEAST, MOST = 0.02, 0.9
"""Bounds of the share of meaning: neither leg is ever silenced."""


@dataclass(frozen=True, slots=True)
class Weights:
    """How much meaning counts against words, and words across languages; each in [0, 1].

    Lexical scores are shares of a bound that is rarely reached, so a dense share of 0.15 is far
    more than that in effect.  Words that two languages share are mostly chance: on German
    queries for English pages, words at full weight cost 16 points of nDCG@10 against meaning
    alone, and at a fifth of it none.  `kb tune` learns all of it, and changes nothing that is
    no better on queries held back (docs/reference/quality.md).
    """

    dense: float = 0.15
    other_language: float = 0.2
    unknown_language: float = 0.3
    strength: float = 0.0
    """How far the share of meaning keeps up where the words of a question score high; 0: not."""
    dense_by_language: Mapping[str, float] = field(default_factory=dict)
    """Shares of meaning for queries in a language that differs from the others."""

    def of_words(self, query_language: str, passage_language: str) -> float:
        """What a lexical score counts between these two languages."""
        if UNKNOWN in (query_language, passage_language):
            return self.unknown_language
        return 1.0 if query_language == passage_language else self.other_language

    def share(self, query_language: str, strongest: float) -> float:
        """The share of meaning for a query.

        Args:
            query_language: de, nl, en or und.
            strongest: the best lexical score of the query, times `of_words`.

        Returns:
            In [LEAST, MOST].
        """
        share = self.dense_by_language.get(query_language, self.dense)
        if self.strength:
            share *= (max(strongest, 0.0) / USUAL) ** self.strength
        return min(max(share, LEAST), MOST)


def fused(share: float, dense: float, lexical: float) -> float:
    """The share `share` of the dense score, and the rest of the lexical one.

    Args:
        share: of meaning, see `Weights.share`.
        dense: cosine similarity; below 0 counts as 0, it means "unrelated" all the same.
        lexical: BM25 as a share of the most that the query could score, times `of_words`.

    Returns:
        In [0, 1].  Fixed bounds instead of the smallest and largest of the result list keep
        scores of different queries comparable, which confidence needs (Bruch et al. 2023
        found the choice of bounds to matter little for ranking).
    """
    return share * max(dense, 0.0) + (1 - share) * min(lexical, 1.0)
