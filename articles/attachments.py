"""Images and other files that the text of an article shows or offers.

A file belongs to one article, under the address that the text has for it.  Rows are only ever
added, each with the version that first meant it, so that old versions keep what they showed.
Whoever may read a version that refers to a file may read the file, and nobody else.
"""

import hashlib
import io
import re
import warnings
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import PurePosixPath

from PIL import Image
from sqlalchemy import select
from sqlalchemy.orm import Session

from articles import checklist, metadata, numbers
from articles.models import Article, ArticleVersion, Attachment
from articles.visibility import visible_articles, visible_versions
from kb.errors import InvalidInput, NotFound, TooLarge
from kb.visibility import Reader

LARGEST = 5_000_000
"""Bytes of a file: screenshots have a tenth of it."""

MOST_PIXELS = 50_000_000
"""Of an image: a small file may unfold to more than a browser can hold."""

LONGEST_NAME = 500
"""Characters of the address of a file in a text."""

PDF = "application/pdf"

_IMAGES = ("PNG", "JPEG", "GIF", "WEBP")
ENDINGS = {
    "image/png": ".png",
    "image/jpeg": ".jpg",
    "image/gif": ".gif",
    "image/webp": ".webp",
    PDF: ".pdf",
}


class AttachmentNotFound(NotFound):
    """No such file, or not for this reader."""


class AttachmentTooLarge(TooLarge):
    """The file is over the limit."""


class WrongKind(InvalidInput):
    """Only images (PNG, JPEG, GIF, WebP) and PDF files can be attached."""


@dataclass(frozen=True, slots=True)
class Content:
    """A file as it is served; `name` is the last part of its address in the text."""

    name: str
    media_type: str
    content: bytes

    @property
    def is_image(self) -> bool:
        """Whether pages show it; everything else is only downloaded."""
        return self.media_type.startswith("image/")


def media_type(content: bytes) -> str:
    """What `content` is, whatever its name says.

    Raises:
        AttachmentTooLarge: it is longer than `LARGEST`.
        WrongKind: it is of a kind that is not taken, damaged, or has too many pixels.
    """
    if len(content) > LARGEST:
        raise AttachmentTooLarge(f"the file is over {LARGEST:,} bytes")
    if content.startswith(b"%PDF-"):
        return PDF
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(content), formats=_IMAGES) as image:
                width, height = image.size
                kind = image.get_format_mimetype()
                image.verify()
    except (
        OSError,
        SyntaxError,
        ValueError,
        Image.DecompressionBombError,
        Image.DecompressionBombWarning,
    ) as error:
        raise WrongKind(
            "this is no PNG, JPEG, GIF or WebP image and no PDF file, or it is damaged;"
            " SVG and HTML are not taken, because they may hold programs"
        ) from error
    if width * height > MOST_PIXELS:
        raise WrongKind(f"the image has over {MOST_PIXELS:,} pixels: make it smaller")
    if kind not in ENDINGS:
        raise WrongKind("this is no PNG, JPEG, GIF or WebP image")
    return kind


def kept(content: bytes) -> tuple[str, bytes]:
    """The media type of a file, and what is kept of it.

    Raises:
        AttachmentTooLarge: it is longer than `LARGEST`.
        WrongKind: it is no image and no PDF.
    """
    kind = media_type(content)
    return kind, metadata.removed(content, kind)


def keep(session: Session, article_id: int, name: str, content: bytes, *, since: int) -> None:
    """Store what version `since` and those after it mean by the address `name`.

    Images are stored without their metadata: a photo tells where it was taken.

    Raises:
        AttachmentTooLarge: it is longer than `LARGEST`.
        WrongKind: it is no image and no PDF.
    """
    kind, content = kept(content)
    digest = hashlib.sha256(content).digest()
    latest = session.scalar(
        select(Attachment)
        .where(Attachment.article_id == article_id, Attachment.name == name)
        .order_by(Attachment.since.desc())
        .limit(1)
    )
    if latest is not None and latest.digest == digest:
        return
    session.add(
        Attachment(
            article_id=article_id,
            name=name,
            since=since,
            media_type=kind,
            digest=digest,
            content=content,
        )
    )


def shown_by(session: Session, article_id: int, version: int, markdown: str) -> dict[str, str]:
    """The files that this text of the article refers to: their SHA-256 in hex by their address."""
    rows = session.execute(
        select(Attachment.name, Attachment.digest)
        .where(Attachment.article_id == article_id, Attachment.since <= version)
        .order_by(Attachment.since)
    ).all()
    if not rows:
        return {}
    named = set(checklist.links(markdown))
    return {name: digest.hex() for name, digest in rows if name in named}


def addresses(number: str, files: dict[str, str]) -> dict[str, str]:
    """Where pages find `files` (from `shown_by`) of the article called `number`."""
    return {name: f"/articles/{number}/files/{digest}" for name, digest in files.items()}


def get(session: Session, reader: Reader, number: str, digest: str) -> Content:
    """The file with this SHA-256, if `reader` may read a version of the article that shows it.

    Raises:
        AttachmentNotFound: the article or the file is absent or invisible.
    """
    wanted = numbers.normal(number) or number
    for article_id, version in _versions(session, reader, wanted, digest):
        files = shown_by(session, article_id, version.number, version.markdown)
        for name, found in files.items():
            if found == digest:
                return _content(session, article_id, name, digest)
    raise AttachmentNotFound(f"no file {digest} of {number}")


def read(session: Session, article_id: int, name: str, digest: str) -> bytes:
    """The bytes of a file that `shown_by` gave."""
    return _content(session, article_id, name, digest).content


def _versions(
    session: Session, reader: Reader, number: str, digest: str
) -> Iterable[tuple[int, ArticleVersion]]:
    """What the reader may see of the article, newest first, if it has such a file at all."""
    if not re.fullmatch(r"[0-9a-f]{64}", digest):
        return []
    has = select(Attachment.id).where(
        Attachment.article_id == Article.id, Attachment.digest == bytes.fromhex(digest)
    )
    rows = session.execute(
        select(Article.id, ArticleVersion)
        .join(ArticleVersion, ArticleVersion.article_id == Article.id)
        .where(
            Article.number == number,
            visible_articles(reader),
            visible_versions(reader),
            has.exists(),
        )
        .order_by(ArticleVersion.number.desc())
    )
    return [(article_id, version) for article_id, version in rows]


def _content(session: Session, article_id: int, name: str, digest: str) -> Content:
    row = session.scalars(
        select(Attachment).where(
            Attachment.article_id == article_id,
            Attachment.name == name,
            Attachment.digest == bytes.fromhex(digest),
        )
    ).first()
    if row is None:
        raise AttachmentNotFound(f"no file {digest}")
    return Content(PurePosixPath(row.name).name, row.media_type, row.content)
