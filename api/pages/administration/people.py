"""People, and looking as one of them."""

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import RedirectResponse

from api.deps import NowDep, SessionDep, WriteSessionDep
from api.fields import NUL_FREE, Id
from api.pages import session as sessions
from api.pages.administration.guard import AdministratorDep, AdministratorSenderDep
from api.pages.templating import page
from kb import previews, roster

router = APIRouter(prefix="/admin/people", include_in_schema=False)

ROWS = 100

Sought = Annotated[str, Query(alias="q", max_length=200), NUL_FREE]


@router.get("")
def listed(
    request: Request, session: SessionDep, visitor: AdministratorDep, sought: Sought = ""
) -> Response:
    """People whose name or address holds a text."""
    found = roster.people(session, holding=sought.strip(), limit=ROWS + 1)
    return page(
        request,
        "admin_people.html",
        visitor,
        people=found[:ROWS],
        more=len(found) > ROWS,
        sought=sought,
    )


@router.post("/{person_id}/preview")
def preview(
    request: Request,
    session: WriteSessionDep,
    sender: AdministratorSenderDep,
    at: NowDep,
    person_id: Id,
) -> Response:
    """Look as this person, on top of one's own sign-in."""
    begun = previews.begin(session, sender.reader, person_id, at=at)
    answer = RedirectResponse("/", 303)
    sessions.begin_preview(request, answer, begun.secret)
    return answer
