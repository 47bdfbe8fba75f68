"""Articles as a folder of Markdown files that can live in git, and be imported again.

An article that came from a file is written as that file was, with the keys replaced or added
whose values differ.  Images and PDF files lie beside it, where its text says.
"""

import posixpath
import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from articles import attachments, beside, files, front_matter
from articles.files import ArticleFile
from articles.models import Article, ArticleState, ArticleVersion, Governance
from articles.visibility import visible_articles, visible_versions
from kb import people
from kb.visibility import Reader

BATCH = 200
"""Articles read at once."""

_LONGEST_NAME = 60
"""Characters of a title in a file name."""


@dataclass(frozen=True, slots=True)
class Exported:
    """A file to write: its path within the folder, with forward slashes, and its whole text.

    `files` are attached to it: their paths within the folder and their contents.
    """

    path: str
    text: str
    files: tuple[tuple[str, bytes], ...] = ()


def count(session: Session, reader: Reader) -> int:
    """How many articles `read` will give, at most."""
    return session.scalar(select(func.count(Article.id)).where(visible_articles(reader))) or 0


def read(session: Session, reader: Reader) -> Iterator[Exported]:
    """Every article that `reader` may see, by id; each has a path of its own.

    Of a published article that is the text that readers see, else the newest one.
    """
    audiences = {id_: name for name, id_ in people.audiences_by_name(session).items()}
    taken: set[str] = set()
    last = 0
    while rows := _rows(session, reader, after=last):
        for article, version in rows:
            path = _free(_path(article, version), article.number, taken)
            text = _text(article, version, path, audiences[article.audience_id])
            yield Exported(path, text, tuple(_files(session, article, version, path)))
            last = article.id


def _files(
    session: Session, article: Article, version: ArticleVersion, path: str
) -> Iterator[tuple[str, bytes]]:
    shown = attachments.shown_by(session, article.id, version.number, version.markdown)
    for name, digest in shown.items():
        content = attachments.read(session, article.id, name, digest)
        place = PurePosixPath(path).parent / beside.place(name)
        yield posixpath.normpath(place), content


def _rows(
    session: Session, reader: Reader, *, after: int
) -> Sequence[tuple[Article, ArticleVersion]]:
    rows = session.execute(
        select(Article, ArticleVersion)
        .join(ArticleVersion, ArticleVersion.article_id == Article.id)
        .where(
            Article.id > after,
            visible_articles(reader),
            visible_versions(reader),
            ArticleVersion.number == func.coalesce(Article.published_version, Article.version),
        )
        .order_by(Article.id)
        .limit(BATCH)
    )
    return [(article, version) for article, version in rows]


def _path(article: Article, version: ArticleVersion) -> str:
    """Where its file came from; else its language, number and title."""
    if article.path is not None:
        return article.path
    plain = unicodedata.normalize("NFKD", version.title.replace("ß", "ss"))
    words = re.findall(r"[a-z0-9]+", plain.encode("ascii", "ignore").decode().lower())
    name = "-".join([article.number.lower(), *words])[:_LONGEST_NAME].rstrip("-")
    return f"{article.language or 'other'}/{name}.md"


def _free(path: str, number: str, taken: set[str]) -> str:
    """`path`, or beside it if the article of another source has that one."""
    if path.casefold() in taken:
        beside = PurePosixPath(path)
        path = str(beside.with_name(f"{beside.stem}-{number.lower()}{beside.suffix}"))
    taken.add(path.casefold())
    return path


def _text(article: Article, version: ArticleVersion, path: str, audience: str) -> str:
    """The file; reading it gives the article again."""
    head = article.front_matter
    said = files.parsed(path, head + version.markdown)
    wanted: dict[str, str | Sequence[str] | None] = {
        "number": article.number,
        "title": version.title,
        "language": article.language,
        "audience": audience,
        "tags": article.tags,
        "product": article.product,
        "translation_of": article.translation_of,
        "state": article.state.value,
        "governance": article.governance.value,
        "source": article.source,
        "kb_version": str(version.number),
    }
    has = _has(said) if isinstance(said, ArticleFile) else {}
    changes = {
        key: value
        for key, value in wanted.items()
        if has.get(key) != value and not _vain(has, key, value)
    }
    return front_matter.rewritten(head, changes) + version.markdown


def _vain(has: dict[str, object], key: str, value: str | Sequence[str] | None) -> bool:
    """Whether leaving the key out says the same."""
    return not value and not has.get(key)


def _has(said: ArticleFile) -> dict[str, object]:
    return {
        "number": said.number,
        "title": said.title,
        "language": said.language,
        "audience": said.audience,
        "tags": list(said.tags),
        "product": said.product,
        "translation_of": said.translation_of,
        "state": (said.state or ArticleState.PUBLISHED).value,
        "governance": (said.governance or Governance.EXPERIENCE).value,
        "source": said.source,
        "kb_version": None if said.base is None else str(said.base),
    }
