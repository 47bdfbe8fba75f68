"""What colleagues say about an article: comments, edits they suggest, and flags of readers."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, and_, or_, select, true
from sqlalchemy.orm import Session

from articles import review, store
from articles.models import Article, ArticleVersion, Remark, RemarkKind
from articles.visibility import edits, visible_articles, visible_versions
from kb import events
from kb.errors import NotFound
from kb.models import Licence, Person
from kb.visibility import Reader


class RemarkNotFound(NotFound):
    """No such open remark, or not for this reader."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RemarkView:
    """A remark on version `version`; `open` until somebody has seen to it, comments never are."""

    id: int
    article_id: int
    number: str
    title: str
    version: int
    kind: RemarkKind
    text: str
    person_id: int
    person: str
    at: datetime
    open: bool


def comment(session: Session, reader: Reader, article_id: int, text: str, *, at: datetime) -> None:
    """Say something about the newest version.

    Raises:
        LicenceMissing: `reader` does not work on articles.
        ArticleNotFound: it is absent or invisible.
        NoReason: `text` is blank.
    """
    reader.must_hold(Licence.CANDIDATE)
    shown = store.get(session, reader, article_id)
    _add(session, reader, shown.id, shown.version, RemarkKind.COMMENT, text, at=at)


def suggest_edits(
    session: Session, reader: Reader, article_id: int, text: str, *, at: datetime
) -> None:
    """Give a draft, or a change that waits, back to its author; the next version answers it.

    Raises:
        LicenceMissing: `reader` may not publish.
        ArticleNotFound: it is absent or invisible.
        NothingWaits: nothing of it waits for a review.
        NoReason: `text` is blank.
    """
    reader.must_hold(Licence.CONTRIBUTOR)
    shown = review.must_wait(session, reader, article_id)
    _add(session, reader, article_id, shown.number, RemarkKind.EDITS_SUGGESTED, text, at=at)


def flag(session: Session, reader: Reader, number: str, text: str, *, at: datetime) -> None:
    """Say that a published article is wrong or out of date: whoever may edit it sees to it.

    Raises:
        ArticleNotFound: it is absent, invisible or not published.
        NoReason: `text` is blank.
    """
    as_reader = reader.only_reading()
    shown = store.by_number(session, as_reader, number)
    _add(session, reader, shown.id, shown.version, RemarkKind.FLAG, text, at=at)


def confirm(session: Session, reader: Reader, article_id: int, *, at: datetime) -> None:
    """Note that the published text was looked at again and is right.

    Raises:
        LicenceMissing: `reader` does not work on articles, or not on this one.
        ArticleNotFound: it is absent, invisible or not published.
    """
    reader.must_hold(Licence.CANDIDATE)
    shown = store.get(session, reader.only_reading(), article_id)
    governance = review.held(session, reader, article_id).governance
    reader.must_hold(review.TO_CHANGE[governance])
    _add(session, reader, article_id, shown.version, RemarkKind.CONFIRMED, "", at=at)


def settle(session: Session, reader: Reader, remark_id: int, *, at: datetime) -> int:
    """Note that the remark was seen to; settling it again is fine.

    Returns:
        The id of its article.

    Raises:
        LicenceMissing: `reader` does not work on articles.
        RemarkNotFound: it is absent or invisible.
    """
    reader.must_hold(Licence.CANDIDATE)
    row = session.scalar(
        select(Remark)
        .join(Article, Article.id == Remark.article_id)
        .join(ArticleVersion, _version())
        .where(Remark.id == remark_id, _visible(reader))
        .with_for_update(of=Remark)
    )
    if row is None:
        raise RemarkNotFound(f"no remark {remark_id}")
    if row.open:
        row.open = False
        _record(session, reader, row.article_id, "article.settle", f"remark={row.id}", at)
    return row.article_id


def of_article(session: Session, reader: Reader, article_id: int) -> list[RemarkView]:
    """The remarks on an article, oldest first.

    Who is of another organisation sees their own alone, and no name of a colleague of ours.

    Raises:
        ArticleNotFound: it is absent or invisible.
    """
    store.get(session, reader, article_id)
    return _views(session, reader, Remark.article_id == article_id)


def waiting(session: Session, reader: Reader, kinds: Collection[RemarkKind]) -> list[RemarkView]:
    """The open remarks of `kinds` on articles that `reader` may see.

    Those on articles that `reader` has written come first, then the oldest.
    """
    if not edits(reader):
        return []
    found = _views(session, reader, and_(Remark.open, Remark.kind.in_(kinds)))
    mine = set(
        session.scalars(
            select(ArticleVersion.article_id).where(
                ArticleVersion.article_id.in_([one.article_id for one in found]),
                ArticleVersion.author_id == reader.person_id,
            )
        )
    )
    return sorted(found, key=lambda one: one.article_id not in mine)


def _views(session: Session, reader: Reader, wanted: ColumnElement[bool]) -> list[RemarkView]:
    rows = session.execute(
        select(Remark, Article, ArticleVersion, Person.name)
        .join(Article, Article.id == Remark.article_id)
        .join(ArticleVersion, _version())
        .join(Person, Person.id == Remark.person_id)
        .where(wanted, _visible(reader))
        .order_by(Remark.at, Remark.id)
    )
    return [
        RemarkView(
            id=row.id,
            article_id=article.id,
            number=article.number,
            title=shown.title,
            version=row.version,
            kind=row.kind,
            text=row.text,
            person_id=row.person_id,
            person=name,
            at=row.at,
            open=row.open,
        )
        for row, article, shown, name in rows
    ]


def _version() -> ColumnElement[bool]:
    """The version that a remark is on: who may not read it learns nothing of the remark."""
    return and_(
        ArticleVersion.article_id == Remark.article_id, ArticleVersion.number == Remark.version
    )


def _visible(reader: Reader) -> ColumnElement[bool]:
    whose = Remark.person_id == reader.person_id
    inside = true() if edits(reader) and not reader.outside else whose
    return and_(visible_articles(reader), visible_versions(reader), or_(inside, whose))


def _add(
    session: Session,
    reader: Reader,
    article_id: int,
    version: int,
    kind: RemarkKind,
    text: str,
    *,
    at: datetime,
) -> None:
    if not text.strip() and kind is not RemarkKind.CONFIRMED:
        raise review.NoReason("say what is meant: somebody is to act on it")
    if reader.person_id is None:
        raise store.ArticleNotFound(article_id)
    session.add(
        Remark(
            article_id=article_id,
            version=version,
            kind=kind,
            text=text.strip(),
            person_id=reader.person_id,
            at=at,
            open=kind in {RemarkKind.EDITS_SUGGESTED, RemarkKind.FLAG},
        )
    )
    session.flush()  # what follows in this transaction reads it
    _record(session, reader, article_id, VERBS[kind], f"version={version}", at)


VERBS = {
    RemarkKind.COMMENT: "article.comment",
    RemarkKind.EDITS_SUGGESTED: "article.suggest_edits",
    RemarkKind.FLAG: "article.flag",
    RemarkKind.CONFIRMED: "article.confirm",
}


def _record(
    session: Session, reader: Reader, article_id: int, verb: str, detail: str, at: datetime
) -> None:
    events.record(
        session,
        verb,
        person_id=reader.person_id,
        subject="article",
        subject_id=article_id,
        at=at,
        detail=detail,
    )
