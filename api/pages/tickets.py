"""The page of a ticket, and closing it there."""

from enum import StrEnum
from typing import Annotated

from fastapi import APIRouter, Form, Query, Request, Response
from fastapi.responses import RedirectResponse
from pydantic import BaseModel
from sqlalchemy import ColumnElement

from api.cursors import PositionDep, part
from api.deps import NowDep, ServicesDep, SessionDep, WriteSessionDep
from api.fields import LARGEST_ID, NUL_FREE, Id
from api.pages.desk import shown as counted
from api.pages.session import SenderDep, VisitorDep
from api.pages.templating import page
from api.routes.tickets import WORKS_ON_TICKETS, Answer, Answers, Resolution
from articles import closing, deciding, links
from articles.decision import Verdict
from articles.ports import Missing
from indexer import language
from indexer.search import similar
from kb import escalations, faces, tickets
from kb.models import SOLVED, Ticket
from kb.sources import handing_on

router = APIRouter(include_in_schema=False)

SIMILAR = 5
ROWS = 50


class View(StrEnum):
    """Which tickets a list shows."""

    OPEN = "open"
    UNWRITTEN = "unwritten"
    ALL = "all"


@router.get("/tickets")
def listed(
    request: Request,
    session: SessionDep,
    visitor: VisitorDep,
    position: PositionDep,
    view: View = View.OPEN,
    queue: Annotated[str, Query(max_length=200), NUL_FREE] = "",
) -> Response:
    """What is open, what was solved and has no article yet, and everything."""
    conditions: list[ColumnElement[bool]] = []
    if view is View.OPEN:
        conditions.append(Ticket.state.not_in(SOLVED))
    elif view is View.UNWRITTEN:
        conditions.append(links.unwritten(visitor.reader))
    if queue:
        conditions.append(Ticket.queue == queue)
    found = tickets.listed(session, visitor.reader, *conditions, before=position, limit=ROWS + 1)
    rows = part(found, limit=ROWS, shown=lambda one: one.id, id_of=lambda one: one.id)
    return page(
        request,
        "tickets.html",
        visitor,
        tickets=[faces.of(visitor.reader, one) for one in found[:ROWS]],
        view=view.value,
        queue=queue,
        following=rows.next,
    )


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
    may_close = ticket.state not in SOLVED and bool(visitor.reader.roles & {*WORKS_ON_TICKETS})
    lacking = closing.lacking(visitor.reader, ticket, detect=language.detect)
    like_it = similar(
        session, services.finder, visitor.reader, ticket, limit=SIMILAR, collapse=True
    )
    return page(
        request,
        "ticket.html",
        visitor,
        ticket=faces.of(visitor.reader, ticket),
        hits=counted(session, visitor.reader, like_it.hits),
        linked=links.of_ticket(session, visitor.reader, ticket_id),
        may_close=may_close,
        asked=[each.value for each in lacking.missing if each is not Missing.STEP],
        may_escalate=ticket.state not in SOLVED and escalations.may_escalate(visitor.reader),
        handed_over=escalations.of_ticket(session, visitor.reader, ticket_id),
        handed_on=handing_on.of_ticket(session, visitor.reader, ticket_id),
        done=done,
    )


class ClosingForm(BaseModel):
    """What solved it, and answers to what the ticket did not say; see routes.tickets.Answers."""

    resolution: Resolution
    cause: Answer = ""
    exact: Answer = ""
    version: Answer = ""
    verification: Answer = ""

    def answers(self) -> Answers:
        """The answers as the route takes them."""
        return Answers(**self.model_dump(exclude={"resolution"}))


@router.post("/tickets/{ticket_id}/close")
def close(
    session: WriteSessionDep,
    sender: SenderDep,
    at: NowDep,
    ticket_id: Id,
    form: Annotated[ClosingForm, Form()],
) -> Response:
    """Close a ticket with its resolution, and with answers to what the ticket did not say."""
    sender.reader.must_have(*WORKS_ON_TICKETS)
    ticket = tickets.get(session, sender.reader, ticket_id)
    text = closing.note(form.resolution, form.answers().given(), ticket, detect=language.detect)
    text = text.replace("\r\n", "\n")
    promised = tickets.close(session, sender.reader, ticket, text, at=at)
    lacking = closing.lacking(sender.reader, ticket, text, detect=language.detect)
    done = ("draft" if lacking.basis else "thin") if promised else "closed"
    return RedirectResponse(f"/tickets/{ticket_id}?done={done}", 303)


@router.post("/tickets/{ticket_id}/decide")
def decide(
    session: WriteSessionDep,
    sender: SenderDep,
    at: NowDep,
    ticket_id: Id,
    verdict: Annotated[Verdict, Form()],
    article: Annotated[int | None, Form(ge=1, le=LARGEST_ID)] = None,
) -> Response:
    """Link an article, let a change or a new one be written, or nothing."""
    deciding.decide(session, sender.reader, ticket_id, verdict, article_id=article, at=at)
    return RedirectResponse("/drafts", 303)
