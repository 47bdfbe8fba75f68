"""Signing in and out."""

from datetime import datetime
from typing import Annotated, cast

from fastapi import APIRouter, Form, Query, Request, Response
from fastapi.responses import RedirectResponse
from pydantic import BaseModel, Field

from api.deps import NowDep, ServicesDep, SessionDep, admitted
from api.fields import NUL_FREE
from api.pages import session as sessions
from api.pages.paths import own_path
from api.pages.session import OwnPage, PerhapsVisitorDep, SelfSendingDep
from api.pages.templating import page
from api.provider import Provider
from api.wiring import Services
from kb import accounts, people, previews, setup_codes, sign_ins, tokens
from kb.errors import NotAllowed, NotSignedIn
from kb.models import Scope

router = APIRouter(include_in_schema=False)


class WrongPassword(NotSignedIn):
    """The address or the password is wrong, or there were too many attempts: not told apart."""


class SignInForm(BaseModel):
    """E-mail address and password, or a token; and where to go then."""

    email: Annotated[str, Field(max_length=320), NUL_FREE] = ""
    password: Annotated[str, Field(max_length=accounts.LONGEST)] = ""
    token: Annotated[str, Field(max_length=500)] = ""
    to: Annotated[str, Field(alias="next", max_length=2000)] = "/"


@router.get("/sign-in")
def ask(
    request: Request,
    session: SessionDep,
    visitor: PerhapsVisitorDep,
    to: Annotated[str, Query(alias="next", max_length=2000)] = "/",
) -> Response:
    """The form to sign in with a password or a token; where nobody could, the first run."""
    if visitor is not None:
        return RedirectResponse(own_path(to), 303)
    if setup_codes.has_nobody(session):
        return RedirectResponse("/setup", 303)
    return page(
        request,
        "sign_in.html",
        None,
        to=own_path(to),
        refused=False,
        provider=_offers(request),
        unadministered=setup_codes.is_open(session),
    )


@router.post("/sign-in", dependencies=[OwnPage])
def sign_in(
    request: Request,
    services: ServicesDep,
    at: NowDep,
    form: Annotated[SignInForm, Form()],
) -> Response:
    """Begin a session for whoever has the password, or for the owner of the token."""
    try:
        secret = _by_token(services, form, at) if form.token else _by_password(request, form, at)
    except (NotSignedIn, NotAllowed):
        context = {"to": own_path(form.to), "refused": True, "provider": _offers(request)}
        return page(request, "sign_in.html", None, status=401, unadministered=False, **context)
    answer = RedirectResponse(own_path(form.to), 303)
    sessions.begin(request, answer, secret)
    return answer


@router.post("/sign-out")
def sign_out(request: Request, services: ServicesDep, at: NowDep, _own: SelfSendingDep) -> Response:
    """End the session of this browser, here and in the database."""
    secret = sessions.shown_by(request)
    if secret is not None:
        with services.database.write() as session:
            sign_ins.end(session, secret, at=at)
            previews.end(session, request.cookies.get(sessions.PREVIEW_COOKIE, ""), at=at)
    answer = RedirectResponse("/sign-in", 303)
    sessions.end(answer)
    sessions.end_preview(answer)
    return answer


def _offers(request: Request) -> bool:
    """Whether people can sign in with their company's account."""
    return cast("Provider", request.app.state.provider).is_configured


def _by_token(services: Services, form: SignInForm, at: datetime) -> str:
    with services.database.read() as session:
        token = tokens.identified(session, form.token.strip(), at=at)
        admitted(session, token.person, at=at)
        token.must_have(Scope.SIGN_IN)
    with services.database.write() as session:
        return sign_ins.begin(session, token.person.id, token_id=token.token_id, at=at)


def _by_password(request: Request, form: SignInForm, at: datetime) -> str:
    services: Services = request.app.state.services
    address = request.client.host if request.client else ""
    with services.database.read() as session:
        attempt = accounts.look_up(session, form.email, address, at=at)
    if not attempt.succeeds(form.password) or attempt.person_id is None:
        with services.database.write() as session:
            accounts.refused(session, attempt, at=at)
        raise WrongPassword("the e-mail address and the password do not fit")
    with services.database.read() as session:
        admitted(session, people.by_id(session, attempt.person_id), at=at)
    with services.database.write() as session:
        return sign_ins.begin(session, attempt.person_id, at=at)
