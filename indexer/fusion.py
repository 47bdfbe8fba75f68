"""One score from two legs: a convex combination of scores that compare across queries."""

from dataclasses import dataclass

UNKNOWN = "und"


@dataclass(frozen=True, slots=True)
class Weights:
    """How much meaning counts against words, and words across languages; each in [0, 1].

    Lexical scores are shares of a bound that is rarely reached, so a dense share of 0.15 is far
    more than that in effect: on six query sets in three languages, 150 queries each, it beats
    the better leg on every one.  Words that two languages share are mostly chance: on German
    queries for English pages, words at full weight cost 16 points of nDCG@10 against meaning
    alone, and at a fifth of it none (docs/reference/quality.md).
    """

    dense: float = 0.15
    other_language: float = 0.2
    unknown_language: float = 0.3

    def of_words(self, query_language: str, passage_language: str) -> float:
        """What a lexical score counts between these two languages."""
        if UNKNOWN in (query_language, passage_language):
            return self.unknown_language
        return 1.0 if query_language == passage_language else self.other_language

    def fused(self, dense: float, lexical: float) -> float:
        """The share `dense` of the dense score, and the rest of the lexical one.

        Args:
            dense: cosine similarity; below 0 counts as 0, it means "unrelated" all the same.
            lexical: BM25 as a share of the most that the query could score, times `of_words`.

        Returns:
            In [0, 1].  Fixed bounds instead of the smallest and largest of the result list keep
            scores of different queries comparable, which confidence needs (Bruch et al. 2023
            found the choice of bounds to matter little for ranking).
        """
        return self.dense * max(dense, 0.0) + (1 - self.dense) * min(lexical, 1.0)
