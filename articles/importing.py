"""Articles from a folder of Markdown files; importing again changes nothing.

A door calls `begin`, then for each of `batches` opens a transaction and calls `record`, and after
the last one calls `vanished` (and `prune` if asked to) with the `Seen` that all of them filled.
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import TypedDict

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import Session

from articles import attachments, audiences, beside, files, numbers, offering
from articles.files import ArticleFile, NoFolder, Refused
from articles.models import Article, ArticleState, ArticleVersion, Governance
from kb import events, people

SOURCE = "folder"
"""The source of articles whose door names no other."""

BATCH = 200
"""Files per transaction: an interrupted import keeps its full batches."""


@dataclass(slots=True)
class Seen:
    """What an import has met so far; one per run, made by `begin`."""

    names: dict[str, str] = field(default_factory=dict)
    """Path of each file by its name."""
    numbers: dict[str, str] = field(default_factory=dict)
    """Path of each file by the number it brings."""
    article_ids: set[int] = field(default_factory=set)
    refused_paths: set[str] = field(default_factory=set)


@dataclass(frozen=True, slots=True)
class Recorded:
    """What a batch did; `refused` files left no trace."""

    new: int
    changed: int
    unchanged: int
    refused: tuple[Refused, ...]


@dataclass(frozen=True, slots=True)
class Vanished:
    """An article whose file is no longer in the folder."""

    article_id: int
    number: str
    path: str


def begin(session: Session, folder: Path) -> Seen:
    """Start an import: numbers that files of `folder` bring along are given to no other article.

    Raises:
        NoFolder: `folder` is none.
    """
    if not folder.is_dir():
        raise NoFolder(f"{folder} is no folder")
    highest = files.highest_number(folder)
    if highest:
        numbers.keep_free(session, highest)
    return Seen()


def batches(folder: Path, *, size: int = BATCH) -> Iterator[list[ArticleFile | Refused]]:
    """The files of `folder` in batches of `size`, read as they are needed.

    Raises:
        NoFolder: `folder` is none.
    """
    batch: list[ArticleFile | Refused] = []
    for item in files.read(folder):
        batch.append(item)
        if len(batch) == size:
            yield batch
            batch = []
    if batch:
        yield batch


def record(
    session: Session,
    batch: Sequence[ArticleFile | Refused],
    *,
    source: str = SOURCE,
    audience: str = people.INTERNAL,
    seen: Seen,
    at: datetime,
) -> Recorded:
    """Store or update the articles that the files say, and make published ones findable.

    Args:
        session: a transaction that may write.
        batch: from `batches`.
        source: what the folder is called; with the id or path it names an article.
        audience: name of the audience of files that name none.
        seen: the same for all batches of one import.
        at: the time of the import.
    """
    refused = [item for item in batch if isinstance(item, Refused)]
    known_audiences = people.audiences_by_name(session)
    fit: list[tuple[ArticleFile, int]] = []
    for item in batch:
        if isinstance(item, Refused):
            continue
        checked = _checked(item, known_audiences, audience, seen)
        if isinstance(checked, Refused):
            refused.append(checked)
        else:
            fit.append((item, checked))
    stored = _store(_Run(session, source, seen, at), fit)
    refused += stored.refused
    seen.refused_paths |= {item.path for item in refused}
    return replace(stored, refused=tuple(sorted(refused, key=lambda item: item.path)))


def vanished(session: Session, *, source: str = SOURCE, seen: Seen) -> list[Vanished]:
    """Articles of `source` whose files the finished import did not meet, by id."""
    rows = session.execute(
        select(Article.id, Article.number, Article.path)
        .where(Article.source == source, Article.file_digest.is_not(None))
        .order_by(Article.id)
    )
    return [
        Vanished(article_id, number, path or "")
        for article_id, number, path in rows
        if article_id not in seen.article_ids and path not in seen.refused_paths
    ]


def prune(session: Session, gone: Collection[Vanished], *, at: datetime) -> None:
    """Archive articles whose files are gone; a file that comes back brings its article back."""
    for start in range(0, len(gone), BATCH):
        ids = [item.article_id for item in list(gone)[start : start + BATCH]]
        for article in session.scalars(select(Article).where(Article.id.in_(ids))):
            article.state, article.file_digest = ArticleState.ARCHIVED, None
            article.updated_at = at
            events.record(
                session,
                "article.prune",
                person_id=None,
                subject="article",
                subject_id=article.id,
                at=at,
            )
        offering.take_back(session, ids)


def _checked(
    item: ArticleFile, audiences: dict[str, int], default: str, seen: Seen
) -> int | Refused:
    """The id of the audience of `item`, once nothing speaks against the file."""
    twin = seen.names.setdefault(item.name, item.path)
    if twin != item.path:
        return Refused(item.path, f"{twin} has the same id {item.name}", field="id")
    if item.number is not None:
        twin = seen.numbers.setdefault(item.number, item.path)
        if twin != item.path:
            return Refused(item.path, f"{twin} has the same number {item.number}", field="number")
    wanted = item.audience or default
    if wanted not in audiences:
        return Refused(item.path, f"unknown audience {wanted!r}", item.audience_line, "audience")
    return audiences[wanted]


@dataclass(frozen=True, slots=True)
class _Run:
    """What the files of one batch share."""

    session: Session
    source: str
    seen: Seen
    at: datetime


@dataclass(slots=True)
class _Known:
    """The stored articles that a batch may be about, with their newest versions."""

    by_name: dict[str, Article]
    by_number: dict[str, Article]
    shown: dict[int, ArticleVersion]
    """What readers see, else the newest version: a change that waits for review is not in it."""


def _known(run: _Run, items: Collection[ArticleFile]) -> _Known:
    names = {item.name for item in items} | {item.path for item in items}
    brought = {item.number for item in items if item.number is not None}
    rows = run.session.execute(
        select(Article, ArticleVersion)
        .join(ArticleVersion, ArticleVersion.article_id == Article.id)
        .where(
            ArticleVersion.number == func.coalesce(Article.published_version, Article.version),
            or_(
                and_(Article.source == run.source, Article.external_id.in_(names)),
                Article.number.in_(brought),
            ),
        )
    ).all()
    return _Known(
        by_name={a.external_id: a for a, _ in rows if a.source == run.source and a.external_id},
        by_number={article.number: article for article, _ in rows},
        shown={article.id: version for article, version in rows},
    )


def _match(run: _Run, known: _Known, item: ArticleFile) -> Article | Refused | None:
    """The article that `item` is about; None: a new one."""
    article = known.by_name.get(item.name) or known.by_name.get(item.path)
    holder = known.by_number.get(item.number) if item.number is not None else None
    if article is None and holder is not None:
        sources = {run.source, item.source}
        if holder.source not in sources and holder.external_id not in (None, item.name):
            reason = f"{item.number} is another article, from {holder.source}"
            return Refused(item.path, reason, field="number")
        article = holder
    if article is None:
        return None
    if item.number not in (None, article.number):
        reason = f"the article is {article.number} already, and numbers never change"
        return Refused(item.path, reason, field="number")
    if article.id in run.seen.article_ids:
        return Refused(item.path, f"another file is {article.number} already", field="number")
    run.seen.article_ids.add(article.id)
    shown = known.shown[article.id]
    if item.base is not None and item.base < shown.number and not _same_text(item, shown):
        reason = (
            f"{article.number} has been changed here since version {item.base} was exported:"
            " export it again and repeat your change"
        )
        return Refused(item.path, reason, field="kb_version")
    return article


def _same_text(item: ArticleFile, version: ArticleVersion) -> bool:
    return (version.title, version.markdown) == (item.title, item.markdown)


def _store(run: _Run, fit: Sequence[tuple[ArticleFile, int]]) -> Recorded:
    known = _known(run, [item for item, _ in fit])
    refused: list[Refused] = []
    fresh: list[tuple[ArticleFile, int]] = []
    touched: list[tuple[Article, ArticleVersion]] = []
    unchanged = 0
    for item, audience_id in fit:
        article = _match(run, known, item)
        if isinstance(article, Refused):
            refused.append(article)
        elif article is None:
            fresh.append((item, audience_id))
        else:
            version = _update(run, article, known.shown[article.id], item, audience_id)
            if version is None:
                unchanged += 1
            else:
                touched.append((article, version))
    added = _add(run, fresh)
    _show(run, added + touched)
    return Recorded(len(added), len(touched), unchanged, tuple(refused))


def _add(
    run: _Run, fresh: Sequence[tuple[ArticleFile, int]]
) -> list[tuple[Article, ArticleVersion]]:
    without = sum(item.number is None for item, _ in fresh)
    taken = iter(numbers.take(run.session, without))
    added = []
    for item, audience_id in fresh:
        article = Article(
            number=item.number or next(taken),
            source=run.source,
            created_at=run.at,
            updated_at=run.at,
            audience_id=audience_id,
            state=item.state or ArticleState.PUBLISHED,
            governance=item.governance or Governance.EXPERIENCE,
            version=1,
            **_said(run, item),
        )
        version = _version(item, 1, audience_id, run.at)
        article.versions = [version]
        added.append((article, version))
    run.session.add_all(article for article, _ in added)
    run.session.flush()  # documents, files and events need the ids
    run.seen.article_ids |= {article.id for article, _ in added}
    for (article, _), (item, _) in zip(added, fresh, strict=True):
        _keep_files(run, article, item)
    return added


def _update(
    run: _Run, article: Article, shown: ArticleVersion, item: ArticleFile, audience_id: int
) -> ArticleVersion | None:
    """Bring `article` to what its file says; None if nothing was different."""
    if article.file_digest == item.digest:
        return None
    state = _state_of(article, item)
    moves = item.audience is not None and audience_id != article.audience_id
    said = _said(run, item, article)
    governance = item.governance or article.governance
    stands = (state, governance) == (article.state, article.governance)
    differs = moves or not stands or _differs(article, said)
    for name, value in said.items():
        setattr(article, name, value)
    article.state, article.governance = state, governance
    if moves:
        audiences.move(run.session, article, audience_id, by=None, at=run.at)
    if not _same_text(item, shown) or _other_files(run, article, shown, item):
        article.version += 1
        shown = _version(item, article.version, article.audience_id, run.at)
        shown.article_id = article.id
        run.session.add(shown)
        _keep_files(run, article, item)
    elif not differs:
        return None
    article.updated_at = run.at
    return shown


def _other_files(run: _Run, article: Article, shown: ArticleVersion, item: ArticleFile) -> bool:
    """Whether the file shows other images than the version `shown`."""
    if not item.beside:
        return False
    there = attachments.shown_by(run.session, article.id, shown.number, shown.markdown)
    return any(there.get(each.name) != each.digest.hex() for each in item.beside)


def _keep_files(run: _Run, article: Article, item: ArticleFile) -> None:
    for each in item.beside:
        content = beside.content(each.path)
        attachments.keep(run.session, article.id, each.name, content, since=article.version)


def _show(run: _Run, touched: Sequence[tuple[Article, ArticleVersion]]) -> None:
    """Offer the published ones to search and take the others back."""
    published = [pair for pair in touched if pair[0].state is ArticleState.PUBLISHED]
    for article, version in published:
        article.published_version = version.number
        version.audience_id = article.audience_id
    offering.offer(run.session, published)
    hidden = [article.id for article, _ in touched if article.state is not ArticleState.PUBLISHED]
    offering.take_back(run.session, hidden)
    for article, _ in touched:
        events.record(
            run.session,
            "article.import",
            person_id=None,
            subject="article",
            subject_id=article.id,
            at=run.at,
            detail=f"version={article.version}",
        )


class _Said(TypedDict):
    external_id: str | None
    path: str | None
    language: str | None
    product: str | None
    tags: list[str]
    translation_of: str | None
    front_matter: str
    file_digest: bytes


def _said(run: _Run, item: ArticleFile, article: Article | None = None) -> _Said:
    """What the file says; an article from elsewhere keeps the name and place it has there."""
    elsewhere = article is not None and article.source != run.source
    return _Said(
        external_id=article.external_id if elsewhere and article else item.name,
        path=article.path if elsewhere and article else item.path,
        language=item.language,
        product=item.product,
        tags=list(item.tags),
        translation_of=item.translation_of,
        front_matter=item.head,
        file_digest=item.digest,
    )


def _differs(article: Article, said: _Said) -> bool:
    """Whether the file says something new; how it is written and where it lies is no news."""
    now = (article.language, article.product, article.tags, article.translation_of)
    return now != (said["language"], said["product"], said["tags"], said["translation_of"])


def _version(item: ArticleFile, number: int, audience_id: int, at: datetime) -> ArticleVersion:
    return ArticleVersion(
        number=number, title=item.title, markdown=item.markdown, audience_id=audience_id, at=at
    )


def _state_of(article: Article, item: ArticleFile) -> ArticleState:
    if item.state is not None:
        return item.state
    pruned = article.state is ArticleState.ARCHIVED and article.file_digest is None
    return ArticleState.PUBLISHED if pruned else article.state
