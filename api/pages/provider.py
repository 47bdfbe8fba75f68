"""Signing in through the company's own account."""

from dataclasses import asdict
from datetime import datetime
from typing import Annotated, cast

import structlog
from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import RedirectResponse
from itsdangerous import BadSignature, URLSafeTimedSerializer

from api.deps import NowDep, ServicesDep, admitted
from api.fields import NUL_FREE
from api.pages import session as sessions
from api.pages.paths import own_path
from api.pages.templating import page
from api.provider import Asked, Provider, ProviderRefused
from api.wiring import Services
from kb import identities, people, sign_ins
from kb.errors import Conflict, InvalidInput, NotFound, NotSignedIn
from kb.identities import Told

router = APIRouter(include_in_schema=False)
log = structlog.get_logger()

COOKIE = "kb_provider"
PATH = "/sign-in/provider"
SECONDS = 600
"""How long somebody may take to sign in at the provider."""

Text = Annotated[str | None, Query(max_length=4_000), NUL_FREE]


class NoProvider(NotFound):
    """People sign in here with a password or a token alone."""


@router.get(PATH)
def leave(
    request: Request, to: Annotated[str, Query(alias="next", max_length=2000)] = "/"
) -> Response:
    """Send the browser to the provider."""
    url, asked = _provider(request).begin(own_path(to))
    answer = RedirectResponse(url, 303)
    answer.set_cookie(
        COOKIE,
        _signer(request).dumps(asdict(asked)),
        max_age=SECONDS,
        path=PATH,
        httponly=True,
        samesite="lax",
        secure=request.url.scheme == "https",
    )
    return answer


@router.get(f"{PATH}/back")
def come_back(
    request: Request,
    services: ServicesDep,
    at: NowDep,
    state: Text = None,
    code: Text = None,
    iss: Text = None,
) -> Response:
    """Begin a session for whom the provider names, if this browser has asked for it."""
    given = {"state": state, "code": code, "iss": iss}
    try:
        asked = _asked(request)
        told = _provider(request).finish(asked, {key: v for key, v in given.items() if v})
        secret = _begun(services, told, at)
    except (NotSignedIn, Conflict, InvalidInput) as error:
        log.warning("sign-in refused", kind=type(error).__name__, reason=str(error))
        answer: Response = page(
            request,
            "sign_in.html",
            None,
            status=401,
            to="/",
            refused="provider",
            provider=True,
            unadministered=False,
        )
    else:
        answer = RedirectResponse(asked.to, 303)
        sessions.begin(request, answer, secret)
    # Gone by its age: the date that delete_cookie writes would differ from answer to answer.
    answer.set_cookie(COOKIE, max_age=0, path=PATH, httponly=True, samesite="lax")
    return answer


@router.get(f"{PATH}/out")
def sign_out_there(request: Request) -> Response:
    """End the session at the provider too; ours has ended before."""
    return RedirectResponse(_provider(request).leaving(), 303)


def _begun(services: Services, told: Told, at: datetime) -> str:
    join = services.settings.oidc_organisation
    with services.database.write() as session:
        person = identities.recognised(session, told, join_organisation=join, at=at)
        admitted(session, people.by_id(session, person.id), at=at)
        return sign_ins.begin(session, person.id, at=at)


def _asked(request: Request) -> Asked:
    try:
        kept = _signer(request).loads(request.cookies.get(COOKIE, ""), max_age=SECONDS)
        return Asked(**kept)
    except (BadSignature, TypeError) as error:
        raise ProviderRefused("this browser has not asked") from error


def _provider(request: Request) -> Provider:
    provider = cast("Provider", request.app.state.provider)
    if not provider.is_configured:
        raise NoProvider("no sign-in provider is configured")
    return provider


def _signer(request: Request) -> URLSafeTimedSerializer:
    return cast("URLSafeTimedSerializer", request.app.state.provider_signer)


def signer(key: str) -> URLSafeTimedSerializer:
    """Signs with `key` what a browser must bring back from the provider."""
    return URLSafeTimedSerializer(key, salt="kb-provider")
