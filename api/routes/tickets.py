"""Tickets."""

import secrets
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Query, Response
from pydantic import Field, StringConstraints
from sqlalchemy.orm import Session

from api import audiences
from api.cursors import Part, PositionDep, part
from api.deps import NowDep, ReaderDep, SessionDep, WriteSessionDep, WritingReaderDep
from api.fields import NUL_FREE, Body, Id, Limit, Name, Prose, Row, When, Words, example
from api.once import Asked, KeyHeader, once
from api.problems import documented
from api.routes import PREFIX
from articles import closing as articles_closing
from articles.ports import REASONS, Missing
from articles.thinness import Assessment
from indexer import language
from kb import faces, people, tickets
from kb.errors import InvalidInput
from kb.models import AuthorRole, Role, Ticket, TicketState
from kb.tickets import MessageRecord, TicketRecord
from kb.visibility import Reader

router = APIRouter(prefix=f"{PREFIX}/tickets", tags=["tickets"])

OWN_SOURCE = "kb"
"""The source of tickets that are made here, not told by a ticket system."""

WORKS_ON_TICKETS = (Role.FIRST_LEVEL, Role.SECOND_LEVEL, Role.ADMINISTRATOR)

Language = Annotated[str, Field(pattern=r"^[a-z]{2}$", examples=["de"])]
Resolution = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=20_000),
    NUL_FREE,
]
Link = Annotated[str, Field(pattern=r"^https?://[^\s\x00]+$", max_length=2000)]


class SourceNeeded(InvalidInput):
    """A number of a ticket system needs its source, and the other way round."""


SUMMARY = {
    "id": 4711,
    "source": "zammad",
    "external_id": "20260105-17",
    "title": "VPN drops every hour",
    "state": "closed",
    "level": 2,
    "queue": "Network",
    "category": "VPN",
    "item": "vpn-gw-02",
    "language": "en",
    "link": "https://tickets.example/20260105-17",
    "opened_at": "2026-01-05T09:00:00Z",
    "updated_at": "2026-01-06T14:30:00Z",
    "closed_at": "2026-01-06T14:30:00Z",
}
MESSAGE = {
    "id": 1,
    "role": "agent",
    "author": "Second level",
    "at": "2026-01-06T14:20:00Z",
    "internal": False,
    "accepted": True,
    "text": "The gateway ran firmware 7.1 with a known rekey fault.",
}
TICKET = SUMMARY | {
    "description": "Since Monday the tunnel is gone after an hour.",
    "environment": "Windows 11, client 5.1",
    "organisation": "Own",
    "resolution": "Installed firmware 7.2.1 on vpn-gw-02; the tunnel has held for a day.",
    "close_code": "solved",
    "messages": [MESSAGE],
}


class MessageOut(Row):
    """A message of a ticket."""

    model_config = example(MESSAGE)

    id: int
    role: AuthorRole
    author: str | None
    at: datetime
    internal: bool = Field(description="not for readers outside our own company")
    accepted: bool = Field(description="marked as the answer in the source system")
    text: str


class TicketSummary(Row):
    """A ticket as lists show it."""

    model_config = example(SUMMARY)

    id: int
    source: str
    external_id: str
    title: str
    state: TicketState
    level: int
    queue: str | None
    category: str | None
    item: str | None
    language: str | None
    link: str | None
    opened_at: datetime
    updated_at: datetime
    closed_at: datetime | None


class TicketOut(TicketSummary):
    """A ticket with what the reader may see of it."""

    model_config = example(TICKET)

    description: str
    environment: str
    organisation: str | None
    resolution: str | None
    close_code: str | None
    messages: list[MessageOut]

    @classmethod
    def of(cls, reader: Reader, ticket: Ticket) -> "TicketOut":
        """The public face of `ticket` for `reader`."""
        return cls.model_validate(faces.of(reader, ticket))


