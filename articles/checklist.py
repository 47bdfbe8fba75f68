"""What a good article has: yes or no for each item, as coaching for its author, never as a gate."""

import re
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from markdown_it import MarkdownIt
from markdown_it.token import Token

from articles import statements
from articles.ports import SectionName, StatementKind
from articles.statements import Piece
from kb import redaction

SHORTEST_TITLE = 3
"""Words: fewer do not name a symptom and where it happens."""

LONGEST_TITLE = 120
"""Characters: more are cut off in lists."""

_TICKET = re.compile(
    r"(?:\b(?:INC|REQ|RITM|CHG|PRB|TKT)[-_ ]?\d{2,}|(?:ticket|case|#)\s*#?\d{2,})", re.I
)
_PLACEHOLDER_LINK = re.compile(r"^(?:|#|todo|tbd|link|url|https?://|https?://example\..*)$", re.I)


class Item(StrEnum):
    """What is asked of an article; an installation chooses which of them."""

    TITLE = "title"
    """Names symptom and environment in 3 words or more, without a ticket number."""
    ISSUE = "issue"
    """Says in the requester's words what happens."""
    ENVIRONMENT = "environment"
    """Says where it happens."""
    RESOLUTION = "resolution"
    """Says what to do."""
    STEPS = "steps"
    """Several things to do are numbered."""
    LINKS = "links"
    """Every link leads somewhere."""
    IMAGES = "images"
    """Every image says what it shows, for those who cannot see it."""
    PRIVATE = "private"
    """Nothing private is left."""
    EVIDENCE = "evidence"
    """Every sentence has a source, where the article was drafted from a ticket."""


@dataclass(frozen=True, slots=True)
class Subject:
    """The article as it is judged."""

    title: str
    markdown: str
    language: str = "en"
    external: bool = True
    """Somebody outside the own company reads it: host names and inner addresses are private."""
    unsupported: Sequence[str] = ()
    """Its sentences without evidence."""
    dead_links: Collection[str] = ()
    """Links in it that somebody has tried in vain; nothing here asks the network."""


@dataclass(frozen=True, slots=True)
class Result:
    """Whether the article has what `item` asks for, and where it has not."""

    item: Item
    passed: bool
    places: tuple[str, ...] = ()


def check(subject: Subject, items: Collection[Item] = tuple(Item)) -> list[Result]:
    """The results for `items`, in the order that `Item` has them."""
    pieces = statements.split(subject.markdown, ())
    results = []
    for item in Item:
        if item in items:
            places = tuple(_CHECKS[item](subject, pieces))
            results.append(Result(item, not places, places))
    return results


def links(markdown: str) -> list[str]:
    """Where the links and images in `markdown` lead, in their order."""
    found = []
    for token in _inline(markdown):
        target = token.attrGet("href") if token.type == "link_open" else token.attrGet("src")
        if token.type in {"link_open", "image"}:
            found.append(str(target or ""))
    return found


def _title(subject: Subject, _pieces: Sequence[Piece]) -> Iterator[str]:
    words = re.findall(r"\w+", subject.title)
    if (
        len(words) < SHORTEST_TITLE
        or len(subject.title) > LONGEST_TITLE
        or _TICKET.search(subject.title)
    ):
        yield subject.title


def _has(name: SectionName) -> Callable[[Subject, Sequence[Piece]], Iterator[str]]:
    def missing(_subject: Subject, pieces: Sequence[Piece]) -> Iterator[str]:
        if not any(piece.section == name.value for piece in pieces):
            yield name.value

    return missing


def _steps(subject: Subject, pieces: Sequence[Piece]) -> Iterator[str]:
    """Two sentences or more of what to do want numbers; code alone does not."""
    to_do = [
        piece
        for piece in pieces
        if piece.section == SectionName.RESOLUTION and piece.kind is not StatementKind.CODE
    ]
    numbered = any(token.type == "ordered_list_open" for token in _blocks(subject.markdown))
    if len(to_do) > 1 and not numbered:
        yield to_do[0].text


def _links(subject: Subject, _pieces: Sequence[Piece]) -> Iterator[str]:
    for target in links(subject.markdown):
        if _PLACEHOLDER_LINK.match(target.strip()) or target in subject.dead_links:
            yield target


def _images(subject: Subject, _pieces: Sequence[Piece]) -> Iterator[str]:
    for token in _inline(subject.markdown):
        if token.type == "image" and not re.search(r"\w", token.content):
            yield str(token.attrGet("src") or "")


def _private(subject: Subject, _pieces: Sequence[Piece]) -> Iterator[str]:
    known = redaction.Known(external=subject.external, language=subject.language)
    for text in (subject.title, subject.markdown):
        for found in redaction.find(text, known):
            # The value itself would be one more copy of what should not be there.
            yield f"{found.kind.value}, line {text.count(chr(10), 0, found.start) + 1}"


def _evidence(subject: Subject, _pieces: Sequence[Piece]) -> Iterator[str]:
    yield from subject.unsupported


def _blocks(markdown: str) -> list[Token]:
    return MarkdownIt("commonmark").enable("table").parse(markdown)


def _inline(markdown: str) -> Iterator[Token]:
    for token in _blocks(markdown):
        yield from token.children or []


_CHECKS: dict[Item, Callable[[Subject, Sequence[Piece]], Iterator[str]]] = {
    Item.TITLE: _title,
    Item.ISSUE: _has(SectionName.ISSUE),
    Item.ENVIRONMENT: _has(SectionName.ENVIRONMENT),
    Item.RESOLUTION: _has(SectionName.RESOLUTION),
    Item.STEPS: _steps,
    Item.LINKS: _links,
    Item.IMAGES: _images,
    Item.PRIVATE: _private,
    Item.EVIDENCE: _evidence,
}
