"""Handing tickets over to another team or company."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Query, Response
from pydantic import Field, StringConstraints

from api import escalating
from api.deps import (
    NowDep,
    ReaderDep,
    ServicesDep,
    SessionDep,
    WriteSessionDep,
    WritingReaderDep,
)
from api.escalating import Outcome, Prepared, Request, StepDone
from api.fields import LARGEST_ID, NUL_FREE, Body, Id, Name, Row, example
from api.once import Asked, KeyHeader, once
from api.problems import documented
from api.routes import PREFIX
from api.routes.search import HitOut, Kind
from kb import escalations, tickets
from kb.escalations import Escalated
from kb.models import DocumentKind, Impact

router = APIRouter(prefix=f"{PREFIX}/tickets/{{ticket_id}}", tags=["escalations"])

Slug = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,39}$")]
Answer = Annotated[str, StringConstraints(strip_whitespace=True, max_length=5_000), NUL_FREE]

ESCALATION = {
    "id": 5,
    "ticket_id": 4711,
    "at": "2026-01-05T10:00:00Z",
    "by": "Svenja Morgentau",
    "to": "Kabelkobold NOC (Kabelkobold Netze)",
    "rule": "Network at a site",
    "impact": "site",
    "category": "VPN",
    "level_before": 1,
    "level_after": 2,
    "language": "de",
    "answers": {"since": "Monday 08:00"},
    "tried": [{"id": "restart", "outcome": "no_help", "note": ""}],
    "shared_with": None,
    "text": "# 20260105-17: VPN drops every hour\n",
}


class StepOut(Row):
    """A step that had to be tried, and what came of it."""

    id: str
    outcome: Outcome
    note: str


class EscalationOut(Row):
    """An escalation with its packet."""

    model_config = example(ESCALATION)

    id: int
    ticket_id: int
    at: datetime
    by: str = Field(description="who handed it over")
    to: str = Field(description="team and company; empty: a level of our own")
    rule: str
    impact: Impact
    category: str | None
    level_before: int
    level_after: int
    language: str = Field(description="of the handover")
    answers: dict[str, str]
    tried: list[StepOut]
    shared_with: str | None = Field(description="the company that may read the ticket since then")
    text: str = Field(description="the handover in Markdown")

    @classmethod
    def of(cls, found: Escalated) -> "EscalationOut":
        """The public face of `found`."""
        row = found.row
        named = {name: getattr(row, name) for name in cls.model_fields if hasattr(row, name)}
        return cls(**named, by=found.by, to=found.to, shared_with=found.shared_with)


class QuestionOut(Row):
    """Something that the packet must hold."""

    id: str
    ask: str


class NeedsOut(Row):
    """What the rule for a ticket asks for."""

    model_config = example(
        {
            "rule": "Network at a site",
            "to": "Kabelkobold NOC",
            "level": 2,
            "external": True,
            "readable": False,
            "known": {"error": "0x80070035"},
            "missing": [{"id": "since", "ask": "Since when?"}],
            "tried": [{"id": "restart", "ask": "The device or program was restarted"}],
            "likely": [],
        }
    )

    rule: str
    to: str = Field(description="team or company; empty: a level of our own")
    level: int
    external: bool = Field(description="whether it leaves our own company")
    readable: bool = Field(description="whether the receiver may read the ticket already")
    known: dict[str, str] = Field(description="answers that the ticket gives itself")
    missing: list[QuestionOut] = Field(description="what has to be answered")
    tried: list[QuestionOut] = Field(description="what must have been tried")
    likely: list[HitOut] = Field(description="solved cases that are likely to help")

    @classmethod
    def of(cls, ready: Prepared) -> "NeedsOut":
        """The public face of `ready`."""
        return cls(
            rule=ready.rule.name,
            to=ready.to.name,
            level=ready.to.level,
            external=ready.to.external,
            readable=ready.readable,
            known=ready.known,
            missing=[
                QuestionOut(id=one.id, ask=escalating.asked(one, "en")) for one in ready.missing
            ],
            tried=[
                QuestionOut(id=one.id, ask=escalating.spoken(one.say, "en"))
                for one in ready.rule.tried
            ],
            likely=[HitOut.of(hit) for hit in ready.likely],
        )


class DoneIn(Body):
    """What came of a step that had to be tried."""

    outcome: Outcome
    note: Answer = Field(default="", description="needed where it could not be done")


class ConsideredIn(Body):
    """A likely solution that was looked at."""

    kind: Kind
    id: Annotated[int, Field(ge=1, le=LARGEST_ID)]


class Escalating(Body):
    """What goes with the ticket."""

    model_config = example(
        {
            "impact": "site",
            "answers": {"since": "Monday 08:00", "affected": "Everybody in Fogmouth"},
            "tried": {"restart": {"outcome": "no_help"}},
            "considered": [{"kind": "article", "id": 12}],
        }
    )

    impact: Impact
    category: Name | None = Field(default=None, description="left out: that of the ticket")
    answers: dict[Slug, Answer] = Field(default={}, max_length=100)
    tried: dict[Slug, DoneIn] = Field(default={}, max_length=100)
    considered: list[ConsideredIn] = Field(
        default=[], max_length=100, description="likely solutions that were looked at"
    )
    share: bool = Field(
        default=False, description="let the company that it goes to read the ticket"
    )

    def request(self) -> Request:
        """The request as it is carried out."""
        return Request(
            impact=self.impact,
            category=self.category,
            answers=self.answers,
            tried={name: StepDone(one.outcome, one.note) for name, one in self.tried.items()},
            considered=[(_kind(one.kind), one.id) for one in self.considered],
            share=self.share,
        )


@router.get("/escalation", responses=documented(403, 404), summary="Ask what an escalation needs")
def needed(
    session: SessionDep,
    services: ServicesDep,
    reader: ReaderDep,
    ticket_id: Id,
    impact: Annotated[Impact, Query(description="How many people the fault stops.")],
    category: Annotated[Name | None, Query(description="Left out: that of the ticket.")] = None,
) -> NeedsOut:
    """Where the ticket would go, what is missing for it, and what may make it needless."""
    ticket = tickets.get(session, reader, ticket_id)
    return NeedsOut.of(
        escalating.prepare(session, services, reader, ticket, impact=impact, category=category)
    )


@router.get("/escalations", responses=documented(404), summary="List the escalations of a ticket")
def listed(session: SessionDep, reader: ReaderDep, ticket_id: Id) -> list[EscalationOut]:
    """To whom the ticket was handed over, with each packet, oldest first."""
    return [EscalationOut.of(one) for one in escalations.of_ticket(session, reader, ticket_id)]


@router.post(
    "/escalations",
    status_code=201,
    response_model=EscalationOut,
    responses=documented(403, 404, 409),
    summary="Escalate a ticket",
)
def escalate(
    session: WriteSessionDep,
    services: ServicesDep,
    reader: WritingReaderDep,
    at: NowDep,
    ticket_id: Id,
    body: Escalating,
    idempotency_key: KeyHeader = None,
) -> Response:
    """Hand a ticket over with its packet; the rules say to whom.

    409 `SolvedBefore` names solved cases that are likely to help: look at them, then send again
    with them as `considered`.
    """

    def made() -> EscalationOut:
        row = escalating.send(session, services, reader, ticket_id, body.request(), at=at)
        return EscalationOut.of(escalations.sent(session, row))

    def readable(_answer: str) -> None:
        tickets.get(session, reader, ticket_id)

    asked = Asked(reader, idempotency_key, f"ticket.escalate {ticket_id}", body, at)
    return once(session, asked, made, readable=readable)


def _kind(kind: Kind) -> DocumentKind:
    return DocumentKind.ARTICLE if kind is Kind.ARTICLE else DocumentKind.TICKET
