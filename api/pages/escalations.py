"""Escalating a ticket on a page that asks only for what is missing, and the rules behind it."""

from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Form, Query, Request, Response
from fastapi.responses import RedirectResponse
from pydantic import BaseModel, Field, StringConstraints
from sqlalchemy.orm import Session

from api import audiences, escalating
from api.catalogues import catalogue
from api.deps import NowDep, ServicesDep, SessionDep, WriteSessionDep
from api.escalating import Outcome, PacketIncomplete, Prepared, SolvedBefore, StepDone
from api.fields import LARGEST_ID, NUL_FREE, Id, Name, Prose, Words
from api.pages import languages
from api.pages.desk import shown as counted
from api.pages.session import SenderDep, Visitor, VisitorDep
from api.pages.templating import page
from api.routes.escalations import Answer, Slug
from api.routes.tickets import NewTicket, record_of
from api.wiring import Services
from indexer import language
from indexer.search import Hit
from kb import escalation_rules, escalations, faces, feedback, people, tickets
from kb.escalation_rules import BadRules
from kb.feedback import Subject
from kb.models import SOLVED, DocumentKind, Impact, Verdict

router = APIRouter(include_in_schema=False)

TITLE = 120
"""Characters of a pasted text that become the title of its case."""

LISTED = 10
"""Hits that the page names as found."""

RulesText = Annotated[str, StringConstraints(min_length=1, max_length=200_000), NUL_FREE]
Pasted = Annotated[str, Query(max_length=20_000), NUL_FREE]
Chosen = Annotated[str, Query(max_length=200), NUL_FREE]


class Sent(BaseModel):
    """The form as a browser sends it: questions beside answers, steps beside outcomes."""

    impact: Impact
    category: Annotated[str, Field(max_length=200), NUL_FREE] = ""
    question: list[Slug] = []
    answer: list[Answer] = []
    step: list[Slug] = []
    outcome: list[Annotated[str, Field(max_length=20)]] = []
    note: list[Answer] = []
    considered: list[Annotated[str, Field(pattern=r"^(ticket|article):\d{1,10}$")]] = []
    share: bool = False
    after: Annotated[int, Field(ge=0, le=LARGEST_ID)] = 0

    def request(self) -> escalating.Request:
        """What the form asks for."""
        return escalating.Request(
            impact=self.impact,
            category=self.category.strip() or None,
            answers=self.answers,
            tried={
                name: StepDone(Outcome(how), note)
                for name, how, note in self.steps
                if how in set(Outcome)
            },
            considered=[_subject(one) for one in self.considered],
            share=self.share,
            after=self.after,
        )

    @property
    def steps(self) -> list[tuple[str, str, str]]:
        """Of each step: its id, what came of it if that was said, and the note."""
        return list(zip(self.step, self.outcome, self.note, strict=False))

    @property
    def answers(self) -> dict[str, str]:
        """What was answered, by question."""
        said = dict(zip(self.question, self.answer, strict=False))
        return {name: text for name, text in said.items() if text}


@router.get("/tickets/{ticket_id}/escalate")
def asked(
    request: Request,
    session: SessionDep,
    services: ServicesDep,
    visitor: VisitorDep,
    ticket_id: Id,
    impact: Impact | None = None,
    category: Chosen = "",
) -> Response:
    """First how many it stops, then what the rule for such a ticket lacks."""
    escalations.must_escalate(visitor.reader)
    ticket = tickets.get(session, visitor.reader, ticket_id)
    if impact is None or ticket.state in SOLVED:
        return page(
            request,
            "escalate_impact.html",
            visitor,
            ticket=faces.of(visitor.reader, ticket),
            solved=ticket.state in SOLVED,
            impacts=list(Impact),
            categories=escalation_rules.current(session).rules.categories,
        )
    sent = Sent(impact=impact, category=category)
    return _form(request, session, services, visitor, ticket_id, sent)


@router.post("/tickets/{ticket_id}/escalate")
def escalate(
    request: Request,
    session: WriteSessionDep,
    services: ServicesDep,
    sender: SenderDep,
    at: NowDep,
    ticket_id: Id,
    sent: Annotated[Sent, Form()],
) -> Response:
    """Hand the ticket over, or show again what is missing; nothing that was typed is lost."""
    try:
        escalating.send(session, services, sender.reader, ticket_id, sent.request(), at=at)
    except PacketIncomplete as error:
        lacking = frozenset(place for place, _ in error.places)
        return _form(request, session, services, sender, ticket_id, sent, lacking=lacking)
    except SolvedBefore:
        return _form(
            request, session, services, sender, ticket_id, sent, lacking=frozenset({"considered"})
        )
    return RedirectResponse(f"/tickets/{ticket_id}?done=escalated#escalations", 303)


