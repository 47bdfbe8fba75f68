"""Search over tickets and articles."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated

from fastapi import APIRouter, BackgroundTasks
from pydantic import Field, StringConstraints
from sqlalchemy.orm import Session

from api import searched
from api.deps import NowDep, ReaderDep, ServicesDep, SessionDep
from api.fields import NUL_FREE, Body, Id, Limit, Name, Row, When, example
from api.problems import documented
from api.routes import PREFIX
from api.wording import reason
from articles import links
from indexer import search
from indexer.confidence import Band, Confidence
from indexer.search import Answer, Filters, Hit, Why
from kb import tickets
from kb.errors import TooLarge
from kb.models import DocumentKind
from kb.visibility import Reader

router = APIRouter(prefix=PREFIX, tags=["search"])

LONGEST = 10_000_000
"""Characters that a query may have before the installation's own limit is asked."""

Query = Annotated[str, StringConstraints(max_length=LONGEST), NUL_FREE]
Names = Annotated[frozenset[Name], Field(max_length=100)]


class QueryTooLong(TooLarge):
    """The query is longer than this installation accepts."""


class Kind(StrEnum):
    """What can be found."""

    TICKET = "ticket"
    ARTICLE = "article"


DOCUMENTS = {
    Kind.TICKET: frozenset({DocumentKind.TICKET, DocumentKind.INTERNAL}),
    Kind.ARTICLE: frozenset({DocumentKind.ARTICLE}),
}

HIT = {
    "kind": "ticket",
    "id": 4711,
    "number": "20260105-17",
    "title": "VPN drops every hour",
    "link": "https://tickets.example/20260105-17",
    "source": "zammad",
    "language": "en",
    "solved": True,
    "happened_at": "2026-01-06T14:30:00Z",
    "snippet": "Since Monday the tunnel is gone after an hour.",
    "marks": [{"start": 17, "end": 23}],
    "heading": "",
    "resolution": "Installed firmware 7.2.1 on vpn-gw-02.",
    "score": 0.71,
    "confidence": {"band": "likely", "probability": 0.87},
    "alike": 3,
    "why": [{"code": "same_words", "detail": "problem", "text": "shares words with the problem"}],
}


class FiltersIn(Body):
    """What hits are restricted to; what is left out restricts nothing."""

    kinds: frozenset[Kind] = frozenset()
    sources: Names = frozenset()
    queues: Names = frozenset()
    categories: Names = frozenset()
    items: Names = Field(default=frozenset(), description="configuration items")
    languages: Names = Field(default=frozenset(), description="of the texts, e.g. de")
    since: When | None = Field(default=None, description="not older than this")
    until: When | None = Field(default=None, description="older than this")
    solved: bool | None = None

    def chosen(self) -> Filters:
        """The filters as the index knows them."""
        kinds = frozenset[DocumentKind]().union(*(DOCUMENTS[kind] for kind in self.kinds))
        return Filters(**{**dict(self), "kinds": kinds})


class Question(Body):
    """What is asked: a few words, an error message, or a whole ticket."""

    model_config = example(
        {"query": "Tunnel bricht stündlich ab", "limit": 5, "filters": {"solved": True}}
    )

    query: Query
    limit: int = Field(default=10, ge=1, le=100, description="how many hits at most")
    filters: FiltersIn = FiltersIn()
    collapse: bool = Field(
        default=True, description="whether near-identical tickets become one hit with a count"
    )


class MarkOut(Row):
    """Characters `start` to `end` of the snippet that match."""

    start: int
    end: int


class WhyOut(Row):
    """A reason for a hit: a stable code, its detail, and the two in words."""

    code: str
    detail: str
    text: str


class ConfidenceOut(Row):
    """How far to trust this; `nothing` says that nothing good was found."""

    band: Band
    probability: float | None = Field(
        description="of a hit: that it solves the case; of an answer: that one of the first three"
        " hits does; null: nothing was learned for this model"
    )

    @classmethod
    def of(cls, confidence: Confidence) -> "ConfidenceOut":
        """The public face of `confidence`: more than two digits would be pretence."""
        chance = confidence.probability
        return cls(band=confidence.band, probability=None if chance is None else round(chance, 2))


