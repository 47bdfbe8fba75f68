"""Hybrid search: meaning and words, merged; never a document the reader may not see."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import ColumnElement, Row, select
from sqlalchemy.orm import Session

from indexer import language, snippets
from indexer.finder import Finder
from indexer.fusion import UNKNOWN, Weights
from indexer.models import PassageRow
from indexer.ports import Found
from kb.models import Document, DocumentKind, Ticket
from kb.visibility import Reader, visible_documents

SNIPPET = 280
"""Characters of a passage that a hit shows."""

RESOLUTION = 600
"""Characters of a resolution that a hit shows."""

NEAR = 0.5
"""Cosine from which on a passage is said to mean the same; related texts begin near 0.3."""

SHARING = 0.08
"""Lexical score from which on texts are said to share words; below it is chance."""

MEANT = 2_000
"""Characters of a query that are embedded; models read less, and tokenising costs time."""


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
    why: tuple[Why, ...]


@dataclass(frozen=True, slots=True)
class Answer:
    """What was found, best first; `language` is that of the query, und if it is not clear."""

    hits: tuple[Hit, ...]
    language: str


@dataclass(frozen=True, slots=True)
class Ranked:
    """A document in the order of the fused score, with what each leg gave it (0: nothing)."""

    document_id: int
    passage_id: int
    score: float
    dense: float
    lexical: float


@dataclass(frozen=True, slots=True)
class Ranking:
    """The candidates of a query in three orders: fused, by meaning alone, by words alone."""

    hybrid: Sequence[Ranked]
    dense: Sequence[Found]
    lexical: Sequence[Found]


@dataclass(frozen=True, slots=True)
class _Request:
    """A query as the legs get it."""

    text: str
    language: str
    audiences: frozenset[int]
    within: frozenset[int] | None = field(default=None)


def search(
    session: Session,
    finder: Finder,
    reader: Reader,
    query: str,
    *,
    limit: int = 10,
    filters: Filters = EVERYTHING,
    leave_out: Collection[tuple[DocumentKind, int]] = (),
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
    """
    finder.keep_up()
    query = query.strip()
    spoken = language.detect(query)
    if not query or not reader.audience_ids:
        return Answer((), spoken)
    within = _within(session, reader, filters)
    request = _Request(query, spoken, reader.audience_ids, within)
    ranking = rank(finder, request.text, audiences=request.audiences, within=within)
    return Answer(_load(session, reader, request, ranking, limit, frozenset(leave_out)), spoken)


def similar(
    session: Session, finder: Finder, reader: Reader, ticket: Ticket, *, limit: int = 10
) -> Answer:
    """What resembles a ticket that `reader` may see; the ticket itself is left out."""
    query = "\n".join(filter(None, [ticket.title, ticket.description, ticket.environment]))
    itself = [(DocumentKind.TICKET, ticket.id), (DocumentKind.INTERNAL, ticket.id)]
    return search(session, finder, reader, query, limit=limit, leave_out=itself)


def rank(
    finder: Finder,
    query: str,
    *,
    audiences: Collection[int],
    within: Collection[int] | None = None,
) -> Ranking:
    """Rank documents by each leg and by both; a document counts by its best passage.

    What only one leg proposed is scored by the other too: a missing score is not a score of 0.
    """
    meaning, depth = finder.meaning, finder.depth
    vector = meaning.embedder.embed_query(query[:MEANT])
    dense = meaning.vectors.nearest(vector, audiences=audiences, limit=depth, within=within)
    lexical = finder.lexical.matching(query, audiences=audiences, limit=depth, within=within)
    near, shared = _best(dense), _best(lexical)
    if more := set(shared) - set(near):
        near |= _best(
            meaning.vectors.nearest(vector, audiences=audiences, limit=4 * len(more), within=more)
        )
    if more := set(near) - set(shared):
        shared |= _best(
            finder.lexical.matching(query, audiences=audiences, limit=4 * len(more), within=more)
        )
    candidates = [(near.get(id_), shared.get(id_)) for id_ in near.keys() | shared]
    languages = _languages(finder, candidates)
    spoken = language.detect(query)
    ranked = [_ranked(pair, spoken, languages, finder.weights) for pair in candidates]
    # A score of 0 means that nothing speaks for the document: it only filled the list.
    ranked = [item for item in ranked if item.score > 0]
    ranked.sort(key=lambda item: (-item.score, item.document_id))
    return Ranking(ranked, list(_best(dense).values()), list(_best(lexical).values()))


