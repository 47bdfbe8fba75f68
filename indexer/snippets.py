"""Quoting the part of a text that matches a query."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

_WORD = re.compile(r"\w+(?:[.\-:/\\]\w+)*")


@dataclass(frozen=True, slots=True)
class Snippet:
    """A piece of a text, and the (start, end) of each word in it that matches."""

    text: str
    marks: tuple[tuple[int, int], ...]


def best(text: str, query: str, *, width: int) -> Snippet:
    """The piece of at most about `width` characters with the most words of the query."""
    wanted = {word.casefold() for word in _WORD.findall(query) if len(word) > 2}  # noqa: PLR2004
    matches = [(m.start(), m.end()) for m in _WORD.finditer(text) if m.group().casefold() in wanted]
    start = _densest(matches, width)
    end = min(start + width, len(text))
    piece = text[start:end]
    marks = tuple((a - start, b - start) for a, b in matches if a >= start and b <= end)
    return Snippet(piece, marks)


def shortened(text: str, width: int) -> str:
    """`text`, cut with an ellipsis at a word's end where it is longer than `width`."""
    if len(text) <= width:
        return text
    return text[:width].rsplit(None, 1)[0] + " …"


def shared_identifiers(text: str, query: str) -> list[str]:
    """Codes, host names and versions of the query that `text` holds."""
    codes = [word for word in _WORD.findall(query) if any(c.isdigit() for c in word)]
    held = {word.casefold() for word in _WORD.findall(text)}
    return [code for code in dict.fromkeys(codes) if code.casefold() in held and len(code) > 3]  # noqa: PLR2004


def _densest(matches: Sequence[tuple[int, int]], width: int) -> int:
    best_start, most = 0, 0
    for start, _ in matches:
        count = sum(1 for a, b in matches if a >= start and b <= start + width)
        if count > most:
            best_start, most = start, count
    return max(best_start - 20, 0) if best_start else 0