class HitOut(Row):
    """A ticket or article found, the passage that matched, and why."""

    model_config = example(HIT)

    kind: Kind
    id: int = Field(description="of the ticket or article")
    number: str = Field(description="what people call it")
    title: str
    link: str | None
    source: str
    language: str
    solved: bool
    happened_at: datetime
    snippet: str
    marks: list[MarkOut]
    heading: str = Field(description="headings above the snippet")
    resolution: str = Field(description="the beginning of what solved it")
    score: float
    confidence: ConfidenceOut
    alike: int = Field(description="further tickets that say the same")
    why: list[WhyOut]

    @classmethod
    def of(cls, hit: Hit, solved: int = 0) -> "HitOut":
        """The public face of `hit`; an article has solved so many other cases."""
        reasons = [*hit.why, Why("solved_before", str(solved))] if solved else hit.why
        return cls(
            kind=kind_of(hit),
            id=hit.origin_id,
            number=hit.number,
            title=hit.title,
            link=hit.link,
            source=hit.source,
            language=hit.language,
            solved=hit.solved,
            happened_at=hit.happened_at,
            snippet=hit.snippet,
            marks=[MarkOut.model_validate(mark) for mark in hit.marks],
            heading=hit.heading,
            resolution=hit.resolution,
            score=round(hit.score, 4),
            confidence=ConfidenceOut.of(hit.confidence),
            alike=hit.alike,
            why=[WhyOut(code=why.code, detail=why.detail, text=reason(why)) for why in reasons],
        )


class AnswerOut(Row):
    """What was found, best first, and how far to trust it."""

    model_config = example(
        {
            "hits": [HIT],
            "language": "de",
            "confidence": {"band": "likely", "probability": 0.91},
        }
    )

    hits: list[HitOut]
    language: str = Field(description="of the query; und: not clear")
    confidence: ConfidenceOut

    @classmethod
    def of(cls, answer: Answer, session: Session, reader: Reader) -> "AnswerOut":
        """The public face of `answer`, with how often its articles have solved a case."""
        articles = [hit.origin_id for hit in answer.hits if kind_of(hit) is Kind.ARTICLE]
        solved = links.reuse(session, reader, articles) if articles else {}
        return cls(
            hits=[
                HitOut.of(hit, solved.get(hit.origin_id, 0) if kind_of(hit) is Kind.ARTICLE else 0)
                for hit in answer.hits
            ],
            language=answer.language,
            confidence=ConfidenceOut.of(answer.confidence),
        )


def kind_of(hit: Hit) -> Kind:
    """What a hit is for its reader: internal messages belong to their ticket."""
    return Kind.ARTICLE if hit.kind is DocumentKind.ARTICLE else Kind.TICKET


@router.post("/search", responses=documented(), summary="Search")
def find(
    session: SessionDep,
    services: ServicesDep,
    reader: ReaderDep,
    question: Question,
    at: NowDep,
    background: BackgroundTasks,
) -> AnswerOut:
    """Find the tickets and articles that answer best; an empty query finds nothing."""
    most = services.settings.query_limit
    if len(question.query) > most:
        raise QueryTooLong(f"the query is over {most:,} characters")
    answer = search.search(
        session,
        services.finder,
        reader,
        question.query,
        limit=question.limit,
        filters=question.filters.chosen(),
        collapse=question.collapse,
    )
    if question.query.strip():
        searched.note(background, services, reader, answer, at=at)
    return AnswerOut.of(answer, session, reader)


class FacetOut(Row):
    """A value that can be filtered by, and how many tickets and articles have it."""

    model_config = example({"name": "queue", "value": "Network", "count": 42})

    name: str = Field(description="source, queue, category, item or language")
    value: str
    count: int = Field(description="of what you may see")


@router.get("/search/facets", responses=documented(), summary="List what can be filtered by")
def facets(session: SessionDep, reader: ReaderDep) -> list[FacetOut]:
    """The values of each filter with counts, over what you may see and nothing else."""
    return [FacetOut.model_validate(one) for one in search.facets(session, reader)]


@router.get("/tickets/{ticket_id}/similar", responses=documented(404), summary="Find similar cases")
def similar(
    session: SessionDep,
    services: ServicesDep,
    reader: ReaderDep,
    ticket_id: Id,
    limit: Limit = 10,
) -> AnswerOut:
    """The tickets and articles that resemble a ticket; the ticket itself is left out."""
    ticket = tickets.get(session, reader, ticket_id)
    answer = search.similar(session, services.finder, reader, ticket, limit=limit, collapse=True)
    return AnswerOut.of(answer, session, reader)
