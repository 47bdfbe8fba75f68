"""Compound words: Druckerwarteschlange is found by Warteschlange, and the other way round.

The dictionary is what stands in the indexes that the reader may see: a part is a word that
occurs in them by itself.  Nothing else is stored, nothing has to be learned again.
"""

from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Protocol

from indexer import analysis

LINKS = ("", "s", "n", "en", "es", "er", "e")
"""What German and Dutch put between the parts of a compound."""

MOST = 24
"""Compounds that a word stands for at most, the most frequent ones; Druck alone has hundreds."""

BEGINS, ENDS = ">", "<"


class Dictionary(Protocol):
    """The words of the indexes that a reader may see."""

    def passages_with(self, term: str) -> int:
        """How many passages hold a term."""
        ...

    def long_words(self, prefix: str) -> list[str]:
        """The most frequent entries of the field of long words that begin with `prefix`."""
        ...


def entries(text: str, language: str) -> Iterator[str]:
    """What is indexed of the long words of a text, to be looked up by beginning and by end."""
    for stem in sorted(analysis.long_stems(text, language)):
        yield BEGINS + stem
        yield ENDS + stem[::-1]


def with_part(word: str, dictionary: Dictionary) -> list[str]:
    """The terms of compounds that begin or end with `word`, and whose rest is a word too."""
    found: dict[str, None] = {}
    for stem in _stems(word):
        for entry in dictionary.long_words(ENDS + stem[::-1]):
            whole = entry[1:][::-1]
            if _is_word(whole[: -len(stem)], dictionary, linked=True):
                found[analysis.STEM + whole] = None
    folded = analysis.fold(word)
    for entry in dictionary.long_words(BEGINS + folded):
        rest = entry[1 + len(folded) :]
        if any(_is_word(rest[len(link) :], dictionary) for link in LINKS if rest.startswith(link)):
            found[analysis.STEM + entry[1:]] = None
    return list(found)[:MOST]


def parts(word: str, dictionary: Dictionary) -> list[str]:
    """The stems of the two parts of a compound, each known as a word; nothing if there are none.

    Of several ways the one whose rarer part is the most frequent is taken.
    """
    if len(word) < analysis.LONG:
        return []
    best, most = [], 0
    for place in range(analysis.PART, len(word) - analysis.PART + 1):
        right, right_count = _best_stem(word[place:], dictionary)
        if not right_count:
            continue
        left, left_count = _best_left(word[:place], dictionary)
        if min(left_count, right_count) > most:
            best, most = [left, right], min(left_count, right_count)
    return best


def _best_left(word: str, dictionary: Dictionary) -> tuple[str, int]:
    bare = dict.fromkeys(word.removesuffix(link) for link in LINKS)
    return max((_best_stem(one, dictionary) for one in bare), key=lambda way: way[1])


def _best_stem(word: str, dictionary: Dictionary) -> tuple[str, int]:
    if len(word) < analysis.PART:
        return "", 0
    known = [(stem, dictionary.passages_with(analysis.STEM + stem)) for stem in _stems(word)]
    return max(known, key=lambda way: way[1], default=("", 0))


def _is_word(word: str, dictionary: Dictionary, *, linked: bool = False) -> bool:
    """Whether `word`, perhaps with a link at its end, occurs by itself."""
    if not linked:
        return _best_stem(word, dictionary)[1] > 0
    return _best_left(word, dictionary)[1] > 0


@lru_cache(maxsize=100_000)
def _stems(word: str) -> Sequence[str]:
    stems = dict.fromkeys(
        stem for language in analysis.COMPOUNDING for stem in analysis.stems(word, language)
    )
    return [stem for stem in stems if len(stem) >= analysis.PART]
