"""Telling tickets that say the same apart from those that only resemble each other."""

import re
from dataclasses import dataclass
from functools import cached_property

from indexer import identifiers

SAME = 0.9
"""Share of different words that two texts have in common, from which on they say the same."""

READ = 4_000
"""Characters of a text that are compared."""

_WORD = re.compile(r"[^\W_]+")


@dataclass(frozen=True)
class Said:
    """What a ticket says: compared once, then remembered."""

    text: str

    @cached_property
    def words(self) -> frozenset[str]:
        """Its different words."""
        return frozenset(_WORD.findall(self.text[:READ].casefold()))

    @cached_property
    def names(self) -> frozenset[str]:
        """Its identifiers: two alerts of two hosts are two cases, however alike they read."""
        return frozenset(one.value for one in identifiers.find(self.text[:READ]))


def alike(one: Said, other: Said) -> bool:
    """Whether two tickets say the same of the same things."""
    if not one.words or not other.words:
        return one.text.strip() == other.text.strip()
    fewer, more = sorted((len(one.words), len(other.words)))
    if fewer / more < SAME:
        return False
    common = len(one.words & other.words)
    return common / len(one.words | other.words) >= SAME and one.names == other.names
