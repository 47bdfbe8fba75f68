"""The page of a ticket, and closing it there."""

from typing import Annotated

from fastapi import APIRouter, Form, Query, Request, Response
from fastapi.responses import RedirectResponse

from api.deps import NowDep, ServicesDep, SessionDep, WriteSessionDep
from api.fields import Id
from api.pages.desk import shown as counted
from api.pages.session import SenderDep, VisitorDep
from api.pages.templating import page
from api.routes.tickets import WORKS_ON_TICKETS, Resolution
from articles import links
from indexer.search import similar
from kb import tickets
from kb.models import SOLVED

router = APIRouter(include_in_schema=False)

SIMILAR = 5


@router.get("/tickets/{ticket_id}")
def shown(
    request: Request,
    session: SessionDep,
    services: ServicesDep,
    visitor: VisitorDep,
    ticket_id: Id,
    done: Annotated[str, Query(max_length=20)] = "",
) -> Response:
    """A ticket, cases like it, and the form to close it."""
    ticket = tickets.get(session, visitor.reader, ticket_id)
    like_it = similar(session, services.finder, visitor.reader, ticket, limit=SIMILAR)
    return page(
        request,
        "ticket.html",
        visitor,
        ticket=ticket,
        messages=tickets.readable_messages(visitor.reader, ticket),
        hits=counted(session, visitor.reader, like_it.hits),
        linked=links.of_ticket(session, visitor.reader, ticket_id),
        may_close=ticket.state not in SOLVED and bool(visitor.reader.roles & {*WORKS_ON_TICKETS}),
        done=done,
    )


@router.post("/tickets/{ticket_id}/close")
def close(
    session: WriteSessionDep,
    sender: SenderDep,
    at: NowDep,
    ticket_id: Id,
    resolution: Annotated[Resolution, Form()],
) -> Response:
    """Close a ticket with its resolution."""
    sender.reader.must_have(*WORKS_ON_TICKETS)
    ticket = tickets.get(session, sender.reader, ticket_id)
    text = resolution.replace("\r\n", "\n")
    promised = tickets.close(session, sender.reader, ticket, text, at=at)
    done = "draft" if promised else "closed"
    return RedirectResponse(f"/tickets/{ticket_id}?done={done}", 303)
