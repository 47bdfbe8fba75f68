"""Who looks at a page: a signed cookie holds the secret of a sign-in, which is a row that can end.

The cookie holds no right.  Sign-in, person and audiences are asked for at each request, so what is
revoked is gone with the next click.
"""

import hmac
from dataclasses import dataclass
from typing import Annotated, cast
from urllib.parse import urlsplit

from fastapi import Depends, Form, Request, Response
from itsdangerous import BadSignature, URLSafeTimedSerializer

from api.deps import NowDep, ServicesDep, admitted
from kb import people, sign_ins
from kb.errors import NotAllowed, NotSignedIn
from kb.visibility import Reader

COOKIE = "kb_session"
SECONDS = int(sign_ins.LASTS.total_seconds())

SAME_SITE = frozenset({"same-origin", "none"})
"""Values of Sec-Fetch-Site for what a person did on our page or typed."""


class SignInNeeded(NotSignedIn):
    """This page is for people who have signed in."""


class ForeignForm(NotAllowed):
    """The form was not sent from our own page, or the page is too old; load it again."""


@dataclass(frozen=True, slots=True)
class Visitor:
    """Somebody who has signed in."""

    reader: Reader
    name: str
    language: str
    csrf: str
    """Forms must send it back: other sites cannot know it."""


def begin(request: Request, response: Response, secret: str) -> None:
    """Give the browser the secret of a sign-in that has begun."""
    response.set_cookie(
        COOKIE,
        _signer(request).dumps(secret),
        max_age=SECONDS,
        httponly=True,
        samesite="lax",
        secure=request.url.scheme == "https",
    )


def end(response: Response) -> None:
    """Let the browser forget it."""
    response.delete_cookie(COOKIE, httponly=True, samesite="lax")


def _visitor(request: Request, services: ServicesDep, at: NowDep) -> Visitor:
    secret = shown_by(request)
    if secret is None:
        raise SignInNeeded("sign in first")
    with services.database.read() as session:
        person = sign_ins.person(session, secret, at=at)
        reader = admitted(session, person, at=at)
        known, _ = people.asking(session, reader)
    request.state.reader = reader  # for api.reads
    visitor = Visitor(reader, known.name, known.language, sign_ins.csrf(secret))
    request.state.visitor = visitor  # a page that tells of an error keeps the head
    return visitor


def _visitor_if_any(request: Request, services: ServicesDep, at: NowDep) -> Visitor | None:
    try:
        return _visitor(request, services, at)
    except NotSignedIn:
        return None


def knows_visitor(call: object) -> bool:
    """Whether a dependency asks who looks at the page."""
    return call in {_visitor, _visitor_if_any}


VisitorDep = Annotated[Visitor, Depends(_visitor)]
PerhapsVisitorDep = Annotated[Visitor | None, Depends(_visitor_if_any)]


def _own_page(request: Request) -> None:
    """Refuse a form that another site sent."""
    site = request.headers.get("sec-fetch-site")
    origin = request.headers.get("origin")
    if site is not None and site not in SAME_SITE:
        raise ForeignForm("this form came from another site")
    if site is None and origin is not None and urlsplit(origin).netloc != request.url.netloc:
        raise ForeignForm("this form came from another site")


OwnPage = Depends(_own_page)


def _sender(
    request: Request, visitor: VisitorDep, csrf: Annotated[str, Form(max_length=200)]
) -> Visitor:
    _own_page(request)
    if not hmac.compare_digest(csrf.encode(), visitor.csrf.encode()):
        raise ForeignForm("this form is from an earlier sign-in: load the page again")
    return visitor


SenderDep = Annotated[Visitor, Depends(_sender)]
"""Somebody who has sent a form of ours."""


def shown_by(request: Request) -> str | None:
    """The secret that the browser shows, if its cookie is one of ours."""
    try:
        secret = _signer(request).loads(request.cookies.get(COOKIE, ""), max_age=SECONDS)
    except BadSignature:
        return None
    return secret if isinstance(secret, str) else None


def _signer(request: Request) -> URLSafeTimedSerializer:
    return cast("URLSafeTimedSerializer", request.app.state.signer)


def signer(key: str) -> URLSafeTimedSerializer:
    """Signs cookies with `key`."""
    return URLSafeTimedSerializer(key, salt="kb-session")
