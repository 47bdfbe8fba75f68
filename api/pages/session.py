"""Who looks at a page: a signed cookie holds the secret of a sign-in, which is a row that can end.

The cookie holds no right.  Sign-in, person and audiences are asked for at each request, so what is
revoked is gone with the next click.
"""

import hmac
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, cast
from urllib.parse import urlsplit

from fastapi import Depends, Form, Request, Response
from itsdangerous import BadSignature, URLSafeTimedSerializer

from api.deps import NowDep, ServicesDep, admitted
from api.previewing import must_only_read
from api.wiring import Services
from kb import people, previews, sign_ins
from kb.errors import NotAllowed, NotSignedIn
from kb.visibility import Reader

COOKIE = "kb_session"
PREVIEW_COOKIE = "kb_preview"
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


@dataclass(frozen=True, slots=True)
class Banner:
    """What every page says while an administrator looks as somebody else."""

    name: str
    until: datetime
    csrf: str
    """Of the administrator's own sign-in, to end it with."""


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


def begin_preview(request: Request, response: Response, secret: str) -> None:
    """Let the browser look as somebody else, on top of its own sign-in."""
    response.set_cookie(
        PREVIEW_COOKIE,
        secret,
        max_age=int(previews.LASTS.total_seconds()),
        httponly=True,
        samesite="lax",
        secure=request.url.scheme == "https",
    )


def end_preview(response: Response) -> None:
    """Let the browser look as its own person again."""
    response.delete_cookie(PREVIEW_COOKIE, httponly=True, samesite="lax")


def banner(request: Request) -> Banner | None:
    """What the page must say of a preview, if there is one."""
    return getattr(request.state, "banner", None)


def _self(request: Request, services: ServicesDep, at: NowDep) -> Visitor:
    """Who has signed in with this browser, whomever they look as."""
    secret = shown_by(request)
    if secret is None:
        raise SignInNeeded("sign in first")
    with services.database.read() as session:
        person = sign_ins.person(session, secret, at=at)
        reader = admitted(session, person, at=at)
        known, _ = people.asking(session, reader)
    return Visitor(reader, known.name, known.language, sign_ins.csrf(secret))


SelfDep = Annotated[Visitor, Depends(_self)]


def _visitor(request: Request, services: ServicesDep, at: NowDep, own: SelfDep) -> Visitor:
    """Whom the page is for: the person who has signed in, or the one as whom they look."""
    secret = request.cookies.get(PREVIEW_COOKIE, "")
    visitor = _previewed(request, services, at, own, secret) if secret else own
    request.state.reader = visitor.reader  # for api.reads
    request.state.visitor = visitor  # a page that tells of an error keeps the head
    return visitor


def _previewed(
    request: Request, services: Services, at: datetime, own: Visitor, secret: str
) -> Visitor:
    """As whom the browser looks; its own person, if that is over or somebody else began it."""
    try:
        with services.database.read() as session:
            seen = previews.seen(session, secret, at=at)
    except previews.PreviewOver:
        return own
    if seen.reader.previewed_by != own.reader.person_id:
        return own
    request.state.banner = Banner(seen.person.name, seen.until, own.csrf)
    # The forms of a preview fit no other sign-in: one that is sent too late changes nothing.
    person, csrf = seen.person, sign_ins.csrf(secret)
    return Visitor(seen.reader, person.name, person.language, csrf)


def _visitor_if_any(request: Request, services: ServicesDep, at: NowDep) -> Visitor | None:
    try:
        return _visitor(request, services, at, _self(request, services, at))
    except NotSignedIn:
        return None


def knows_visitor(call: object) -> bool:
    """Whether a dependency asks who looks at the page."""
    return call in {_self, _visitor, _visitor_if_any}


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
    if visitor.reader.previewed_by is not None:
        must_only_read(request)
    _must_fit(csrf, visitor.csrf)
    return visitor


SenderDep = Annotated[Visitor, Depends(_sender)]
"""Somebody who has sent a form of ours."""


def _self_sending(
    request: Request, own: SelfDep, csrf: Annotated[str, Form(max_length=200)]
) -> Visitor:
    _own_page(request)
    preview = request.cookies.get(PREVIEW_COOKIE)
    _must_fit(csrf, own.csrf, *([sign_ins.csrf(preview)] if preview else []))
    return own


SelfSendingDep = Annotated[Visitor, Depends(_self_sending)]
"""Who has signed in and sent a form of ours, also from a page as somebody else sees it."""


def _must_fit(csrf: str, *right: str) -> None:
    if not any(hmac.compare_digest(csrf.encode(), one.encode()) for one in right):
        raise ForeignForm("this form is from an earlier sign-in: load the page again")


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
