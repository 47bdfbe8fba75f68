"""The agent's desk: one box, what was found while typing, and each hit beside the list."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, BackgroundTasks, Form, Query, Request, Response
from fastapi.responses import RedirectResponse
from markupsafe import Markup
from pydantic import BaseModel, Field
from sqlalchemy.orm import Session

from api import searched
from api.deps import NowDep, ServicesDep, SessionDep, WriteSessionDep
from api.fields import LARGEST_ID, NUL_FREE, Id
from api.pages.articles import safe
from api.pages.paths import own_path
from api.pages.session import SenderDep, Visitor, VisitorDep
from api.pages.templating import administers, page
from api.routes.search import DOCUMENTS, Kind
from api.wiring import Services
from articles import links, store
from articles.models import LinkOutcome, LinkRole
from indexer.confidence import Band
from indexer.search import Answer, Filters, Hit, search
from kb import documents, escalations, faces, feedback, tickets
from kb.faces import Face
from kb.models import SOLVED, DocumentKind, Verdict
from kb.visibility import Reader

router = APIRouter(include_in_schema=False)

HITS = 10

TOPICS = 12
"""Tags that are offered where nothing was found."""

OUTCOMES = {
    Verdict.SOLVED: LinkOutcome.SOLVED,
    Verdict.NOT_THIS: LinkOutcome.DID_NOT_HELP,
}
"""What a verdict is for the link between an article and the ticket in hand."""

Choice = Annotated[str, Field(max_length=200), NUL_FREE]
TicketId = Annotated[int, Field(ge=0, le=LARGEST_ID)]


class Asked(BaseModel):
    """What stands in the address of the desk, so that it can be passed on."""

    q: Annotated[str, Field(max_length=20_000), NUL_FREE] = ""
    kind: Choice = ""
    language: Choice = ""
    queue: Choice = ""
    solved: Choice = ""
    ticket: TicketId = 0
    """The ticket in hand; 0: none."""

    def filters(self) -> Filters:
        """The filters as the index knows them; a kind that does not exist restricts nothing."""
        known = self.kind in set(Kind)
        return Filters(
            kinds=DOCUMENTS[Kind(self.kind)] if known else frozenset[DocumentKind](),
            languages=_one(self.language),
            queues=_one(self.queue),
            solved=True if self.solved else None,
        )

    @property
    def address(self) -> str:
        """The address of the desk that asks the same."""
        said = {name: value for name, value in self.model_dump().items() if value}
        return f"/?{urlencode(said)}" if said else "/"


AskedDep = Annotated[Asked, Query()]


class Answering(BaseModel):
    """What somebody says of a hit, and what they had asked."""

    kind: Kind
    id: Annotated[int, Field(ge=1, le=LARGEST_ID)]
    verdict: Verdict
    ticket: TicketId = 0
    back: Annotated[str, Field(max_length=25_000)] = ""


@dataclass(frozen=True, slots=True)
class Shown:
    """A hit as the list shows it."""

    hit: Hit
    times: int
    """How often it solved a case."""

    @property
    def kind(self) -> Kind:
        """What it is for its reader."""
        return Kind.ARTICLE if self.hit.kind is DocumentKind.ARTICLE else Kind.TICKET

    @property
    def path(self) -> str:
        """The address of its own page."""
        if self.kind is Kind.ARTICLE:
            return f"/articles/{self.hit.number}"
        return f"/tickets/{self.hit.origin_id}"


@router.get("/")
def desk(
    request: Request,
    session: SessionDep,
    services: ServicesDep,
    visitor: VisitorDep,
    asked: AskedDep,
    at: NowDep,
    background: BackgroundTasks,
) -> Response:
    """One box, its filters, and what was found."""
    in_hand = _ticket(session, visitor.reader, asked.ticket) if asked.ticket else None
    if in_hand is not None and not asked.q.strip():
        asked = asked.model_copy(update={"q": f"{in_hand.title}\n\n{in_hand.description}"})
    answer = _searched(session, services, visitor.reader, asked, background, at=at)
    return _found(request, "desk.html", session, visitor, asked, answer, in_hand)


@router.get("/desk/hits")
def hits(
    request: Request,
    session: SessionDep,
    services: ServicesDep,
    visitor: VisitorDep,
    asked: AskedDep,
    at: NowDep,
    background: BackgroundTasks,
) -> Response:
    """The list alone, for the script of the desk."""
    in_hand = _ticket(session, visitor.reader, asked.ticket) if asked.ticket else None
    answer = _searched(session, services, visitor.reader, asked, background, at=at)
    return _found(request, "desk_hits.html", session, visitor, asked, answer, in_hand)


@router.get("/desk/tickets/{ticket_id}")
def ticket(request: Request, session: SessionDep, visitor: VisitorDep, ticket_id: Id) -> Response:
    """A ticket in short, beside the list."""
    found = _ticket(session, visitor.reader, ticket_id)
    return page(
        request,
        "desk_preview.html",
        visitor,
        kind=Kind.TICKET,
        id=found.id,
        address=f"/tickets/{found.id}",
        title=found.title,
        number=found.external_id,
        written=found.language,
        solved=found.state in SOLVED,
        at=found.closed_at or found.updated_at,
        problem=found.description,
        plain=found.resolution or "",
        markdown=_as_markdown(request, found),
        text=Markup(),
    )


@router.get("/desk/articles/{article_id}")
def article(request: Request, session: SessionDep, visitor: VisitorDep, article_id: Id) -> Response:
    """An article beside the list."""
    found = store.get(session, visitor.reader, article_id)
    return page(
        request,
        "desk_preview.html",
        visitor,
        kind=Kind.ARTICLE,
        id=found.id,
        address=f"/articles/{found.number}",
        title=found.title,
        number=found.number,
        written=found.language,
        solved=False,
        at=found.updated_at,
        problem="",
        plain="",
        markdown=found.markdown,
        text=safe(found),
    )


@router.post("/desk/verdict")
def verdict(
    request: Request,
    session: WriteSessionDep,
    sender: SenderDep,
    at: NowDep,
    given: Annotated[Answering, Form()],
) -> Response:
    """Keep what somebody says of a hit; with a ticket in hand, link the article to it."""
    kept(session, sender.reader, given, at=at)
    if "x-part" in request.headers:
        return Response(status_code=HTTPStatus.NO_CONTENT)
    back = own_path(given.back or "/")
    return RedirectResponse(f"{back}{'&' if '?' in back else '?'}done={given.verdict.value}", 303)


def kept(session: Session, reader: Reader, given: Answering, *, at: datetime) -> None:
    """Keep a verdict: as a link between article and ticket where there are both."""
    in_hand = given.ticket or None
    outcome = OUTCOMES.get(given.verdict)
    may_link = bool(reader.roles & {*links.MAY_LINK})
    if given.kind is Kind.ARTICLE and in_hand and outcome and may_link:
        links.link(
            session,
            reader,
            in_hand,
            given.id,
            role=LinkRole.RESOLVED_BY,
            outcome=outcome,
            at=at,
        )
        return
    kind = DocumentKind.ARTICLE if given.kind is Kind.ARTICLE else DocumentKind.TICKET
    feedback.give(session, reader, (kind, given.id), given.verdict, ticket_id=in_hand, at=at)


def shown(session: Session, reader: Reader, hits: Sequence[Hit]) -> list[Shown]:
    """The hits with how often each has solved a case."""
    subjects = {hit.document_id: _subject(hit) for hit in hits}
    said = feedback.solved(session, reader, list(subjects.values()))
    articles = [id_ for kind, id_ in subjects.values() if kind is DocumentKind.ARTICLE]
    used: Mapping[int, int] = links.reuse(session, reader, articles) if articles else {}
    times = {
        subject: said[subject] + (used[subject[1]] if subject[0] is DocumentKind.ARTICLE else 0)
        for subject in said
    }
    return [Shown(hit, times[subjects[hit.document_id]]) for hit in hits]


def _subject(hit: Hit) -> feedback.Subject:
    is_article = hit.kind is DocumentKind.ARTICLE
    return (DocumentKind.ARTICLE if is_article else DocumentKind.TICKET, hit.origin_id)


def _searched(
    session: Session,
    services: Services,
    reader: Reader,
    asked: Asked,
    background: BackgroundTasks,
    *,
    at: datetime,
) -> Answer:
    itself = [(DocumentKind.TICKET, asked.ticket), (DocumentKind.INTERNAL, asked.ticket)]
    answer = search(
        session,
        services.finder,
        reader,
        asked.q,
        limit=HITS,
        collapse=True,
        filters=asked.filters(),
        leave_out=itself if asked.ticket else (),
    )
    if asked.q.strip():
        searched.note(background, services, reader, answer, at=at)
    return answer


def _found(
    request: Request,
    template: str,
    session: Session,
    visitor: Visitor,
    asked: Asked,
    answer: Answer,
    in_hand: Face | None,
) -> Response:
    good = answer.confidence.band is not Band.NOTHING
    topics = [] if answer.hits and good else store.tags(session, visitor.reader, limit=TOPICS)
    return page(
        request,
        template,
        visitor,
        asked=asked,
        in_hand=in_hand,
        hits=shown(session, visitor.reader, answer.hits),
        topics=topics,
        confidence=answer.confidence,
        nothing_good=not good,
        escalates=escalations.may_escalate(visitor.reader),
        first_run=not answer.hits
        and administers(visitor)
        and not documents.any_of(session, visitor.reader),
    )


def _ticket(session: Session, reader: Reader, ticket_id: int) -> Face:
    return faces.of(reader, tickets.get(session, reader, ticket_id))


def _as_markdown(request: Request, ticket: Face) -> str:
    """What solved a ticket, to be pasted somewhere else, with where it is from."""
    where = str(request.url_for("ticket", ticket_id=ticket.id)).replace("/desk/", "/")
    return f"**{ticket.title}** ([{ticket.external_id}]({where}))\n\n{ticket.resolution or ''}\n"


def _one(chosen: str) -> frozenset[str]:
    return frozenset({chosen.strip()}) if chosen.strip() else frozenset()