class NewMessage(Body):
    """A message of a new ticket."""

    text: Annotated[Prose, Field(min_length=1)]
    at: When
    role: AuthorRole = AuthorRole.UNKNOWN
    author: Name | None = None
    internal: bool = Field(default=True, description="left out: internal")


class NewTicket(Body):
    """A ticket to be made."""

    model_config = example(
        {
            "title": "VPN drops every hour",
            "description": "Since Monday the tunnel is gone after an hour.",
            "level": 2,
            "queue": "Network",
            "language": "en",
        }
    )

    title: Words
    description: Prose
    environment: Prose = ""
    level: int = Field(default=1, ge=1, le=3, description="support level that works on it")
    queue: Name | None = None
    organisation: Name | None = None
    category: Name | None = None
    item: Name | None = Field(default=None, description="configuration item")
    language: Language | None = None
    link: Link | None = None
    opened_at: When | None = Field(default=None, description="left out: now")
    messages: list[NewMessage] = Field(default=[], max_length=1000)
    audience: Name | None = Field(
        default=None, description="one of your audiences; may be left out if you have one alone"
    )
    source: Name | None = Field(
        default=None,
        max_length=100,
        description="ticket system that it comes from; for administrators",
    )
    external_id: Name | None = Field(default=None, description="its number there")


Answer = Annotated[str, StringConstraints(strip_whitespace=True, max_length=5_000), NUL_FREE]


class Answers(Body):
    """Answers to what `GET /tickets/{id}/closing` says is missing; they join the resolution."""

    step: Answer = Field(default="", description="what was done, so that others can repeat it")
    cause: Answer = ""
    exact: Answer = Field(default="", description="the command or setting, letter by letter")
    version: Answer = ""
    verification: Answer = Field(default="", description="how it was checked that it works")

    def given(self) -> dict[Missing, str]:
        """The answers by what they answer."""
        return {Missing(name): text for name, text in self.model_dump().items() if text}


class Closing(Body):
    """How the ticket was solved."""

    model_config = example(
        {
            "resolution": "Installed firmware 7.2.1 on vpn-gw-02.",
            "close_code": "solved",
            "answers": {"cause": "Firmware 7.1 has a rekey fault."},
        }
    )

    resolution: Resolution
    answers: Answers = Answers()
    close_code: Annotated[Name, Field(max_length=100)] | None = None


class LackingOut(Row):
    """What a ticket does not say yet of what an article needs."""

    model_config = example({"basis": False, "missing": ["step", "cause"], "reason": "only outcome"})

    basis: bool = Field(description="whether an article can be written from what is said")
    reason: str = Field(description="why there is no basis; empty where there is one")
    missing: list[Missing]

    @classmethod
    def of(cls, found: Assessment) -> "LackingOut":
        """The public face of `found`."""
        reason = "" if found.refusal is None else REASONS[found.refusal]
        return cls(basis=found.basis, reason=reason, missing=list(found.missing))


class Closed(Row):
    """What closing did."""

    model_config = example(
        {
            "ticket": TICKET,
            "draft_promised": True,
            "lacking": {"basis": True, "reason": "", "missing": ["cause"]},
        }
    )

    ticket: TicketOut
    draft_promised: bool = Field(description="whether a draft article will be written from it")
    lacking: LackingOut = Field(description="what the ticket still does not say; it is closed")


@router.get("", responses=documented(), summary="List tickets")
def listed(
    session: SessionDep,
    reader: ReaderDep,
    position: PositionDep,
    state: Annotated[TicketState | None, Query(description="Only those in this state.")] = None,
    limit: Limit = 20,
) -> Part[TicketSummary]:
    """The tickets that you may see, newest first, in parts."""
    found = tickets.listed(
        session,
        reader,
        *([Ticket.state == state] if state else []),
        before=position,
        limit=limit + 1,
    )
    return part(
        found,
        limit=limit,
        shown=lambda ticket: TicketSummary.model_validate(faces.of(reader, ticket)),
        id_of=lambda ticket: ticket.id,
    )


