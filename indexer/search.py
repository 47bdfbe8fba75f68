"""Hybrid search: meaning and words, merged; never a document the reader may not see."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, bindparam, distinct, func, select
from sqlalchemy import case as sql_case
from sqlalchemy.orm import InstrumentedAttribute, Session

from indexer import adapted, confidence, language, snippets
from indexer.confidence import Asked, Confidence, Sign
from indexer.finder import Finder
from indexer.models import PassageRow
from indexer.narrowing import Narrowing
from indexer.near_identical import Said, alike
from indexer.priors import prior
from indexer.ranking import Ranked, Ranking, rank
from kb import faces
from kb.models import Document, DocumentKind, Ticket
from kb.visibility import Reader, shown_documents, visible_documents

SNIPPET = 280
"""Characters of a passage that a hit shows."""

RESOLUTION = 600
"""Characters of a resolution that a hit shows."""

NEAR = 0.5
"""Cosine from which on a passage is said to mean the same; related texts begin near 0.3."""

FACET_VALUES = 50
"""Values of a field that are offered at most."""

CLOSE = 0.03
"""By how much the meaning of near-identical tickets may differ in score."""

SHARING = 0.08
"""Lexical score from which on texts are said to share words; below it is chance."""


@dataclass(frozen=True, slots=True)
class Filters:
    """What hits are restricted to; an empty set restricts nothing."""

    kinds: frozenset[DocumentKind] = frozenset()
    sources: frozenset[str] = frozenset()
    queues: frozenset[str] = frozenset()
    categories: frozenset[str] = frozenset()
    items: frozenset[str] = frozenset()
    languages: frozenset[str] = frozenset()
    since: datetime | None = None
    until: datetime | None = None
    solved: bool | None = None

    def clauses(self) -> list[ColumnElement[bool]]:
        """The WHERE clauses for documents."""
        columns = [
            (Document.kind, self.kinds),
            (Document.source, self.sources),
            (Document.queue, self.queues),
            (Document.category, self.categories),
            (Document.item, self.items),
            (Document.language, self.languages),
        ]
        wanted: list[ColumnElement[bool]] = [
            column.in_(values) for column, values in columns if values
        ]
        if self.since is not None:
            wanted.append(Document.happened_at >= self.since)
        if self.until is not None:
            wanted.append(Document.happened_at < self.until)
        if self.solved is not None:
            wanted.append(Document.solved == self.solved)
        return wanted


EVERYTHING = Filters()


@dataclass(frozen=True, slots=True)
class Why:
    """A reason for a hit: a stable code, and its detail, such as the identifier they share."""

    code: str
    detail: str


@dataclass(frozen=True, slots=True)
class Mark:
    """Characters `start` to `end` of a snippet that match the query."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Hit:
    """A ticket or article found, the passage that matched, and why."""

    document_id: int
    kind: DocumentKind
    origin_id: int
    number: str
    title: str
    link: str | None
    source: str
    language: str
    solved: bool
    happened_at: datetime
    snippet: str
    marks: tuple[Mark, ...]
    part: str
    heading: str
    resolution: str
    score: float
    confidence: Confidence
    alike: int
    """Further tickets that say the same and that the reader may see."""
    why: tuple[Why, ...]


@dataclass(frozen=True, slots=True)
class Facet:
    """A value that can be filtered by, and how many visible tickets and articles have it."""

    name: str
    value: str
    count: int


@dataclass(frozen=True, slots=True)
class Answer:
    """What was found, best first, and how far to trust it.

    `language` is that of the query, und if it is not clear.
    """

    hits: tuple[Hit, ...]
    language: str
    confidence: Confidence


@dataclass(frozen=True, slots=True)
class _Request:
    """A query as hits need it."""

    text: str
    language: str
    leave_out: frozenset[tuple[DocumentKind, int]]
    collapse: bool


@dataclass(frozen=True, slots=True)
class _Seen:
    """A candidate that the reader may see, as loaded."""

    document: Document
    passage: PassageRow
    ranked: Ranked
    said: Said
    named: bool
    """Whether it holds an identifier of the question."""
    score: float = 0.0
    alike: int = 0

    @property
    def lags(self) -> bool:
        """Whether the passage may hold what was taken out of its document."""
        return _lags(self.document)


