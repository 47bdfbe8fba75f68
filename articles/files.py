"""Markdown files as they lie in a folder: found, read and checked, without a database."""

import hashlib
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path
from typing import TypeVar

from articles import beside, front_matter, numbers
from articles.beside import Beside
from articles.front_matter import BadFrontMatter, FrontMatter
from articles.models import ArticleState, Governance
from kb.errors import InvalidInput, KbError

E = TypeVar("E", bound=StrEnum)

SUFFIXES = frozenset({".md", ".markdown"})

LARGEST = 2_000_000
"""Longest file that is read, in bytes; the largest of 3,570 real ones has 239,000."""

LONGEST_TITLE = 500
"""In characters; a title is shown on one line of a list."""

OUR_KEYS = frozenset(
    {"title", "language", "lang", "audience", "tags", "id", "number", "product"}
    | {"translation_of", "state", "governance", "source", "kb_version"}
)
"""What this program reads; every other key is kept as it was written."""

LANGUAGES = frozenset({"de", "en", "nl"})

_HEADING = re.compile(r" {0,3}#{1,6}[ \t]+(.*?)(?:[ \t]+#+)?[ \t]*$")
_BROUGHT = re.compile(rb"^(?:id|number):[ \t]*[\"']?KB-([1-9][0-9]{0,8})\b", re.MULTILINE)
_HEAD_BYTES = 4096
_UNDERLINE = re.compile(r" {0,3}(?:=+|-+)[ \t]*$")
_FENCE = re.compile(r" {0,3}(`{3,}|~{3,})")
_LANGUAGE = re.compile(r"([A-Za-z]{2,3})(?:[-_][A-Za-z]{2,4})?")


class NoFolder(InvalidInput):
    """The path to import from is no folder."""


@dataclass(frozen=True, slots=True)
class Refused:
    """A file that was not imported, and why; `line` counts from 1."""

    path: str
    reason: str
    line: int | None = None
    field: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ArticleFile:
    """A file that says an article: parsed and checked as far as that goes without a database."""

    path: str
    """Within the folder, with forward slashes."""
    title: str
    markdown: str
    head: str = ""
    external_id: str | None = None
    number: str | None = None
    language: str | None = None
    audience: str | None = None
    audience_line: int | None = None
    product: str | None = None
    tags: tuple[str, ...] = ()
    translation_of: str | None = None
    state: ArticleState | None = None
    governance: Governance | None = None
    source: str | None = None
    """Where an exported article first came from; together with `number` it names the article."""
    base: int | None = None
    """The version that was exported: a file that was changed since then builds on that one."""
    extras: tuple[tuple[str, str], ...] = ()
    """Keys that are not ours with their values as written."""
    beside: tuple[Beside, ...] = ()
    """Images and PDF files that the text shows."""

    @property
    def name(self) -> str:
        """What tells the file from the others of its folder: its id, else its path."""
        return self.external_id or self.path

    @property
    def digest(self) -> bytes:
        """32 bytes that change when the file says something else."""
        said = (self.title, self.markdown, self.external_id, self.number, self.language)
        more = (self.audience, self.product, self.tags, self.translation_of, self.state)
        # A file that says nothing of its governance keeps the digest it always had.
        rules = () if self.governance is None else (self.governance,)
        shown = tuple((each.name, each.digest) for each in self.beside)
        told = (said, more + rules, self.extras, *([shown] if shown else []))
        return hashlib.sha256(repr(told).encode()).digest()


def read(folder: Path) -> Iterator[ArticleFile | Refused]:
    """Every Markdown file under `folder` by its path; hidden files and folders are left out.

    Raises:
        NoFolder: `folder` is none.
    """
    if not folder.is_dir():
        raise NoFolder(f"{folder} is no folder")
    root = folder.resolve()
    for path in _paths(root):
        yield _read(root, path)


def count(folder: Path) -> int:
    """How many files `read` will give, for a progress bar."""
    return sum(1 for _ in _paths(folder.resolve()))


def highest_number(folder: Path) -> int:
    """The highest number that a file brings along, 0 if none does; a quick look at the heads."""
    found = [0]
    for path in _paths(folder.resolve()):
        if path.is_file() and not path.is_symlink():
            with path.open("rb") as file:
                found += [int(match[1]) for match in _BROUGHT.finditer(file.read(_HEAD_BYTES))]
    return max(found)


def parsed(path: str, text: str) -> ArticleFile | Refused:
    """What the file at `path` says."""
    try:
        return _parsed(path, text)
    except BadFrontMatter as error:
        return Refused(path, error.reason, error.line, error.field)


def _paths(root: Path) -> Iterator[Path]:
    for folder, folders, names in os.walk(root):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(names):
            if Path(name).suffix.lower() in SUFFIXES and not name.startswith("."):
                yield Path(folder, name)