@router.get("/escalate")
def pasted(request: Request, session: SessionDep, visitor: VisitorDep, q: Pasted = "") -> Response:
    """A case that has no ticket yet."""
    escalations.must_escalate(visitor.reader)
    text = q.strip()
    own = audiences.names(session, visitor.reader)
    return page(
        request,
        "escalate_case.html",
        visitor,
        text=text,
        title=text.partition("\n")[0][:TITLE],
        audiences=sorted(own.values(), key=lambda name: (name != people.INTERNAL, name)),
    )


@router.post("/escalate")
def make(
    session: WriteSessionDep,
    sender: SenderDep,
    at: NowDep,
    title: Annotated[Words, Form()],
    audience: Annotated[Name, Form()],
    text: Annotated[Prose, Form()] = "",
) -> Response:
    """Make a ticket of the case, and go on to escalate it."""
    escalations.must_escalate(sender.reader)
    spoken = language.detect(f"{title}\n{text}")
    new = NewTicket(
        title=title,
        description=text.replace("\r\n", "\n"),
        audience=audience,
        language=spoken if spoken in language.LANGUAGES else None,
    )
    record = record_of(session, sender.reader, new, at)
    ticket = tickets.create(session, sender.reader, record, at=at)
    feedback.carry(session, sender.reader, ticket.id, at=at)
    return RedirectResponse(f"/tickets/{ticket.id}/escalate", 303)


@router.get("/escalation/rules")
def rules(
    request: Request,
    session: SessionDep,
    visitor: VisitorDep,
    version: Annotated[int, Query(ge=0, le=LARGEST_ID)] = 0,
    done: Annotated[str, Query(max_length=20)] = "",
) -> Response:
    """The rules in force, or an earlier version of them to bring back."""
    visitor.reader.must_have(*escalation_rules.MAY_WRITE)
    return _rules(
        request,
        session,
        visitor,
        text=(
            escalation_rules.version(session, visitor.reader, version).text
            if version
            else escalation_rules.current(session).text
        ),
        done=done,
    )


@router.post("/escalation/rules")
def write_rules(
    request: Request,
    session: WriteSessionDep,
    sender: SenderDep,
    at: NowDep,
    text: Annotated[RulesText, Form()],
) -> Response:
    """Let the rules be in force; where they cannot be used, say in which line and why."""
    sender.reader.must_have(*escalation_rules.MAY_WRITE)
    try:
        escalation_rules.put(session, text, reader=sender.reader, at=at)
    except BadRules as error:
        return _rules(request, session, sender, text=text, error=error)
    return RedirectResponse("/escalation/rules?done=written", 303)


def _rules(
    request: Request,
    session: Session,
    visitor: Visitor,
    *,
    text: str,
    error: BadRules | None = None,
    done: str = "",
) -> Response:
    return page(
        request,
        "escalation_rules.html",
        visitor,
        status=HTTPStatus.UNPROCESSABLE_ENTITY if error else HTTPStatus.OK,
        text=text.replace("\r\n", "\n"),
        faults=[why for _, why in error.places] or [str(error)] if error else [],
        current=escalation_rules.current(session).number,
        versions=escalation_rules.versions(session, visitor.reader),
        done=done,
    )


def _form(
    request: Request,
    session: Session,
    services: Services,
    visitor: Visitor,
    ticket_id: int,
    sent: Sent,
    *,
    lacking: frozenset[str] = frozenset(),
) -> Response:
    ticket = tickets.get(session, visitor.reader, ticket_id)
    ready = escalating.prepare(
        session,
        services,
        visitor.reader,
        ticket,
        impact=sent.impact,
        category=sent.category.strip() or None,
    )
    code = languages.wanted(request, visitor.language)
    _ = catalogue(code).gettext
    likely = counted(session, visitor.reader, ready.likely)
    return page(
        request,
        "escalate.html",
        visitor,
        status=HTTPStatus.UNPROCESSABLE_ENTITY if lacking else HTTPStatus.OK,
        ticket=faces.of(visitor.reader, ticket),
        ready=ready,
        sent=sent,
        lacking=lacking,
        likely=likely,
        considered=[_name(escalating.subject_of(one.hit)) for one in likely],
        questions=[(one.id, escalating.asked(one, code, _)) for one in ready.rule.packet],
        steps=[(one.id, escalating.spoken(one.say, code)) for one in ready.rule.tried],
        outcomes=list(Outcome),
        done_before={name: (how, note) for name, how, note in sent.steps},
        found=_found(ready),
        after=escalations.last(session, visitor.reader, ticket_id),
    )


def _found(ready: Prepared) -> list[tuple[Hit, Verdict | None]]:
    """The first hits, and what was said of each with the ticket in hand."""
    return [(hit, ready.said.get(escalating.subject_of(hit))) for hit in ready.hits[:LISTED]]


def _name(subject: Subject) -> str:
    kind, origin_id = subject
    return f"{kind.value}:{origin_id}"


def _subject(name: str) -> Subject:
    kind, _, origin_id = name.partition(":")
    return DocumentKind(kind), int(origin_id)
