"""Why somebody sees something, and the end of looking as somebody else."""

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import RedirectResponse
from sqlalchemy.orm import Session

from api.deps import NowDep, SessionDep, WriteSessionDep
from api.fields import LARGEST_ID, NUL_FREE
from api.pages import session as sessions
from api.pages.administration.guard import AdministratorDep
from api.pages.session import SelfSendingDep
from api.pages.templating import page
from articles import store
from kb import people, previews, roster, tickets, why
from kb.errors import NotFound

router = APIRouter(include_in_schema=False)

Named = Annotated[str, Query(max_length=320), NUL_FREE]


@router.get("/admin/why")
def explained(
    request: Request,
    session: SessionDep,
    visitor: AdministratorDep,
    at: NowDep,
    person: Named = "",
    ticket: Annotated[int | None, Query(ge=1, le=LARGEST_ID)] = None,
    article: Named = "",
) -> Response:
    """Whether a person may see a ticket or an article, and the rules that decide."""
    verdicts: list[tuple[str, why.Verdict]] = []
    missing = False
    if person.strip() and (ticket is not None or article.strip()):
        try:
            somebody = people.person(session, person)
            parts = _parts(session, ticket, article.strip())
            verdicts = [
                (part, why.audience(session, somebody, audience_id, at=at))
                for part, audience_id in parts
            ]
        except NotFound:
            missing = True
    return page(
        request,
        "admin_why.html",
        visitor,
        people=roster.people(session),
        person=person,
        ticket=ticket,
        article=article,
        verdicts=verdicts,
        missing=missing,
    )


@router.post("/preview/end")
def end(request: Request, session: WriteSessionDep, _own: SelfSendingDep, at: NowDep) -> Response:
    """Look as oneself again."""
    previews.end(session, request.cookies.get(sessions.PREVIEW_COOKIE, ""), at=at)
    answer = RedirectResponse("/admin/people", 303)
    sessions.end_preview(answer)
    return answer


def _parts(session: Session, ticket: int | None, article: str) -> list[tuple[str, int]]:
    if ticket is None:
        return [("article", store.audience_of(session, article))]
    of_all, of_internal = tickets.audiences_of(session, ticket)
    return [("ticket", of_all), ("internal messages", of_internal)]
