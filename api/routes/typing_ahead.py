"""Suggestions while somebody types."""

from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import Field

from api.deps import ReaderDep, ServicesDep, SessionDep
from api.fields import NUL_FREE, Limit, Row, example
from api.problems import documented
from api.routes import PREFIX
from api.routes.search import Kind
from indexer import typing_ahead
from indexer.typing_ahead import Suggestion
from kb.models import DocumentKind

router = APIRouter(prefix=PREFIX, tags=["search"])

Typed = Annotated[str, Query(max_length=2_000, description="What stands there so far."), NUL_FREE]

SHOWN = {
    "kind": "ticket",
    "id": 4711,
    "number": "20260105-17",
    "title": "VPN drops every hour",
    "solved": True,
}


class SuggestionOut(Row):
    """A ticket or article whose words match so far."""

    model_config = example(SHOWN)

    kind: Kind
    id: int = Field(description="of the ticket or article")
    number: str = Field(description="what people call it")
    title: str
    solved: bool

    @classmethod
    def of(cls, one: Suggestion) -> "SuggestionOut":
        """The public face of `one`."""
        kind = Kind.ARTICLE if one.kind is DocumentKind.ARTICLE else Kind.TICKET
        return cls(
            kind=kind, id=one.origin_id, number=one.number, title=one.title, solved=one.solved
        )


class SuggestionsOut(Row):
    """What matches so far, best first."""

    model_config = example({"suggestions": [SHOWN]})

    suggestions: list[SuggestionOut]


@router.get("/search/typing", responses=documented(), summary="Suggest while typing")
def suggest(
    session: SessionDep, services: ServicesDep, reader: ReaderDep, q: Typed, limit: Limit = 8
) -> SuggestionsOut:
    """What shares words with `q`; its last word may be unfinished, others may be misspelt.

    Words alone are looked up, so that an answer takes milliseconds; search finds more.
    """
    found = typing_ahead.suggestions(session, services.finder, reader, q, limit=limit)
    return SuggestionsOut(suggestions=[SuggestionOut.of(one) for one in found])
