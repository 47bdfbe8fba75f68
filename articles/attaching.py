"""Attaching a file to an article: the file and the text that shows it are one new version."""

import hashlib
import re
import unicodedata
from datetime import datetime
from pathlib import PurePosixPath

from sqlalchemy.orm import Session

from articles import attachments, checklist, review, store
from articles import markdown as marked
from articles.attachments import ENDINGS, PDF
from kb.errors import InvalidInput
from kb.models import Licence
from kb.visibility import Reader


class NoDescription(InvalidInput):
    """Who cannot see an image needs its description."""


def attach(
    session: Session,
    reader: Reader,
    article_id: int,
    content: bytes,
    *,
    filename: str,
    description: str,
    base: int,
    at: datetime,
) -> int:
    """Write a new version on top of version `base` that ends with the image, or a link to the file.

    Sending the same once more changes nothing.

    Returns:
        The number of the newest version.

    Raises:
        AttachmentTooLarge: it is longer than `LARGEST`.
        WrongKind: it is no image and no PDF.
        NoDescription: `description` is blank.
        LicenceMissing: `reader` may not edit.
        ArticleNotFound: the article is absent or invisible.
        EditConflict: `base` is not the newest version.
    """
    reader.must_hold(Licence.CANDIDATE)
    kind = attachments.media_type(content)
    said = " ".join(description.split())
    if not said:
        raise NoDescription("describe the image or the file for those who cannot see it")
    before = store.get(session, reader, article_id)
    digest = hashlib.sha256(content).digest()
    name = _name(before.number, filename, digest, ENDINGS[kind])
    if name in checklist.links(before.markdown) and base < before.version:
        return before.version  # sent twice
    mark = "" if kind == PDF else "!"
    # The bracket is escaped with it: a backslash at the end would else take it for its own.
    shown = marked.escape(f"{said}]").removesuffix("\\]")
    text = f"{before.markdown.rstrip()}\n\n{mark}[{shown}]({name})\n"
    number = review.edit(
        session, reader, article_id, base=base, title=before.title, markdown=text, at=at
    )
    attachments.keep(session, article_id, name, content, since=number)
    return number


def _name(number: str, filename: str, digest: bytes, ending: str) -> str:
    """An address that no other file has, in this article or in one beside it."""
    stem = PurePosixPath(filename.replace("\\", "/")).stem
    plain = unicodedata.normalize("NFKD", stem).encode("ascii", "ignore").decode().lower()
    words = "-".join(re.findall(r"[a-z0-9]+", plain))[:60] or "file"
    return f"files/{number.lower()}/{words}-{digest.hex()[:8]}{ending}"
