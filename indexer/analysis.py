"""From text to the terms that are indexed and looked up."""

import re
from collections.abc import Iterator
from functools import cache, lru_cache

import Stemmer

LANGUAGES = {"de": "german", "nl": "dutch", "en": "english"}

_TOKEN = re.compile(r"\w+(?:[.\-:/\\@]\w+)*")
_PIECE = re.compile(r"\w+")
_FOLD = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "é": "e", "è": "e", "ë": "e"})


def terms(text: str) -> Iterator[str]:
    """The terms of `text` with repetitions: each word folded, and its stem in each language.

    What holds punctuation or digits inside, such as a host name or an error code, is a term as a
    whole and in its pieces.
    """
    for match in _TOKEN.finditer(text):
        token = match.group().casefold()
        yield from _of_token(token)


@lru_cache(maxsize=200_000)
def _of_token(token: str) -> tuple[str, ...]:
    pieces = _PIECE.findall(token)
    found = [token.translate(_FOLD)] if len(pieces) > 1 else []
    for piece in pieces:
        folded = piece.translate(_FOLD)
        found.append(folded)
        if piece.isalpha():
            found.extend({f"{stem}~" for stem in _stems(piece)})
    return tuple(found)


def _stems(word: str) -> set[str]:
    return {_stemmer(name).stemWord(word).translate(_FOLD) for name in LANGUAGES.values()}


@cache
def _stemmer(name: str) -> Stemmer.Stemmer:
    return Stemmer.Stemmer(name)
