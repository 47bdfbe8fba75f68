"""What is new in the library since somebody last looked; it stays new until they say so."""

from typing import Annotated

from fastapi import APIRouter, Form, Request, Response
from fastapi.responses import RedirectResponse

from api.deps import SessionDep, WriteSessionDep
from api.fields import LARGEST_ID
from api.pages.session import SenderDep, VisitorDep
from api.pages.templating import page
from articles import news

router = APIRouter(prefix="/news", include_in_schema=False)

ROWS = 50


@router.get("")
def shown(request: Request, session: SessionDep, visitor: VisitorDep) -> Response:
    """The articles that were published or changed since the visitor last looked, newest first."""
    found = news.unseen(session, visitor.reader, limit=ROWS)
    return page(request, "news.html", visitor, news=found, most=ROWS)


@router.post("/seen")
def see(
    session: WriteSessionDep,
    sender: SenderDep,
    until: Annotated[int, Form(ge=1, le=LARGEST_ID)],
) -> Response:
    """Let what the page showed be no news any more; what came later still is."""
    news.see(session, sender.reader, until)
    return RedirectResponse("/news", 303)
