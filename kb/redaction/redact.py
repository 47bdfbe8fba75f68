"""Finds what is private in a text and puts placeholders there, so that a reviewer can undo it."""

import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field

from kb.redaction import contacts, credentials, machines, names
from kb.redaction.spans import Kind, Private, settle

PLACEHOLDER = re.compile(r"\[(?:" + "|".join(Kind) + r")-\d+\]")


@dataclass(frozen=True, slots=True)
class Known:
    """What is known to be private before reading: from the ticket and its systems."""

    people: tuple[str, ...] = ()
    organisations: tuple[str, ...] = ()
    hosts: tuple[str, ...] = ()
    external: bool = True
    """Somebody outside the own company may read it: machines of the network go as well."""
    language: str = "en"


@dataclass(frozen=True, slots=True)
class Replaced:
    """A placeholder in a redacted text, and the characters of the original that it hides."""

    placeholder: str
    kind: Kind
    start: int
    end: int
    at: int
    """Where the placeholder begins in the redacted text."""


@dataclass(frozen=True, slots=True)
class Redacted:
    """A text without its private parts."""

    text: str
    replaced: tuple[Replaced, ...]

    def undo(self, original: str, placeholders: Collection[str]) -> "Redacted":
        """Show again what the reviewer found harmless; `original` is the text it came from."""
        kept = tuple(each for each in self.replaced if each.placeholder not in placeholders)
        return _put(original, kept)

    def original_span(self, start: int, end: int) -> tuple[int, int]:
        """Where characters `start` to `end` of the redacted text stand in the original."""
        return self._original(start, after=False), self._original(end, after=True)

    def _original(self, position: int, *, after: bool) -> int:
        shift = 0
        for each in self.replaced:
            stop = each.at + len(each.placeholder)
            if position >= stop:
                shift = each.end - stop
            elif position > each.at:
                return each.end if after else each.start
        return position + shift


@dataclass(slots=True)
class Placeholders:
    """Numbers private things per kind, the same thing always alike; one per article."""

    _known: dict[tuple[Kind, str], str] = field(default_factory=dict)
    _counts: dict[Kind, int] = field(default_factory=dict)

    def of(self, kind: Kind, original: str) -> str:
        """The placeholder for `original`, e.g. [PERSON-2]."""
        key = (kind, " ".join(original.lower().split()))
        if key not in self._known:
            self._counts[kind] = self._counts.get(kind, 0) + 1
            self._known[key] = f"[{kind}-{self._counts[kind]}]"
        return self._known[key]


def find(text: str, known: Known) -> tuple[Private, ...]:
    """What is private in `text`, in its order, without overlaps."""
    people = (*known.people, *names.from_addresses(text))
    found: list[Private] = [
        *credentials.find(text),
        *contacts.find(text, known.language),
        *machines.find_users(text),
        *names.find(text, people, known.organisations),
    ]
    if known.external:
        found += machines.find_machines(text, known.hosts)
    outside = [each for each in found if not _inside_placeholder(text, each)]
    return tuple(_tight(text, settle(outside)))


def _inside_placeholder(text: str, each: Private) -> bool:
    """Redacting twice changes nothing: a placeholder is not private."""
    return any(m.start() < each.end and each.start < m.end() for m in PLACEHOLDER.finditer(text))


def _tight(text: str, spans: Iterable[Private]) -> Iterator[Private]:
    """Without white space at the ends, and without what only punctuation is left of."""
    for each in spans:
        value = text[each.start : each.end]
        start = each.start + len(value) - len(value.lstrip())
        end = each.end - (len(value) - len(value.rstrip()))
        if re.search(r"\w", text[start:end]):
            yield Private(each.kind, start, end)


def redact(text: str, known: Known, placeholders: Placeholders | None = None) -> Redacted:
    """Replace what is private in `text`; pass `placeholders` to number several texts alike."""
    placeholders = placeholders or Placeholders()
    return apply(text, find(text, known), placeholders)


def apply(text: str, spans: Iterable[Private], placeholders: Placeholders) -> Redacted:
    """Replace `spans`, which are in their order and do not overlap."""
    return _put(
        text,
        tuple(
            Replaced(placeholders.of(s.kind, text[s.start : s.end]), s.kind, s.start, s.end, 0)
            for s in spans
        ),
    )


def _put(text: str, replaced: tuple[Replaced, ...]) -> Redacted:
    pieces: list[str] = []
    placed: list[Replaced] = []
    last = length = 0
    for each in replaced:
        before = text[last : each.start]
        length += len(before)
        placed.append(Replaced(each.placeholder, each.kind, each.start, each.end, length))
        pieces += [before, each.placeholder]
        length += len(each.placeholder)
        last = each.end
    return Redacted("".join([*pieces, text[last:]]), tuple(placed))
