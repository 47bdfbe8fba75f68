"""The images and PDF files that lie beside a Markdown file and that its text shows."""

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote, urlsplit

from articles import attachments, checklist
from articles.attachments import LARGEST, LONGEST_NAME

SUFFIXES = frozenset({".png", ".jpg", ".jpeg", ".gif", ".webp", ".pdf"})

_NAMED = re.compile(r"\.(?:png|jpe?g|gif|webp|pdf)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Beside:
    """A file by the address that the text has for it; `digest` is that of what is kept of it."""

    name: str
    path: Path
    digest: bytes


def named(root: Path, path: Path, markdown: str) -> Iterator[tuple[str, Path]]:
    """The files below `root` that the text of the file `path` shows or offers, by address.

    What is not there, or lies elsewhere, stays a link: the checklist finds the dead ones.
    """
    if not _NAMED.search(markdown):
        return
    for name in dict.fromkeys(checklist.links(markdown)):
        parts = urlsplit(name)
        if parts.scheme or parts.netloc or parts.path.startswith("/") or len(name) > LONGEST_NAME:
            continue
        meant = path.parent / place(name)
        if meant.suffix.lower() not in SUFFIXES or "\0" in str(meant):
            continue
        found = meant.resolve()
        if found.is_relative_to(root) and found.is_file():
            yield name, found


def place(name: str) -> str:
    """Where a file lies that a text calls `name`, from the folder of the text."""
    return unquote(urlsplit(name).path)


def read(name: str, path: Path) -> Beside:
    """The file at `path`, which a text calls `name`.

    Raises:
        AttachmentTooLarge, WrongKind: it cannot be attached.
    """
    _, kept = attachments.kept(content(path))
    return Beside(name, path, hashlib.sha256(kept).digest())


def content(path: Path) -> bytes:
    """Its bytes, one more than can be attached at most."""
    with path.open("rb") as file:
        return file.read(LARGEST + 1)