@router.get("/{ticket_id}", responses=documented(404), summary="Show a ticket")
def shown(session: SessionDep, reader: ReaderDep, ticket_id: Id) -> TicketOut:
    """A ticket with the messages that you may read."""
    return TicketOut.of(reader, tickets.get(session, reader, ticket_id))


@router.post(
    "",
    status_code=201,
    response_model=TicketOut,
    responses=documented(403, 409),
    summary="Create a ticket",
)
def create(
    session: WriteSessionDep,
    reader: WritingReaderDep,
    at: NowDep,
    ticket: NewTicket,
    idempotency_key: KeyHeader = None,
) -> Response:
    """Create a ticket; sent again with the same `Idempotency-Key`, it is created once."""
    reader.must_have(*WORKS_ON_TICKETS)

    def made() -> TicketOut:
        record = record_of(session, reader, ticket, at)
        return TicketOut.of(reader, tickets.create(session, reader, record, at=at))

    def readable(answer: str) -> None:
        tickets.get(session, reader, TicketOut.model_validate_json(answer).id)

    asked = Asked(reader, idempotency_key, "ticket.create", ticket, at)
    return once(session, asked, made, readable=readable)


@router.post("/{ticket_id}/close", responses=documented(403, 404, 409), summary="Close a ticket")
def close(
    session: WriteSessionDep, reader: WritingReaderDep, at: NowDep, ticket_id: Id, closing: Closing
) -> Closed:
    """Close a ticket with its resolution; from the second level on, a draft is promised.

    A resolution that says too little closes the ticket all the same; the answer tells what an
    article would have needed.
    """
    reader.must_have(*WORKS_ON_TICKETS)
    ticket = tickets.get(session, reader, ticket_id)
    resolution = articles_closing.note(
        closing.resolution, closing.answers.given(), ticket, detect=language.detect
    )
    promised = tickets.close(
        session, reader, ticket, resolution, close_code=closing.close_code, at=at
    )
    found = articles_closing.lacking(reader, ticket, resolution, detect=language.detect)
    return Closed(
        ticket=TicketOut.of(reader, ticket),
        draft_promised=promised,
        lacking=LackingOut.of(found),
    )


@router.get(
    "/{ticket_id}/closing", responses=documented(403, 404), summary="Ask what a closing lacks"
)
def closing(session: SessionDep, reader: ReaderDep, ticket_id: Id) -> LackingOut:
    """What the ticket does not say yet of what an article needs: a closing form asks for this."""
    reader.must_have(*WORKS_ON_TICKETS)
    ticket = tickets.get(session, reader, ticket_id)
    return LackingOut.of(articles_closing.lacking(reader, ticket, detect=language.detect))


def record_of(session: Session, reader: Reader, new: NewTicket, at: datetime) -> TicketRecord:
    """The ticket that is to be made, with its number and its audience."""
    source, external_id = _name(reader, new)
    return TicketRecord(
        source=source,
        external_id=external_id,
        title=new.title,
        description=new.description,
        environment=new.environment,
        level=new.level,
        queue=new.queue,
        organisation=new.organisation,
        category=new.category,
        item=new.item,
        language=new.language,
        link=new.link,
        opened_at=new.opened_at or at,
        updated_at=at,
        messages=tuple(MessageRecord(**message.model_dump()) for message in new.messages),
        audience_id=audiences.chosen(session, reader, new.audience),
        internal_audience_id=people.put_audience(session, people.INTERNAL).id,
    )


def _name(reader: Reader, new: NewTicket) -> tuple[str, str]:
    """Source and number: given ones could reveal a ticket that is there but not to be seen."""
    if new.source is None and new.external_id is None:
        return OWN_SOURCE, f"T-{secrets.token_hex(5).upper()}"
    if new.source is None or new.external_id is None:
        raise SourceNeeded("give source and external_id, or neither")
    reader.must_have(Role.ADMINISTRATOR)
    return new.source, new.external_id
