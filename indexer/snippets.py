"""Quoting the part of a text that matches a question."""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from indexer import analysis, identifiers, language
from indexer.identifiers import Identifier

NAMED = 3
"""What an identifier counts in choosing a piece, against a word."""

LEAD_IN = 30
"""Characters before the first match at most, so that it does not stand at the edge."""

BEGINS, ENDS = ">", "<"

_WORD = re.compile(r"[^\W_]+")


@dataclass(frozen=True, slots=True)
class Snippet:
    """A piece of a text, and the (start, end) of each word in it that matches."""

    text: str
    marks: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class _Match:
    start: int
    end: int
    what: str
    worth: int = 1


@dataclass(frozen=True, slots=True)
class _Wanted:
    """What a question asks for, as terms."""

    terms: frozenset[str]
    stems: Mapping[str, Sequence[str]]
    """Those that may be a part of a compound, or one of its parts, by each of their two edges."""
    named: frozenset[str]


def best(text: str, query: str, *, width: int) -> Snippet:
    """The piece of at most about `width` characters with the most different words of the query."""
    matches = _matches(text, query)
    start = _densest(text, matches, width)
    end = _word_end(text, start + width)
    marks = [(one.start - start, one.end - start) for one in matches]
    return Snippet(text[start:end], tuple((a, b) for a, b in marks if a >= 0 and b <= end - start))


def highlight(text: str, query: str) -> list[tuple[int, int]]:
    """The (start, end) of what matches: inflections, compounds and their parts, identifiers."""
    return [(one.start, one.end) for one in _matches(text, query)]


def shortened(text: str, width: int) -> str:
    """`text`, cut with an ellipsis at a word's end where it is longer than `width`."""
    if len(text) <= width:
        return text
    return text[:width].rsplit(None, 1)[0] + " …"


def shared_identifiers(text: str, query: str) -> list[str]:
    """Identifiers of the query that `text` holds, as the query writes them."""
    asked = _identifiers(query)
    held = {one.value for one in identifiers.find(text)} if asked else set()
    shared = {one.value: query[one.start : one.end] for one in reversed(asked) if one.value in held}
    return list(reversed(shared.values()))


@lru_cache(maxsize=64)
def _identifiers(query: str) -> tuple[Identifier, ...]:
    return tuple(identifiers.find(query))


def _matches(text: str, query: str) -> list[_Match]:
    wanted = _wanted(query)
    found = [
        _Match(one.start, one.end, one.value, NAMED)
        for one in (identifiers.find(text) if wanted.named else [])
        if one.value in wanted.named
    ]
    taken = {place for one in found for place in range(one.start, one.end)}
    known: dict[str, str] = {}
    for match in _WORD.finditer(text):
        word = match.group().lower()
        if word not in known:
            known[word] = _asked(word, wanted)
        if known[word] and match.start() not in taken:
            found.append(_Match(match.start(), match.end(), known[word]))
    return sorted(found, key=lambda one: one.start)


@lru_cache(maxsize=64)
def _wanted(query: str) -> _Wanted:
    words = analysis.question(query)
    plain = [word for word in words if not word.is_identifier]
    # Where nothing else is asked, common words are what is asked.
    telling = [word for word in plain if not language.is_common(word.text)] or plain
    terms = frozenset(form for word in telling for form in word.forms)
    stems = {term.removeprefix(analysis.STEM) for term in terms if term.startswith(analysis.STEM)}
    named = frozenset(word.text for word in words if word.is_identifier)
    edges: dict[str, list[str]] = {}
    for stem in sorted(stem for stem in stems if len(stem) > analysis.PART):
        for edge in _edges(stem):
            edges.setdefault(edge, []).append(stem)
    return _Wanted(terms, edges, named)


def _asked(word: str, wanted: _Wanted) -> str:
    """The term of the question that a word of the text matches, or nothing."""
    forms = analysis.forms(word)
    for form in forms:
        if form in wanted.terms:
            return form
    for form in forms[1:]:
        stem = form.removeprefix(analysis.STEM)
        # What begins or ends with another stem shares that edge with it.
        near = {asked for edge in _edges(stem) for asked in wanted.stems.get(edge, ())}
        for asked in sorted(near):
            longer, shorter = (stem, asked) if len(stem) > len(asked) else (asked, stem)
            if _may_be_part(shorter, longer):
                return analysis.STEM + asked
    return ""


def _edges(stem: str) -> tuple[str, str]:
    """The beginning and the end of a stem, as long as the shortest stem that may be a part."""
    return BEGINS + stem[: analysis.PART + 1], ENDS + stem[-analysis.PART - 1 :]


def _may_be_part(shorter: str, longer: str) -> bool:
    """Whether a stem may be the beginning or the end of a compound."""
    rest = len(longer) - len(shorter)
    return (
        len(shorter) > analysis.PART
        and rest >= analysis.PART
        and (longer.endswith(shorter) or longer.startswith(shorter))
    )


def _densest(text: str, matches: Sequence[_Match], width: int) -> int:
    """Where the piece begins that holds the most of what is asked; the first of equal ones."""
    held: Counter[str] = Counter()
    first = worth = most = begin = 0
    for one in matches:
        worth += one.worth if not held[one.what] else 0
        held[one.what] += 1
        while one.end - matches[first].start > width - LEAD_IN:
            gone = matches[first]
            held[gone.what] -= 1
            worth -= gone.worth if not held[gone.what] else 0
            first += 1
            if first > len(matches) - 1 or matches[first].start > one.start:
                break
        if worth > most:
            most, begin = worth, matches[first].start
    return _at_a_word(text, begin)


def _word_end(text: str, end: int) -> int:
    """`end`, or before it where it would cut a word that is not all too long."""
    if end >= len(text):
        return len(text)
    space = max(text.rfind(" ", end - LEAD_IN, end + 1), text.rfind("\n", end - LEAD_IN, end + 1))
    return space if space > 0 else end


def _at_a_word(text: str, begin: int) -> int:
    """A little before `begin`, after a sentence or at least between words."""
    earliest = max(begin - LEAD_IN, 0)
    if earliest == 0:
        return 0
    lead = text[earliest:begin]
    sentence = max(lead.rfind(mark) for mark in (". ", "\n", "! ", "? "))
    space = lead.find(" ")
    if sentence >= 0:
        return earliest + sentence + (1 if lead[sentence] == "\n" else 2)
    return earliest + space + 1 if space >= 0 else begin
