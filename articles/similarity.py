"""How near two texts are, by the words they share: the scorer that needs no model."""

import math
import re
from collections import Counter
from collections.abc import Sequence

WORD = re.compile(r"\w+")
STEM = 5
"""Characters of a word that count: endings differ, and compounds begin alike."""
SHORTEST = 3


class SharedWords:
    """A SentenceScorer: cosine of the counts of word beginnings."""

    def similarity(self, texts: Sequence[str], query: str) -> list[float]:
        """See SentenceScorer; scores are in [0, 1]."""
        wanted = _stems(query)
        return [_cosine(_stems(text), wanted) for text in texts]


def _stems(text: str) -> Counter[str]:
    words = WORD.findall(text.lower())
    return Counter(word[:STEM] for word in words if len(word) >= SHORTEST or word.isdigit())


def _cosine(one: Counter[str], other: Counter[str]) -> float:
    shared = sum(count * other[word] for word, count in one.items())
    length = math.sqrt(sum(c * c for c in one.values()) * sum(c * c for c in other.values()))
    return shared / length if length else 0.0
