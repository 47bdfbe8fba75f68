"""Sentences, steps and code blocks of a version, each with the ticket text it stands on."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import TypedDict

from markdown_it import MarkdownIt
from markdown_it.token import Token
from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from articles import markdown as marked
from articles.models import ArticleVersion, EvidenceRow, StatementRow
from articles.ports import Draft, Evidence, Statement, StatementKind

TITLE = "title"
"""The section of the statement that is the title."""

_SENTENCE_END = re.compile(r"(?<=[.!?])[\"')»“”]*\s+(?=[^\s\d.,;])")
_BEFORE = re.compile(r"(?:\A|[.!?:;][\"')»“”]*\s+)\Z")
_AFTER = re.compile(r"\s|\Z")


@dataclass(frozen=True, slots=True)
class Piece:
    """A statement as the Markdown of a version has it."""

    section: str
    kind: StatementKind
    text: str


class Span(TypedDict):
    """The columns that say where in a ticket something stands."""

    ticket_id: int
    part: str
    message_id: int | None
    start: int
    end: int


def span(evidence: Evidence) -> Span:
    """`evidence` as columns."""
    return Span(
        ticket_id=evidence.ticket_id,
        part=evidence.part.value,
        message_id=evidence.message,
        start=evidence.start,
        end=evidence.end,
    )


def of_draft(draft: Draft) -> list[StatementRow]:
    """The rows for the first version of an article: its title, then all statements in order."""
    rows = [_row(TITLE, StatementKind.SENTENCE, draft.title, draft.title_evidence)]
    rows += [
        _row(section.name, statement.kind, statement.text, statement.evidence)
        for section in draft.sections
        for statement in section.statements
    ]
    return _numbered(rows)


def carried(
    session: Session,
    before: ArticleVersion,
    title: str,
    markdown: str,
    *,
    revealed: Mapping[str, str] = MappingProxyType({}),
) -> list[StatementRow]:
    """The rows for a new version; statements that `before` had word for word keep their evidence.

    New ones have none, which is shown to the reviewer.  A version without statements, as files
    make them, passes none on.  `revealed` are placeholders and what the new version says instead.
    """
    known = [_revealed(row, revealed) for row in _of_version(session, before)]
    return _matched(title, markdown, known) if known else []


def extended(
    session: Session, before: ArticleVersion, markdown: str, added: Sequence[tuple[str, Statement]]
) -> list[StatementRow]:
    """The rows for a new version of `before` with statements added, each under its section.

    Of a version without statements, as files make them, only the added ones are known.
    """
    new = [_row(section, each.kind, each.text, each.evidence) for section, each in added]
    known = _of_version(session, before)
    return _matched(before.title, markdown, [*known, *new]) if known else _numbered(new)


def _of_version(session: Session, version: ArticleVersion) -> list[StatementRow]:
    return list(
        session.scalars(
            select(StatementRow)
            .where(StatementRow.version_id == version.id)
            .order_by(StatementRow.position)
            .options(selectinload(StatementRow.evidence))
        )
    )


def _revealed(row: StatementRow, originals: Mapping[str, str]) -> StatementRow:
    text = row.text
    for placeholder, original in originals.items():
        text = text.replace(placeholder, original)
    if text == row.text:
        return row
    return StatementRow(section=row.section, kind=row.kind, text=text, evidence=_copies(row))


def _matched(title: str, markdown: str, known: Sequence[StatementRow]) -> list[StatementRow]:
    kept = {_plain(row.text): row for row in reversed(known)}
    pieces = [Piece(TITLE, StatementKind.SENTENCE, title)]
    pieces += split(markdown, [row.text for row in known])
    return _numbered([_copied(piece, kept.get(_plain(piece.text))) for piece in pieces])


def split(markdown: str, known: Iterable[str]) -> list[Piece]:
    """Cut `markdown` into statements; texts of `known` are found again as they were cut before."""
    wanted = sorted({_plain(text) for text in known if text.strip()}, key=len, reverse=True)
    pieces: list[Piece] = []
    section, in_item, heading = "", 0, False
    for token in MarkdownIt("commonmark").enable("table").parse(markdown):
        if token.type == "heading_open":
            heading = True
        elif token.type in {"list_item_open", "list_item_close"}:
            in_item += 1 if token.nesting > 0 else -1
        elif token.type in {"fence", "code_block"}:
            pieces.append(Piece(section, StatementKind.CODE, token.content.rstrip("\n")))
        elif token.type == "inline" and heading:
            section, heading = _section_of(token.content), False
        elif token.type == "inline":
            kind = StatementKind.STEP if in_item else StatementKind.SENTENCE
            pieces += [Piece(section, kind, text) for text in _sentences(token, wanted)]
    return pieces


def _section_of(heading: str) -> str:
    """The name of the section that stands under `heading`, in whichever of our languages."""
    wanted = heading.strip().casefold()
    for names in marked.HEADINGS.values():
        for name, written in names.items():
            if written.casefold() == wanted:
                return name.value
    return wanted[:50]


def _sentences(token: Token, wanted: Sequence[str]) -> Iterator[str]:
    text = _plain(_shown(token))
    start = 0
    for found_start, found_end in _found(text, wanted):
        yield from _cut(text[start:found_start])
        yield text[found_start:found_end]
        start = found_end
    yield from _cut(text[start:])


def _found(text: str, wanted: Sequence[str]) -> list[tuple[int, int]]:
    """Where whole sentences of `wanted` stand in `text`, without overlaps, in their order."""
    found: list[tuple[int, int]] = []
    for sentence in wanted:
        at = text.find(sentence)
        while at >= 0:
            end = at + len(sentence)
            free = all(end <= other_start or at >= other_end for other_start, other_end in found)
            if free and _starts(text, at, found) and _AFTER.match(text, end):
                found.append((at, end))
            at = text.find(sentence, at + 1)
    return sorted(found)


def _starts(text: str, at: int, found: Sequence[tuple[int, int]]) -> bool:
    """Whether a sentence may start at `at`: behind the end of one, or behind one we know."""
    before = text[:at]
    return bool(_BEFORE.search(before)) or any(
        end <= at and not text[end:at].strip() for _, end in found
    )


def _cut(text: str) -> Iterator[str]:
    for sentence in _SENTENCE_END.split(text):
        if sentence.strip():
            yield sentence.strip()


def _shown(token: Token) -> str:
    """What a reader of the page sees: without the marks, escapes resolved."""
    return "".join(
        " " if child.type in {"softbreak", "hardbreak"} else child.content
        for child in token.children or []
    )


def _plain(text: str) -> str:
    """`text` without code marks, which come and go around the same words, on one line."""
    return " ".join(text.replace("`", "").split())


def _copied(piece: Piece, old: StatementRow | None) -> StatementRow:
    row = StatementRow(section=piece.section, kind=piece.kind.value, text=piece.text, evidence=[])
    if old is None:
        return row
    row.text, row.evidence = old.text, _copies(old)
    return row


def _copies(row: StatementRow) -> list[EvidenceRow]:
    return [
        EvidenceRow(
            ticket_id=item.ticket_id,
            part=item.part,
            message_id=item.message_id,
            start=item.start,
            end=item.end,
        )
        for item in row.evidence
    ]


def _row(
    section: str, kind: StatementKind, text: str, evidence: Sequence[Evidence]
) -> StatementRow:
    return StatementRow(
        section=section,
        kind=kind.value,
        text=text,
        evidence=[EvidenceRow(**span(item)) for item in evidence],
    )


def _numbered(rows: list[StatementRow]) -> list[StatementRow]:
    for position, row in enumerate(rows):
        row.position = position
    return rows