def _best(found: Iterable[Found]) -> dict[int, Found]:
    """The best passage of each document, best document first."""
    best: dict[int, Found] = {}
    for item in found:
        best.setdefault(item.document_id, item)
    return best


def _ranked(
    pair: tuple[Found | None, Found | None],
    spoken: str,
    languages: Mapping[int, str],
    weights: Weights,
) -> Ranked:
    near, shared = pair
    dense = near.score if near else 0.0
    # The passage that shares words is quoted if there is one: its match can be marked.
    quoted = shared or near
    if quoted is None:
        raise ValueError("a candidate was proposed by one leg at least")
    written = languages.get(quoted.passage_id, UNKNOWN)
    lexical = shared.score if shared else 0.0
    score = weights.fused(dense, lexical * weights.of_words(spoken, written))
    return Ranked(quoted.document_id, quoted.passage_id, score, dense, lexical)


def _languages(
    finder: Finder, candidates: Iterable[tuple[Found | None, Found | None]]
) -> dict[int, str]:
    """The language of each passage that a candidate would be quoted by."""
    quoted = [found for near, shared in candidates if (found := shared or near)]
    with finder.database.read() as session:
        rows = session.execute(
            select(PassageRow.id, PassageRow.language).where(
                PassageRow.id.in_([found.passage_id for found in quoted])
            )
        )
        return {row.id: row.language for row in rows}


def _within(session: Session, reader: Reader, filters: Filters) -> frozenset[int] | None:
    clauses = filters.clauses()
    if not clauses:
        return None
    return frozenset(
        session.scalars(select(Document.id).where(visible_documents(reader), *clauses))
    )


def _load(
    session: Session,
    reader: Reader,
    request: _Request,
    ranking: Ranking,
    limit: int,
    leave_out: frozenset[tuple[DocumentKind, int]],
) -> tuple[Hit, ...]:
    """Turn candidates into hits, in portions: some may be hidden since they were indexed."""
    hits: dict[tuple[bool, int], Hit] = {}
    for start in range(0, len(ranking.hybrid), 2 * limit):
        portion = ranking.hybrid[start : start + 2 * limit]
        rows = _documents(session, reader, portion)
        for item in portion:
            row = rows.get(item.passage_id)
            if row is None or (row.Document.kind, row.Document.origin_id) in leave_out:
                continue
            # The internal messages of a ticket are a document apart, but one case to the reader.
            is_article = row.Document.kind is DocumentKind.ARTICLE
            hits.setdefault((is_article, row.Document.origin_id), _hit(row, item, request))
            if len(hits) == limit:
                return tuple(hits.values())
    return tuple(hits.values())


def _documents(
    session: Session, reader: Reader, portion: Sequence[Ranked]
) -> dict[int, Row[Document, PassageRow]]:
    # Ask for visibility again: the index may lag behind the documents, the answer may not.
    rows = session.execute(
        select(Document, PassageRow)
        .join(PassageRow, PassageRow.document_id == Document.id)
        .where(
            PassageRow.id.in_([item.passage_id for item in portion]),
            ~PassageRow.removed,
            visible_documents(reader),
        )
    )
    return {row.PassageRow.id: row for row in rows}


def _hit(row: Row[Document, PassageRow], item: Ranked, request: _Request) -> Hit:
    document, passage = row.Document, row.PassageRow
    # A passage that lags behind its document may hold what was taken out of it, say a message
    # that has become internal: until it is cut again, the document itself is quoted.
    lags = document.indexed_revision < document.revision
    text = document.body if lags else passage.text
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
        heading="" if lags else passage.heading,
        resolution=snippets.shortened(document.resolution, RESOLUTION),
        score=item.score,
        why=tuple(_reasons(document, passage, item, request)),
    )


def _reasons(
    document: Document, passage: PassageRow, item: Ranked, request: _Request
) -> Iterator[Why]:
    """Why this is a hit, the most telling reason first."""
    text = "\n".join([document.title, passage.heading, passage.text])
    for shared in snippets.shared_identifiers(text, request.text):
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
