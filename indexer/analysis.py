"""From text to the terms that are indexed and looked up.

Four kinds of terms share a field, told apart by their first character: a word as it stands
(folded), its ~stem, an =identifier as a whole, and nothing else.  A passage holds the stems of
its own language; a question is stemmed in all three and so meets each of them.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache

import Stemmer

from indexer import identifiers
from indexer.identifiers import Kind
from indexer.language import LANGUAGES

VERSION = 3
"""Of the terms and fields; word indexes of another version are made anew."""

STEM = "~"
"""Begins a term that is a stem."""

WHOLE = "="
"""Begins a term that is an identifier as a whole."""

COMPOUNDING = ("de", "nl")
"""Languages that write compounds as one word."""

LONG = 9
"""Letters from which on a word may be a compound: two parts and what links them."""

PART = 4
"""Letters that a part of a compound has at least; shorter ones are endings by chance."""

_STEMMERS = {"de": "german", "nl": "dutch", "en": "english"}

_WORD = re.compile(r"[^\W_]+")
_HYPHENATED = re.compile(r"\b[^\W\d_]+(?:-[^\W_]+)+")
_FOLD = str.maketrans(
    "äöüàáâãåçèéêëìíîïñòóôõùúûýÿ", "aouaaaaaceeeeiiiinoooouuuyy", "\u0300\u0301\u0308"
)
_SHARP = str.maketrans({"ß": "ss", "æ": "ae", "œ": "oe", "ø": "o", "ł": "l", "ĳ": "ij"})


@dataclass(frozen=True, slots=True)
class Word:
    """A word of a question, and the terms that a passage may hold in its place."""

    text: str
    """Folded; an identifier as its value."""
    forms: tuple[str, ...]
    kind: Kind | None = None
    """What it names, if it is an identifier."""

    @property
    def is_identifier(self) -> bool:
        """Whether it names one thing exactly."""
        return self.kind is not None


def terms(text: str, language: str = "und") -> list[str]:
    """The terms of a text in `language`, with repetitions; where it is unknown, of each."""
    found = [term for word in _words(text) for term in forms(word, language)]
    found.extend(_joined(text))
    found.extend(term_of(one.value) for one in identifiers.find(text))
    return found


def question(text: str) -> list[Word]:
    """The different words of a question, and the identifiers in it, in their order."""
    words = [Word(fold(word), forms(word, "und")) for word in _words(text)]
    words += [Word(joined, (joined,)) for joined in _joined(text)]
    words += [
        Word(one.value, (term_of(one.value),), kind=one.kind) for one in identifiers.find(text)
    ]
    return list(dict.fromkeys(words))


def term_of(value: str) -> str:
    """The term of an identifier; terms are kept apart by spaces and hold none."""
    return WHOLE + value.replace(" ", "_")


@lru_cache(maxsize=400_000)
def forms(word: str, language: str = "und") -> tuple[str, ...]:
    """The terms of a word in lower case: itself, folded, and its stems."""
    folded = fold(word)
    if not word.isalpha():
        return (folded,)
    return (folded, *(STEM + stem for stem in stems(word, language)))


def fold(word: str) -> str:
    """`word` in lower case without accents: ü, u and U are one; ß is ss."""
    return word.lower().translate(_SHARP).translate(_FOLD)


def stems(word: str, language: str = "und") -> Sequence[str]:
    """The different stems of a word in `language`, or in all three where it is unknown.

    The German stemmer takes ue for ü, so that with it Drücker, Druecker and Drucker meet.
    """
    names = (language,) if language in _STEMMERS else LANGUAGES
    return list(dict.fromkeys(fold(_stemmer(_STEMMERS[name]).stemWord(word)) for name in names))


def long_stems(text: str, language: str) -> set[str]:
    """The stems of words that may be compounds."""
    if language not in (*COMPOUNDING, "und"):
        return set()
    names = COMPOUNDING if language == "und" else (language,)
    return {
        stem
        for word in set(_words(text))
        if len(word) >= LONG and word.isalpha()
        for name in names
        for stem in stems(word, name)
    }


def _words(text: str) -> list[str]:
    return [word for word in _WORD.findall(text.lower()) if len(word) > 1 or word.isdigit()]


def _joined(text: str) -> Iterator[str]:
    """Words with hyphens as one: E-Mail is email."""
    for match in _HYPHENATED.finditer(text):
        yield fold(match.group().replace("-", ""))


@cache
def _stemmer(name: str) -> Stemmer.Stemmer:
    return Stemmer.Stemmer(name)
