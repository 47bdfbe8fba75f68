"""Parallel text out of localised Markdown documentation.

Two kinds of trees are understood: those whose translated headings carry the English one as an
anchor (`## <a name="add-a-printer"></a>Drucker hinzufügen`), and two trees, English and translated,
whose pages have the same blocks in the same order.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ANCHOR = re.compile(r'<a (?:name|id)="([a-z0-9-]+)"[^>]*></a>\s*(.+)')
WORDING = re.compile(r"\[!(?:DNL|UICONTROL)\s+([^\[\]]*)\]")
LINK = re.compile(r"!?\[([^\]]*)\]\([^)]*\)")
TAG = re.compile(r"<[^>]+>|\{[^}]*\}")
MARK = re.compile(r"^\s*(?:[-*+>]|\d+[.)]|#{1,6}|\|)\s*|[`*_|]{1,3}|\[!\w+\]")
SKIPPED = re.compile(r"^\s*(?:```|~~~|\||:::|<table|!\[|\[!)")


@dataclass(frozen=True)
class Block:
    """A heading (`level` 1–6) or a paragraph or list item (`level` 0) without its markup."""

    level: int
    text: str
    english: str = ""


def blocks(markdown: str) -> list[Block]:
    """The headings and paragraphs of a page in order, without code, tables and front matter."""
    body = re.sub(r"\A---\n.*?\n---\n", "", markdown.replace("\r\n", "\n"), flags=re.S)
    body = re.sub(r"^(```|~~~).*?^\1|<!--.*?-->", "", body, flags=re.S | re.M)
    found = []
    for line in body.split("\n"):
        if not line.strip() or SKIPPED.match(line):
            continue
        level = len(line) - len(line.lstrip("#")) if line.startswith("#") else 0
        anchor = ANCHOR.search(line) if level else None
        text = _plain(anchor.group(2) if anchor else line)
        if len(text) > 2:  # noqa: PLR2004  # leftovers of markup
            found.append(Block(level, text, anchor.group(1).replace("-", " ") if anchor else ""))
    return found


def headings(tree: Path) -> Iterator[tuple[str, str]]:
    """English and translated headings of pages whose headings carry the English anchor."""
    for path in _pages(tree):
        for block in blocks(path.read_text(encoding="utf-8", errors="replace")):
            if block.english:
                yield block.english, block.text


def aligned(english: Path, translated: Path) -> Iterator[tuple[str, str]]:
    """English and translated blocks of the pages that have the same blocks in both trees."""
    for path in _pages(english):
        other = translated / path.relative_to(english)
        if not other.is_file():
            continue
        left = blocks(path.read_text(encoding="utf-8", errors="replace"))
        right = blocks(other.read_text(encoding="utf-8", errors="replace"))
        if [block.level for block in left] != [block.level for block in right]:
            continue
        for one, two in zip(left, right, strict=True):
            if one.text != two.text and _alike(one.text, two.text):
                yield one.text, two.text


def sections(tree: Path, *, shortest: int = 120, longest: int = 1500) -> Iterator[tuple[str, str]]:
    """Headings and the text below them: what somebody looks for and where it is answered.

    Where a translated heading carries the English one, that one is given too, with the same text:
    a question in another language than its answer.
    """
    for path in _pages(tree):
        found = blocks(path.read_text(encoding="utf-8", errors="replace"))
        page, heading, body = Block(1, ""), Block(1, ""), ""
        for block in [*found, Block(1, "")]:
            if not block.level:
                body += block.text + "\n"
                continue
            if shortest <= len(body) and heading.text:
                top = "" if heading is page else f"{page.text}: "
                yield top + heading.text, body[:longest]
                if heading.english:
                    yield heading.english, body[:longest]
            page = block if block.level == 1 else page
            heading, body = block, ""


def _pages(tree: Path) -> list[Path]:
    return sorted(path for path in tree.rglob("*.md") if path.is_file())


def _plain(line: str) -> str:
    line = WORDING.sub(r"\1", WORDING.sub(r"\1", line))
    text = TAG.sub(" ", LINK.sub(r"\1", line))
    return re.sub(r"\s+", " ", MARK.sub("", MARK.sub("", text))).strip()


def _alike(one: str, two: str) -> bool:
    return 0.5 < (len(one) + 10) / (len(two) + 10) < 2.0 and len(one) < 1500  # noqa: PLR2004