def search(
    session: Session,
    finder: Finder,
    reader: Reader,
    query: str,
    *,
    limit: int = 10,
    filters: Filters = EVERYTHING,
    leave_out: Collection[tuple[DocumentKind, int]] = (),
    collapse: bool = False,
) -> Answer:
    """The tickets and articles that answer `query` best and that `reader` may see, best first.

    Args:
        session: where hits are loaded from, and visibility is asked again.
        finder: the index of this process.
        reader: who asks.
        query: one word or a whole ticket; empty gives no hits.
        limit: how many hits at most.
        filters: what hits are restricted to.
        leave_out: (kind, origin id) of what is not to be found, such as the ticket asked for.
        collapse: whether near-identical tickets become one hit with a count.
    """
    finder.keep_up()
    query = query.strip()
    spoken = language.detect(query)
    if not query or not reader.audience_ids:
        return Answer((), spoken, confidence.judge(Asked(spoken, 0), [], finder.fit).answer)
    request = _Request(query, spoken, frozenset(leave_out), collapse)
    adapter = adapted.of_reader(session, finder.adapter, reader)
    only = _narrowing(session, reader, filters)
    ranking = rank(finder, query, audiences=reader.audience_ids, only=only, adapter=adapter)
    # An answer is judged by its first hits, however few are asked for.
    seen = _visible(session, reader, request, ranking, max(limit, confidence.LOOKED_AT))
    judged = confidence.judge(
        Asked(spoken, len(query.split())), [_sign(one) for one in seen], finder.fit
    )
    hits = zip(seen[:limit], judged.hits, strict=False)
    return Answer(tuple(_hit(one, request, how) for one, how in hits), spoken, judged.answer)


def similar(
    session: Session,
    finder: Finder,
    reader: Reader,
    ticket: Ticket,
    *,
    limit: int = 10,
    collapse: bool = False,
) -> Answer:
    """What resembles a ticket that `reader` may see, by what they read of it, without itself."""
    face = faces.of(reader, ticket)  # the ranking must not tell what the reader does not read
    query = "\n".join(filter(None, [face.title, face.description, face.environment]))
    itself = [(DocumentKind.TICKET, ticket.id), (DocumentKind.INTERNAL, ticket.id)]
    return search(session, finder, reader, query, limit=limit, leave_out=itself, collapse=collapse)


def facets(session: Session, reader: Reader) -> tuple[Facet, ...]:
    """What can be filtered by, and how many visible tickets and articles there are of each.

    The most frequent values first, at most FACET_VALUES of a field.
    """
    columns = {
        "source": Document.source,
        "queue": Document.queue,
        "category": Document.category,
        "item": Document.item,
        "language": Document.language,
    }
    return tuple(
        Facet(name, value, count)
        for name, column in columns.items()
        for value, count in _counted(session, reader, column)
    )


def _counted(
    session: Session,
    reader: Reader,
    column: InstrumentedAttribute[Any],  # Any: a text, nullable or not
) -> Iterator[tuple[str, int]]:
    # A ticket as it is and cleaned are two documents and one case.
    case = 2 * Document.origin_id + sql_case((Document.kind == DocumentKind.ARTICLE, 1), else_=0)
    count = func.count(distinct(case))
    rows = session.execute(
        select(column, count)
        .where(visible_documents(reader), column.is_not(None), column != "")
        .group_by(column)
        .order_by(count.desc(), column)
        .limit(FACET_VALUES)
    )
    return ((value, number) for value, number in rows)


def _narrowing(session: Session, reader: Reader, filters: Filters) -> Narrowing | None:
    clauses = filters.clauses()
    return Narrowing(session, [visible_documents(reader), *clauses]) if clauses else None


def _visible(
    session: Session, reader: Reader, request: _Request, ranking: Ranking, limit: int
) -> list[_Seen]:
    """The first candidates, in portions: some may be hidden since they were indexed."""
    seen: dict[tuple[bool, int], _Seen] = {}
    joined: set[tuple[bool, int]] = set()
    for start in range(0, len(ranking.hybrid), 2 * limit):
        portion = ranking.hybrid[start : start + 2 * limit]
        for case, one in _loaded(session, reader, request, portion):
            if case in seen or case in joined:
                continue
            if request.collapse and _joins(seen, one):
                joined.add(case)
            else:
                seen[case] = one
        if len(seen) >= limit:
            break
    return _with_priors(list(seen.values()))[:limit]


