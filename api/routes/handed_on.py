"""Tickets that were handed on to another system, and what came back."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter
from pydantic import Field, StringConstraints

from api.deps import NowDep, ReaderDep, SessionDep, WriteSessionDep, WritingReaderDep
from api.fields import NUL_FREE, Body, Id, Row, example
from api.problems import documented
from api.routes import PREFIX
from kb.models import TicketState
from kb.sources import handing_on

router = APIRouter(prefix=f"{PREFIX}/tickets/{{ticket_id}}/handed-on", tags=["tickets"])

PACKET = {
    "source": "developers",
    "scope": "VPN",
    "title": "Tunnel drops every hour with firmware 7.1",
    "text": "Seen at two sites since Monday. The log of the gateway is below.",
}
HANDED_ON = {
    **PACKET,
    "id": 4,
    "at": "2026-01-07T08:00:00Z",
    "external_id": "VPN-31",
    "link": "https://jira.example/browse/VPN-31",
    "state": "resolved",
    "answer": "Fixed in 7.2.",
    "answered_at": "2026-01-08T08:00:00Z",
}


class HandedOnOut(Row):
    """A case that was handed on, and how it stands there."""

    model_config = example(HANDED_ON)

    id: int
    source: str
    scope: str
    title: str
    text: str = Field(description="all that went out, in Markdown")
    at: datetime
    external_id: str | None = Field(description="null: it is on its way")
    link: str | None
    state: TicketState | None = Field(description="null: not read back yet, or gone there")
    answer: str | None = Field(description="what solved it there")
    answered_at: datetime | None


class PacketIn(Body):
    """What goes out, and where to."""

    model_config = example(PACKET)

    source: Annotated[str, StringConstraints(min_length=1, max_length=100), NUL_FREE]
    scope: Annotated[str, StringConstraints(min_length=1, max_length=400), NUL_FREE] = Field(
        description="the project or queue there"
    )
    title: Annotated[
        str, StringConstraints(strip_whitespace=True, min_length=1, max_length=250), NUL_FREE
    ]
    text: Annotated[
        str, StringConstraints(strip_whitespace=True, min_length=1, max_length=100_000), NUL_FREE
    ] = Field(description="all that goes out, in Markdown; nothing is added to it")


@router.get("", responses=documented(404), summary="List where a ticket was handed on to")
def listed(session: SessionDep, reader: ReaderDep, ticket_id: Id) -> list[HandedOnOut]:
    """The cases opened in other systems for a ticket, oldest first, for our own people."""
    return [
        HandedOnOut.model_validate(one) for one in handing_on.of_ticket(session, reader, ticket_id)
    ]


@router.post(
    "",
    status_code=202,
    responses=documented(403, 404, 409),
    summary="Hand a ticket on to another system",
)
def hand_on(
    session: WriteSessionDep, reader: WritingReaderDep, at: NowDep, ticket_id: Id, packet: PacketIn
) -> HandedOnOut:
    """Open a case for it there; soon after, the list has its number and link.

    It is followed there, and what solved it comes back as an internal message of the ticket.
    """
    made = handing_on.hand_on(
        session,
        reader,
        ticket_id,
        packet.source,
        scope=packet.scope,
        title=packet.title,
        text=packet.text,
        at=at,
    )
    return HandedOnOut.model_validate(made)
