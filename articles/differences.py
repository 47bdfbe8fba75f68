"""What changed between two texts, for people: whole lines, and the words within them."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum
from itertools import zip_longest

CONTEXT = 3
"""Unchanged lines that are shown around a change."""

_WORDS = re.compile(r"\w+|\s+|[^\w\s]")

_ALIKE = 0.4
"""From this similarity on, a line counts as changed; below, as removed and another one added."""


class Change(StrEnum):
    """What became of a line."""

    SAME = "same"
    REMOVED = "removed"
    ADDED = "added"
    SKIPPED = "skipped"
    """Stands for unchanged lines that are not shown."""


@dataclass(frozen=True, slots=True)
class Span:
    """A part of a line; `changed` where the other version has other words."""

    text: str
    changed: bool


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the older text (removed), the newer one (added) or both."""

    change: Change
    spans: tuple[Span, ...]

    @property
    def text(self) -> str:
        """The whole line."""
        return "".join(span.text for span in self.spans)


def between(before: str, after: str, *, context: int = CONTEXT) -> list[Line]:
    """The changes with `context` lines around them; empty if the texts are the same."""
    old, new = before.splitlines(), after.splitlines()
    matcher = SequenceMatcher(None, old, new, autojunk=False)
    lines: list[Line] = []
    reached = 0
    for group in matcher.get_grouped_opcodes(context):
        start = group[0][1]
        if start > reached:
            lines.append(Line(Change.SKIPPED, ()))
        for tag, i1, i2, j1, j2 in group:
            if tag == "equal":
                lines += [Line(Change.SAME, (Span(text, changed=False),)) for text in old[i1:i2]]
            else:
                lines += _changed(old[i1:i2], new[j1:j2])
        reached = group[-1][2]
    if lines and reached < len(old):
        lines.append(Line(Change.SKIPPED, ()))
    return lines


def _changed(old: Sequence[str], new: Sequence[str]) -> Iterator[Line]:
    for removed, added in zip_longest(old, new):
        if removed is None:
            yield _whole(Change.ADDED, added)
        elif added is None:
            yield _whole(Change.REMOVED, removed)
        else:
            yield from _reworded(removed, added)


def _reworded(removed: str, added: str) -> Iterator[Line]:
    old, new = _WORDS.findall(removed), _WORDS.findall(added)
    matcher = SequenceMatcher(None, old, new, autojunk=False)
    if matcher.ratio() < _ALIKE:
        yield _whole(Change.REMOVED, removed)
        yield _whole(Change.ADDED, added)
        return
    codes = matcher.get_opcodes()
    yield Line(Change.REMOVED, _spans((old[i1:i2], tag) for tag, i1, i2, _, _ in codes))
    yield Line(Change.ADDED, _spans((new[j1:j2], tag) for tag, _, _, j1, j2 in codes))


def _spans(parts: Iterator[tuple[list[str], str]]) -> tuple[Span, ...]:
    return tuple(Span("".join(words), changed=tag != "equal") for words, tag in parts if words)


def _whole(change: Change, text: str) -> Line:
    return Line(change, (Span(text, changed=True),))
