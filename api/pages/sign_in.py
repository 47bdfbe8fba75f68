"""Signing in and out."""

from typing import Annotated

from fastapi import APIRouter, Form, Query, Request, Response
from fastapi.responses import RedirectResponse

from api.deps import NowDep, ServicesDep, admitted
from api.pages import session as sessions
from api.pages.session import OwnPage, PerhapsVisitorDep, SenderDep
from api.pages.templating import page
from kb import tokens
from kb.errors import NotSignedIn

router = APIRouter(include_in_schema=False)


@router.get("/sign-in")
def ask(
    request: Request,
    visitor: PerhapsVisitorDep,
    to: Annotated[str, Query(alias="next", max_length=2000)] = "/",
) -> Response:
    """The form to sign in with a token."""
    if visitor is not None:
        return RedirectResponse(own_path(to), 303)
    return page(request, "sign_in.html", None, to=own_path(to), refused=False)


@router.post("/sign-in", dependencies=[OwnPage])
def sign_in(
    request: Request,
    services: ServicesDep,
    at: NowDep,
    token: Annotated[str, Form(max_length=500)] = "",
    to: Annotated[str, Form(alias="next", max_length=2000)] = "/",
) -> Response:
    """Begin a session for the owner of the token."""
    try:
        with services.database.read() as session:
            token_id, person = tokens.identified(session, token.strip(), at=at)
            admitted(session, person, at=at)
    except NotSignedIn:
        return page(request, "sign_in.html", None, status=401, to=own_path(to), refused=True)
    answer = RedirectResponse(own_path(to), 303)
    sessions.begin(request, answer, token_id)
    return answer


@router.post("/sign-out")
def sign_out(_sender: SenderDep) -> Response:
    """End the session of this browser."""
    answer = RedirectResponse("/sign-in", 303)
    sessions.end(answer)
    return answer


def own_path(to: str) -> str:
    """`to` if it leads to a page of ours, else the first page: a link must not lead away."""
    outside = not to.startswith("/") or to.startswith(("//", "/\\"))
    return "/" if outside or any(ord(sign) < ord(" ") for sign in to) else to
