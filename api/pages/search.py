"""The search page."""

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from pydantic import BaseModel, Field

from api.deps import ServicesDep, SessionDep
from api.fields import NUL_FREE
from api.pages.session import VisitorDep
from api.pages.templating import page
from api.routes.search import DOCUMENTS, Kind
from indexer.search import Filters, search
from kb.models import DocumentKind

router = APIRouter(include_in_schema=False)

HITS = 10

Choice = Annotated[str, Field(max_length=200), NUL_FREE]


class SearchForm(BaseModel):
    """What stands in the address of a search, so that it can be passed on."""

    q: Annotated[str, Field(max_length=20_000), NUL_FREE] = ""
    kind: Choice = ""
    language: Choice = ""
    queue: Choice = ""
    solved: Choice = ""

    def filters(self) -> Filters:
        """The filters as the index knows them; a kind that does not exist restricts nothing."""
        known = self.kind in set(Kind)
        return Filters(
            kinds=DOCUMENTS[Kind(self.kind)] if known else frozenset[DocumentKind](),
            languages=_one(self.language),
            queues=_one(self.queue),
            solved=True if self.solved else None,
        )


@router.get("/")
def find(
    request: Request,
    session: SessionDep,
    services: ServicesDep,
    visitor: VisitorDep,
    form: Annotated[SearchForm, Query()],
) -> Response:
    """One box, its filters, and what was found."""
    answer = search(
        session, services.finder, visitor.reader, form.q, limit=HITS, filters=form.filters()
    )
    return page(request, "search.html", visitor, form=form, hits=answer.hits)


def _one(chosen: str) -> frozenset[str]:
    return frozenset({chosen.strip()}) if chosen.strip() else frozenset()
