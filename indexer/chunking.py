"""Cutting documents into passages: what is embedded, ranked and quoted."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache

from markdown_it import MarkdownIt
from markdown_it.token import Token
from mdit_py_plugins.front_matter import front_matter_plugin

TARGET = 1_000
"""Characters that a passage aims at: about 220 word pieces, under the 256 that MiniLM reads."""

HEADING_SEPARATOR = " › "

_PARAGRAPH = re.compile(r"\n\s*\n")
_SENTENCE = re.compile(r"(?<=[.!?])\s+|\n")


class Part(StrEnum):
    """Which side of a case a passage is from; a new case resembles the problem."""

    PROBLEM = "problem"
    DISCUSSION = "discussion"
    RESOLUTION = "resolution"
    ARTICLE = "article"


@dataclass(frozen=True, slots=True)
class Piece:
    """A passage to be: its part, the headings above it, and its text."""

    part: Part
    heading: str
    text: str


def cut_ticket(body: str, discussion: str, resolution: str) -> list[Piece]:
    """Cut the sides of a ticket apart, each into pieces of about `TARGET` characters.

    A ticket without any text still gives one (empty) piece: its title is to be found.
    """
    sides = [(Part.PROBLEM, body), (Part.DISCUSSION, discussion), (Part.RESOLUTION, resolution)]
    pieces = [
        Piece(part, "", text)
        for part, side in sides
        for text in _packed(_PARAGRAPH.split(side.strip()))
    ]
    return pieces or [Piece(Part.PROBLEM, "", "")]


def cut_article(markdown: str) -> list[Piece]:
    """Cut Markdown by heading into pieces of about `TARGET` characters, without its syntax.

    A code block is never cut, however long it is.
    """
    pieces = [
        Piece(Part.ARTICLE, heading, text)
        for heading, blocks in _sections(_parser().parse(markdown))
        for text in _packed(blocks)
    ]
    return pieces or [Piece(Part.ARTICLE, "", "")]


class _Code(str):
    """A block that must stay whole."""

    __slots__ = ()


@cache
def _parser() -> MarkdownIt:
    return MarkdownIt("commonmark").enable("table").use(front_matter_plugin)


def _sections(tokens: Sequence[Token]) -> Iterator[tuple[str, list[str]]]:
    """The text blocks under each heading, with the path of headings that leads there."""
    path: list[tuple[int, str]] = []
    blocks: list[str] = []
    for place, token in enumerate(tokens):
        if token.type == "heading_open":
            if blocks:
                yield _path(path), blocks
            level, blocks = int(token.tag[1]), []
            path = [step for step in path if step[0] < level]
            path.append((level, _plain(tokens[place + 1])))
        elif token.type in {"fence", "code_block"}:
            blocks.append(_Code(token.content.rstrip("\n")))
        elif token.type == "html_block":
            blocks.append(re.sub(r"<[^>]*>", " ", token.content))
        elif token.type == "inline" and tokens[place - 1].type != "heading_open":
            blocks.append(_plain(token))
    if blocks or path:
        yield _path(path), blocks or [""]


def _path(path: Sequence[tuple[int, str]]) -> str:
    return HEADING_SEPARATOR.join(text for _, text in path)


def _plain(token: Token) -> str:
    """The words of an inline token: no markup, no link targets, images by their description."""
    words = []
    for child in token.children or []:
        if child.type in {"softbreak", "hardbreak"}:
            words.append("\n")
        elif child.type in {"text", "code_inline", "image"}:
            words.append(child.content)
    return "".join(words)


def _packed(blocks: Sequence[str]) -> Iterator[str]:
    """Join blocks until `TARGET` is reached; a longer one is cut at sentences, code is not."""
    kept: list[str] = []
    size = 0
    for block in blocks:
        for piece in _fitting(block):
            if kept and size + len(piece) > TARGET:
                yield "\n\n".join(kept)
                kept, size = [], 0
            kept.append(piece)
            size += len(piece)
    text = "\n\n".join(kept)
    if text.strip():
        yield text


def _fitting(block: str) -> Iterator[str]:
    if isinstance(block, _Code) or len(block) <= TARGET:
        if block.strip():
            yield str(block)
        return
    line = ""
    for sentence in _SENTENCE.split(block):
        for start in range(0, max(len(sentence), 1), TARGET):
            part = sentence[start : start + TARGET]
            if line and len(line) + len(part) > TARGET:
                yield line
                line = ""
            line = f"{line} {part}" if line else part
    if line.strip():
        yield line
