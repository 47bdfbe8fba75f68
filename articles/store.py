"""Articles as people read them: one, many, and the history of one."""

import json
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypedDict

from sqlalchemy import ColumnElement, Row, Select, Text, cast, func, or_, select
from sqlalchemy.orm import Session, selectinload

from articles import attachments, differences, numbers
from articles.differences import Line
from articles.models import (
    Article,
    ArticleState,
    ArticleVersion,
    Decision,
    DraftOutcome,
    EvidenceRow,
    ReplacementRow,
    StatementRow,
)
from articles.visibility import edits, visible_articles, visible_versions
from kb import faces
from kb.errors import NotFound
from kb.models import SOLVED, Ticket
from kb.visibility import Reader, visible_tickets

MESSAGE = "message"
"""The part of a ticket whose evidence names a message."""


class ArticleNotFound(NotFound):
    """No such article or version, or not for this reader."""

    def __init__(self, name: int | str) -> None:
        super().__init__(f"no article {name}")


@dataclass(frozen=True, slots=True, kw_only=True)
class ArticleSummary:
    """An article in a list, in the newest version that the reader may see."""

    id: int
    number: str
    title: str
    state: ArticleState
    audience_id: int
    language: str | None
    product: str | None
    tags: tuple[str, ...]
    version: int
    published_version: int | None
    source: str
    ticket_id: int | None
    created_at: datetime
    updated_at: datetime
    """When this version was written: a later one may be for others to see."""


@dataclass(frozen=True, slots=True)
class EvidenceView:
    """The words of a ticket that a statement stands on; `message_id` for the part `message`."""

    ticket_id: int
    part: str
    message_id: int | None
    start: int
    end: int
    quote: str


