"""What a recogniser finds: a kind of private thing, and where it stands."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """What is private about a span; the value is the word in its placeholder."""

    KEY = "KEY"
    TOKEN = "TOKEN"  # noqa: S105 - the name of a kind, not a token
    PASSWORD = "PASSWORD"  # noqa: S105 - the name of a kind, not a password
    LICENCE = "LICENCE"
    EMAIL = "EMAIL"
    IBAN = "IBAN"
    PHONE = "PHONE"
    ADDRESS = "ADDRESS"
    USER = "USER"
    PERSON = "PERSON"
    HOST = "HOST"
    IP = "IP"
    ORGANISATION = "ORGANISATION"


SECRETS = frozenset({Kind.KEY, Kind.TOKEN, Kind.PASSWORD, Kind.LICENCE})

_RANK = {kind: rank for rank, kind in enumerate(Kind)}


@dataclass(frozen=True, slots=True)
class Private:
    """Characters `start` to `end` of a text are private."""

    kind: Kind
    start: int
    end: int


def group(kind: Kind, pattern: re.Pattern[str], text: str) -> Iterator[Private]:
    """What the first group of `pattern` that took part matched, else the whole match."""
    for match in pattern.finditer(text):
        index = match.lastindex or 0
        start, end = match.span(index)
        if end > start:
            yield Private(kind, start, end)


def settle(found: Iterable[Private]) -> tuple[Private, ...]:
    """The spans in their order without overlap.

    Of two that overlap the weightier kind wins, and the longer of one kind; what stands out of a
    loser on both sides of the winner is private still, and is kept.
    """
    kept: list[Private] = []
    by_weight = sorted(found, key=lambda each: (_RANK[each.kind], each.start - each.end))
    for each in by_weight:
        for piece in _outside(each, kept):
            kept.append(piece)  # noqa: PERF402 - _outside looks at what is kept
    return tuple(sorted(kept, key=lambda each: each.start))


def _outside(each: Private, kept: list[Private]) -> list[Private]:
    """What of `each` no kept span covers."""
    pieces = [each]
    for other in kept:
        pieces = [rest for piece in pieces for rest in _cut(piece, other)]
    return pieces


def _cut(piece: Private, other: Private) -> Iterator[Private]:
    if other.end <= piece.start or piece.end <= other.start:
        yield piece
        return
    if piece.start < other.start:
        yield Private(piece.kind, piece.start, other.start)
    if other.end < piece.end:
        yield Private(piece.kind, other.end, piece.end)