def _read(root: Path, path: Path) -> ArticleFile | Refused:
    name = path.relative_to(root).as_posix()
    if _printable(name) != name:
        return Refused(_printable(name), "the file name is not UTF-8")
    if path.is_symlink() and not path.resolve().is_relative_to(root):
        return Refused(name, "a symbolic link that leads out of the folder is not followed")
    try:
        if not path.is_file():
            return Refused(name, "no ordinary file")
        with path.open("rb") as file:
            raw = file.read(LARGEST + 1)
    except OSError as error:
        return Refused(name, f"cannot be read: {error.strerror}")
    if len(raw) > LARGEST:
        return Refused(name, f"larger than {LARGEST // 1_000_000} MB")
    found = _decoded(name, raw)
    return found if isinstance(found, Refused) else _with_files(root, path, found)


def _with_files(root: Path, path: Path, found: ArticleFile) -> ArticleFile | Refused:
    shown = []
    for name, file in beside.named(root, path, found.markdown):
        try:
            shown.append(beside.read(name, file))
        except KbError as error:
            before = found.markdown.partition(name)[0]
            line = (found.head + before).count("\n") + 1
            return Refused(found.path, f"{name}: {error}", line)
        except OSError as error:
            return Refused(found.path, f"{name} cannot be read: {error.strerror}")
    return replace(found, beside=tuple(shown))


def _decoded(name: str, raw: bytes) -> ArticleFile | Refused:
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        return Refused(name, f"not UTF-8 at byte {error.start}", line)
    at = text.find("\0")
    if at >= 0:
        return Refused(name, "holds a NUL character", text.count("\n", 0, at) + 1)
    return parsed(name, text.replace("\r\n", "\n").replace("\r", "\n"))


def _printable(name: str) -> str:
    return name.encode(errors="surrogateescape").decode(errors="replace")


def _parsed(path: str, text: str) -> ArticleFile | Refused:
    matter, body = front_matter.split(text)
    title = matter.text("title") or first_heading(body)
    if not title:
        return Refused(path, "neither a title in the front matter nor a heading", field="title")
    if len(title) > LONGEST_TITLE:
        return Refused(path, f"longer than {LONGEST_TITLE} characters", field="title")
    named = matter.text("id")
    audience = matter.entry("audience")
    return ArticleFile(
        path=path,
        title=title,
        markdown=body,
        head=matter.head,
        external_id=named,
        number=_number(matter),
        language=_language(matter, path),
        audience=matter.text("audience"),
        audience_line=None if audience is None else audience.line,
        product=_short(matter, "product", 200),
        tags=matter.texts("tags"),
        translation_of=_short(matter, "translation_of", 500),
        state=_one_of(ArticleState, matter, "state"),
        governance=_one_of(Governance, matter, "governance"),
        source=_short(matter, "source", 100),
        base=_base(matter),
        extras=tuple((e.key, e.written) for e in matter.entries if e.key not in OUR_KEYS),
    )


def _number(matter: FrontMatter) -> str | None:
    """The number that the file brings along: the key `number`, or an id in that form."""
    number = matter.text("number")
    if number is not None and not numbers.is_number(number):
        raise _fault(matter, "number", f"{number!r} is no number like {numbers.PREFIX}12")
    named = _short(matter, "id", 500)
    if number is None and named is not None and numbers.is_number(named):
        return named
    return number


def _base(matter: FrontMatter) -> int | None:
    text = matter.text("kb_version")
    if text is not None and not re.fullmatch(r"[1-9][0-9]{0,8}", text):
        raise _fault(matter, "kb_version", f"{text!r} is no version number")
    return None if text is None else int(text)


def _short(matter: FrontMatter, key: str, limit: int) -> str | None:
    text = matter.text(key)
    if text is not None and len(text) > limit:
        raise _fault(matter, key, f"longer than {limit} characters")
    return text


def _one_of(kind: type[E], matter: FrontMatter, key: str) -> E | None:
    text = matter.text(key)
    if text is None:
        return None
    try:
        return kind(text.lower())
    except ValueError:
        raise _fault(matter, key, f"{text!r} is none of {', '.join(kind)}") from None


def _language(matter: FrontMatter, path: str) -> str | None:
    text = matter.text("language", "lang")
    if text is not None:
        match = _LANGUAGE.fullmatch(text)
        if match is None:
            key = "language" if matter.text("language") else "lang"
            raise _fault(matter, key, f"{text!r} is no language code like de or en-GB")
        return match[1].lower()
    for folder in reversed(path.split("/")[:-1]):
        match = _LANGUAGE.fullmatch(folder)
        if match is not None and match[1].lower() in LANGUAGES:
            return match[1].lower()
    return None


def _fault(matter: FrontMatter, key: str, reason: str) -> BadFrontMatter:
    entry = matter.entry(key)
    return BadFrontMatter(reason, line=None if entry is None else entry.line, field=key)


def first_heading(markdown: str) -> str | None:
    """The text of the first heading outside a code block, without its marks."""
    fence: str | None = None
    before = ""
    for line in markdown.splitlines():
        mark = _FENCE.match(line)
        if fence is not None:
            if mark and mark[1].startswith(fence) and not line.strip(" \t`~"):
                fence = None
            continue
        if mark:
            fence = mark[1]
            continue
        heading = _HEADING.match(line)
        if heading and heading[1].strip():
            return heading[1].strip()
        if before.strip() and _UNDERLINE.match(line):
            return before.strip()
        before = line
    return None