@dataclass(frozen=True, slots=True)
class StatementView:
    """A sentence, step or code block with the evidence that this reader may see.

    `supported` says whether there is any evidence at all, visible or not.
    """

    section: str
    kind: str
    text: str
    supported: bool
    evidence: tuple[EvidenceView, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ArticleView(ArticleSummary):
    """An article with its text; statements are for those who work on articles.

    `files` are what the text shows or offers: the SHA-256 in hex by the address in the text.
    """

    markdown: str
    files: dict[str, str]
    statements: tuple[StatementView, ...]


@dataclass(frozen=True, slots=True)
class Comparison:
    """What changed from one version to another; both titles, and the lines of the text."""

    before: int
    after: int
    titles: tuple[str, str]
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class VersionView:
    """A version in the history of an article; `author_id` None: written by the program."""

    number: int
    title: str
    author_id: int | None
    at: datetime
    audience_id: int
    published: bool


@dataclass(frozen=True, slots=True)
class ReplacementView:
    """A placeholder of a version, and what it stands for; None where the reader may not see it."""

    placeholder: str
    kind: str
    original: str | None


@dataclass(frozen=True, slots=True)
class Named:
    """An article as it is called."""

    id: int
    number: str
    title: str


@dataclass(frozen=True, slots=True)
class ComparedView:
    """An article that was compared with a ticket: the shares in [0, 1] that it holds of it."""

    article: Named
    same_issue: float
    same_steps: float


@dataclass(frozen=True, slots=True, kw_only=True)
class OutcomeView:
    """What became of the promise to draft from a ticket."""

    ticket_id: int
    title: str
    decision: Decision
    reason: str
    missing: tuple[str, ...]
    article: Named | None
    candidates: tuple[ComparedView, ...]
    person_id: int | None
    at: datetime


def get(session: Session, reader: Reader, article_id: int) -> ArticleView:
    """The article in the newest version that `reader` may see.

    Raises:
        ArticleNotFound: it is absent or invisible; the two are not told apart.
    """
    return _view(session, reader, _newest(reader).where(Article.id == article_id), article_id)


def by_number(session: Session, reader: Reader, number: str) -> ArticleView:
    """The article that people call `number`, also written `kb 12` or `12`.

    For an article that was merged that is the one it was merged into; its number differs.

    Raises:
        ArticleNotFound: it is absent or invisible; the two are not told apart.
    """
    wanted = numbers.normal(number) or number
    target = _merged_into(session, reader, wanted)
    if target is not None:
        return _view(session, reader, _newest(reader).where(Article.id == target), number)
    return _view(session, reader, _newest(reader).where(Article.number == wanted), number)


def audience_of(session: Session, number: str) -> int:
    """The audience of the article called `number`, whoever asks: for administrators.

    Raises:
        ArticleNotFound: there is none with this number.
    """
    wanted = numbers.normal(number) or number
    found = session.scalar(select(Article.audience_id).where(Article.number == wanted))
    if found is None:
        raise ArticleNotFound(number)
    return found


def published(session: Session, article_id: int) -> ArticleView:
    """The article as its readers see it, whoever they are: for the program's own work.

    Raises:
        ArticleNotFound: it is absent or not published.
    """
    audience_id = session.scalar(
        select(Article.audience_id).where(
            Article.id == article_id, Article.state == ArticleState.PUBLISHED
        )
    )
    if audience_id is None:
        raise ArticleNotFound(article_id)
    return get(session, Reader(None, frozenset({audience_id})), article_id)


def version(session: Session, reader: Reader, article_id: int, number: int) -> ArticleView:
    """The article as it was in version `number`.

    Raises:
        ArticleNotFound: it is absent or invisible; the two are not told apart.
    """
    query = _readable(reader).where(Article.id == article_id, ArticleVersion.number == number)
    return _view(session, reader, query, article_id)


def listed(
    session: Session,
    reader: Reader,
    *,
    states: Collection[ArticleState] | None = None,
    tag: str = "",
    language: str = "",
    before: int | None = None,
    limit: int,
) -> list[ArticleSummary]:
    """The newest `limit` articles that `reader` may see, by falling id, below id `before`.

    An empty `tag` or `language` restricts nothing.
    """
    query = _newest(reader)
    if states is not None:
        query = query.where(Article.state.in_(states))
    query = query.where(*described(tag=tag, language=language))
    if before is not None:
        query = query.where(Article.id < before)
    rows = session.execute(query.order_by(Article.id.desc()).limit(limit))
    return [_summary(article, shown) for article, shown in rows]


def described(*, tag: str = "", language: str = "") -> list[ColumnElement[bool]]:
    """The WHERE clauses for articles of a tag and of a language; empty restricts nothing."""
    clauses = []
    if tag:
        # The column holds a JSON list as text, on both databases.
        written = cast(Article.tags, Text)
        clauses.append(written.contains(json.dumps(tag), autoescape=True))
    if language:
        clauses.append(Article.language == language)
    return clauses


def waiting(
    session: Session, reader: Reader, *, after: int | None = None, limit: int
) -> list[ArticleSummary]:
    """What waits for a review: drafts, and changes to published articles.

    By rising id, which is the order in which the articles were begun, above id `after`.
    """
    query = _newest(reader).where(
        (Article.state == ArticleState.DRAFT)
        | (
            (Article.state == ArticleState.PUBLISHED)
            & (Article.version > Article.published_version)
        )
    )
    if after is not None:
        query = query.where(Article.id > after)
    rows = session.execute(query.order_by(Article.id).limit(limit))
    return [_summary(article, shown) for article, shown in rows]


def reopened(session: Session, reader: Reader, ticket_ids: Collection[int | None]) -> set[int]:
    """Those of the tickets that are open again: what was drafted from them may not hold.

    Only tickets that `reader` may see are among them.
    """
    return set(
        session.scalars(
            select(Ticket.id).where(
                Ticket.id.in_([id_ for id_ in ticket_ids if id_ is not None]),
                Ticket.state.not_in(SOLVED),
                visible_tickets(reader),
            )
        )
    )


def tags(session: Session, reader: Reader, *, limit: int) -> list[tuple[str, int]]:
    """The tags of published articles that `reader` may see with how many have them, by number."""
    found = session.scalars(
        select(Article.tags).where(
            visible_articles(reader), Article.state == ArticleState.PUBLISHED
        )
    )
    counts = Counter(tag for tags in found for tag in set(tags))
    return sorted(counts.items(), key=lambda item: (-item[1], item[0]))[:limit]


def versions(session: Session, reader: Reader, article_id: int) -> list[VersionView]:
    """The history of an article as far as `reader` may see it, newest first.

    Raises:
        ArticleNotFound: it is absent or invisible; the two are not told apart.
    """
    query = _readable(reader).where(Article.id == article_id)
    rows = session.execute(query.order_by(ArticleVersion.number.desc())).all()
    if not rows:
        raise ArticleNotFound(article_id)
    return [
        VersionView(
            number=shown.number,
            title=shown.title,
            author_id=shown.author_id,
            at=shown.at,
            audience_id=shown.audience_id,
            published=shown.number == article.published_version,
        )
        for article, shown in rows
    ]


def compare(
    session: Session, reader: Reader, article_id: int, before: int, after: int
) -> Comparison:
    """What changed from version `before` to version `after`; the reader must see both.

    Raises:
        ArticleNotFound: the article or a version is absent or invisible.
    """
    old = version(session, reader, article_id, before)
    new = version(session, reader, article_id, after)
    lines = differences.between(old.markdown, new.markdown)
    return Comparison(before, after, (old.title, new.title), tuple(lines))


def outcomes(
    session: Session,
    reader: Reader,
    *,
    ticket_id: int | None = None,
    decisions: Collection[Decision] | None = None,
    limit: int,
) -> list[OutcomeView]:
    """What became of promised drafts of tickets that `reader` may see, newest first.

    What is about an article that `reader` may not see is left out: it would tell of it.
    """
    if not edits(reader):
        return []
    readable = _readable(reader).with_only_columns(Article.id)
    query = (
        select(DraftOutcome, Ticket)
        .join(Ticket, Ticket.id == DraftOutcome.ticket_id)
        .where(
            visible_tickets(reader),
            or_(DraftOutcome.article_id.is_(None), DraftOutcome.article_id.in_(readable)),
        )
        .options(selectinload(Ticket.messages))
        .order_by(DraftOutcome.at.desc(), DraftOutcome.ticket_id.desc())
        .limit(limit)
    )
    if ticket_id is not None:
        query = query.where(DraftOutcome.ticket_id == ticket_id)
    if decisions is not None:
        query = query.where(DraftOutcome.decision.in_(decisions))
    rows = session.execute(query).all()
    wanted = {int(each[0]) for row, _ in rows for each in row.candidates}
    wanted |= {row.article_id for row, _ in rows if row.article_id is not None}
    named = {
        article.id: Named(article.id, article.number, shown.title)
        for article, shown in session.execute(_newest(reader).where(Article.id.in_(wanted)))
    }
    return [_outcome(row, faces.of(reader, ticket).title, named) for row, ticket in rows]


def _outcome(row: DraftOutcome, title: str, named: Mapping[int, Named]) -> OutcomeView:
    return OutcomeView(
        ticket_id=row.ticket_id,
        title=title,
        decision=row.decision,
        reason=row.reason,
        missing=tuple(row.missing),
        article=None if row.article_id is None else named.get(row.article_id),
        candidates=tuple(
            ComparedView(named[int(id_)], issue, steps)
            for id_, issue, steps in row.candidates
            if int(id_) in named
        ),
        person_id=row.person_id,
        at=row.at,
    )


def _merged_into(session: Session, reader: Reader, number: str) -> int | None:
    """Where a merged article leads, over several mergers; None: not merged, or not for `reader`."""
    step = select(Article.merged_into_id).where(Article.audience_id.in_(reader.audience_ids))
    target = session.scalar(step.where(Article.number == number))
    seen: set[int] = set()
    while target is not None and target not in seen:
        seen.add(target)
        following = session.scalar(step.where(Article.id == target))
        if following is None:
            return target
        target = following
    return None


def _readable(reader: Reader) -> Select[Article, ArticleVersion]:
    return (
        select(Article, ArticleVersion)
        .join(ArticleVersion, ArticleVersion.article_id == Article.id)
        .where(visible_articles(reader), visible_versions(reader))
    )


def _newest(reader: Reader) -> Select[Article, ArticleVersion]:
    """Each readable article once, in its newest readable version."""
    newest = (
        select(func.max(ArticleVersion.number))
        .where(ArticleVersion.article_id == Article.id, visible_versions(reader))
        .correlate(Article)
        .scalar_subquery()
    )
    return _readable(reader).where(ArticleVersion.number == newest)


def _view(
    session: Session,
    reader: Reader,
    query: Select[Article, ArticleVersion],
    name: int | str,
) -> ArticleView:
    row: Row[Article, ArticleVersion] | None = session.execute(query).first()
    if row is None:
        raise ArticleNotFound(name)
    article, shown = row
    return ArticleView(
        **_fields(article, shown),
        markdown=shown.markdown,
        files=attachments.shown_by(session, article.id, shown.number, shown.markdown),
        statements=_statements(session, reader, shown) if edits(reader) else (),
    )


def _summary(article: Article, shown: ArticleVersion) -> ArticleSummary:
    return ArticleSummary(**_fields(article, shown))


class _Fields(TypedDict):
    id: int
    number: str
    title: str
    state: ArticleState
    audience_id: int
    language: str | None
    product: str | None
    tags: tuple[str, ...]
    version: int
    published_version: int | None
    source: str
    ticket_id: int | None
    created_at: datetime
    updated_at: datetime


def _fields(article: Article, shown: ArticleVersion) -> _Fields:
    return _Fields(
        id=article.id,
        number=article.number,
        title=shown.title,
        state=article.state,
        audience_id=shown.audience_id,
        language=article.language,
        product=article.product,
        tags=tuple(article.tags),
        version=shown.number,
        published_version=article.published_version,
        source=article.source,
        ticket_id=article.ticket_id,
        created_at=article.created_at,
        updated_at=shown.at,
    )


def _statements(
    session: Session, reader: Reader, shown: ArticleVersion
) -> tuple[StatementView, ...]:
    rows = session.scalars(
        select(StatementRow)
        .where(StatementRow.version_id == shown.id)
        .order_by(StatementRow.position)
        .options(selectinload(StatementRow.evidence))
    ).all()
    quotes = _quotes(session, reader, [item for row in rows for item in row.evidence])
    return tuple(
        StatementView(
            section=row.section,
            kind=row.kind,
            text=row.text,
            supported=bool(row.evidence),
            evidence=tuple(quotes[item.id] for item in row.evidence if item.id in quotes),
        )
        for row in rows
    )


def replacements(session: Session, reader: Reader, article_id: int) -> list[ReplacementView]:
    """What was replaced in the newest version that `reader` may see, in the order of the text.

    One entry for each placeholder; for those who do not work on articles none.

    Raises:
        ArticleNotFound: it is absent or invisible; the two are not told apart.
    """
    row = session.execute(_newest(reader).where(Article.id == article_id)).first()
    if row is None:
        raise ArticleNotFound(article_id)
    if not edits(reader):
        return []
    shown = row[1]
    rows = session.scalars(
        select(ReplacementRow)
        .where(ReplacementRow.version_id == shown.id)
        .order_by(ReplacementRow.id)
    ).all()
    quotes = _quotes(session, reader, rows)
    text = f"{shown.title}\n{shown.markdown}".replace("\\", "")
    found: dict[str, ReplacementView] = {}
    for each in rows:
        quote = quotes.get(each.id)
        if each.placeholder in found or each.placeholder not in text:
            continue
        original = None if quote is None else quote.quote
        found[each.placeholder] = ReplacementView(each.placeholder, each.kind, original)
    return sorted(found.values(), key=lambda each: text.index(each.placeholder))


def _quotes(
    session: Session, reader: Reader, evidence: Sequence[EvidenceRow] | Sequence[ReplacementRow]
) -> dict[int, EvidenceView]:
    """The evidence that `reader` may see, by its id, with the words it points to."""
    tickets = {
        ticket.id: ticket
        for ticket in session.scalars(
            select(Ticket)
            .where(Ticket.id.in_({row.ticket_id for row in evidence}), visible_tickets(reader))
            .options(selectinload(Ticket.messages))
        )
    }
    found: dict[int, EvidenceView] = {}
    for row in evidence:
        ticket = tickets.get(row.ticket_id)
        if ticket is None:
            continue
        text = faces.quote(
            reader, ticket, row.start, row.end, field=row.part, message=row.message_id
        )
        if text is not None:
            found[row.id] = EvidenceView(
                row.ticket_id,
                row.part,
                row.message_id,
                row.start,
                row.end,
                text,
            )
    return found