def _loaded(
    session: Session, reader: Reader, request: _Request, portion: Sequence[Ranked]
) -> Iterator[tuple[tuple[bool, int], _Seen]]:
    rows = _documents(session, reader, portion)
    for item in portion:
        row = rows.get(item.passage_id)
        if row is None or (row.Document.kind, row.Document.origin_id) in request.leave_out:
            continue
        document, passage = row.Document, row.PassageRow
        parts = [document.title, passage.heading, passage.text]
        text = "\n".join([document.title, document.body] if _lags(document) else parts)
        named = bool(snippets.shared_identifiers(text, request.text))
        # A ticket as it is and cleaned are two documents, but one case to the reader.
        case = document.kind is DocumentKind.ARTICLE, document.origin_id
        said = Said(f"{document.title}\n{document.body}")
        yield case, _Seen(document, passage, item, said, named)


def _joins(seen: dict[tuple[bool, int], _Seen], one: _Seen) -> bool:
    """Count a ticket with the first hit that says the same; whether there is one."""
    if one.document.kind is DocumentKind.ARTICLE:
        return False
    for case, other in seen.items():
        both = other.document.kind is not DocumentKind.ARTICLE
        # Who says the same scores nearly the same: only those are compared word by word.
        near = abs(other.ranked.dense - one.ranked.dense) < CLOSE
        if both and near and alike(other.said, one.said):
            seen[case] = replace(other, alike=other.alike + 1)
            return True
    return False


def _with_priors(seen: list[_Seen]) -> list[_Seen]:
    """Nearly equal hits in the order of what is solved and recent."""
    newest = max((one.document.happened_at for one in seen), default=None)
    if newest is None:
        return []
    scored = [
        replace(
            one,
            score=one.ranked.score
            + prior(
                solved=one.document.solved,
                happened_at=one.document.happened_at,
                newest=newest,
                named=one.named,
            ),
        )
        for one in seen
    ]
    return sorted(scored, key=lambda one: (-one.score, one.document.id))


def _lags(document: Document) -> bool:
    """A passage that lags may hold what was taken out, say a message that has become internal.

    Until it is cut again, the document itself is quoted.
    """
    return document.indexed_revision < document.revision


def _documents(
    session: Session, reader: Reader, portion: Sequence[Ranked]
) -> dict[int, Row[Document, PassageRow]]:
    # Ask for visibility again: the index may lag behind the documents, the answer may not.
    rows = session.execute(
        _shown_passages(reader), {"passages": [item.passage_id for item in portion]}
    )
    return {row.PassageRow.id: row for row in rows}


@lru_cache(maxsize=256)
def _shown_passages(reader: Reader) -> Select[Document, PassageRow]:
    """The statement for `passages` and their documents; making it takes as long as asking it."""
    return (
        select(Document, PassageRow)
        .join(PassageRow, PassageRow.document_id == Document.id)
        .where(
            PassageRow.id.in_(bindparam("passages", expanding=True)),
            ~PassageRow.removed,
            shown_documents(reader),
        )
    )


def _sign(seen: _Seen) -> Sign:
    return Sign(seen.ranked.dense, seen.ranked.words, seen.ranked.language, seen.named)


def _hit(seen: _Seen, request: _Request, how: Confidence) -> Hit:
    document, passage = seen.document, seen.passage
    text = document.body if seen.lags else passage.text
    quoted = snippets.best(text or document.title, request.text, width=SNIPPET)
    return Hit(
        document_id=document.id,
        kind=document.kind,
        origin_id=document.origin_id,
        number=document.number,
        title=document.title,
        link=document.link,
        source=document.source,
        language=passage.language,
        solved=document.solved,
        happened_at=document.happened_at,
        snippet=quoted.text,
        marks=tuple(Mark(start, end) for start, end in quoted.marks),
        part=passage.part,
        heading="" if seen.lags else passage.heading,
        resolution=snippets.shortened(document.resolution, RESOLUTION),
        score=min(seen.score, 1.0),
        confidence=how,
        alike=seen.alike,
        why=tuple(_reasons(seen, request)),
    )


def _reasons(seen: _Seen, request: _Request) -> Iterator[Why]:
    """Why this is a hit, the most telling reason first."""
    document, passage, item = seen.document, seen.passage, seen.ranked
    text = seen.said.text if seen.lags else f"{document.title}\n{passage.heading}\n{passage.text}"
    for shared in snippets.shared_identifiers(text, request.text) if seen.named else []:
        yield Why("same_identifier", shared)
    if document.item and document.item.casefold() in request.text.casefold():
        yield Why("same_item", document.item)
    if item.dense >= NEAR:
        yield Why("same_meaning", passage.part)
    if item.lexical >= SHARING:
        yield Why("same_words", passage.part)
    if "und" not in (request.language, passage.language) and request.language != passage.language:
        yield Why("other_language", passage.language)
    if document.solved and document.resolution:
        yield Why("solved", "")
