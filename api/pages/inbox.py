"""What came back to those who escalated: what solved it, and whether it could have been found."""

from typing import Annotated

from fastapi import APIRouter, Form, Request, Response
from fastapi.responses import RedirectResponse

from api.deps import NowDep, SessionDep, WriteSessionDep
from api.fields import LARGEST_ID
from api.pages.session import SenderDep, VisitorDep
from api.pages.templating import page
from articles import returns
from kb import escalations

router = APIRouter(prefix="/inbox", include_in_schema=False)

ROWS = 100


@router.get("")
def shown(request: Request, session: SessionDep, visitor: VisitorDep) -> Response:
    """The escalated tickets that are solved, the latest first."""
    escalations.must_escalate(visitor.reader)
    found = returns.inbox(session, visitor.reader, limit=ROWS)
    return page(request, "inbox.html", visitor, returned=found)


@router.post("/read")
def read(
    session: WriteSessionDep,
    sender: SenderDep,
    at: NowDep,
    ticket: Annotated[int | None, Form(ge=1, le=LARGEST_ID)] = None,
) -> Response:
    """Let one of them, or all, be no news any more."""
    returns.mark_read(session, sender.reader, ticket_id=ticket, at=at)
    return RedirectResponse("/inbox", 303)
