"""One's own tokens: making one, which is shown once, and taking it back."""

from datetime import timedelta
from typing import Annotated

from fastapi import APIRouter, Form, Request, Response
from fastapi.responses import RedirectResponse
from pydantic import BaseModel, Field
from sqlalchemy.orm import Session

from api.deps import NowDep, ServicesDep, SessionDep, WriteSessionDep
from api.fields import Id, Name
from api.pages.session import SenderDep, Visitor, VisitorDep
from api.pages.templating import page
from kb import escalations, people, tokens
from kb.models import Scope

router = APIRouter(prefix="/tokens", include_in_schema=False)

LONGEST = 365
"""Days: a token that nobody thinks of any more ends by itself."""

OFFERED = [scope for scope in Scope if scope in {*tokens.PERSONAL, Scope.FEED}]


class TokenForm(BaseModel):
    """What a token is called, what it is for, and how long."""

    name: Name
    scopes: list[Scope] = Field(default_factory=list)
    days: Annotated[int, Field(ge=1, le=LONGEST)] = 90


@router.get("")
def listed(
    request: Request, session: SessionDep, visitor: VisitorDep, scope: Scope = Scope.READ
) -> Response:
    """One's tokens, with what they are for and when they were last used; `scope` is proposed."""
    return _page(request, session, visitor, chosen=scope)


@router.post("")
def create(
    request: Request,
    session: WriteSessionDep,
    services: ServicesDep,
    sender: SenderDep,
    at: NowDep,
    form: Annotated[TokenForm, Form()],
) -> Response:
    """Make a token for what its owner chose; the page shows it, and no page will again."""
    person, _ = people.asking(session, sender.reader)
    made = tokens.create(
        session,
        person,
        form.name,
        scopes=[scope for scope in form.scopes if scope in OFFERED],
        expires_at=at + timedelta(days=form.days),
        by=person.id,
        at=at,
    )
    # One that may do more does not belong in an address, which others write down.
    alone = set(form.scopes) == {Scope.FEED}
    feeds = f"{services.settings.address}/feeds/{made.secret}" if alone else ""
    return _page(request, session, sender, secret=made.secret, feeds=feeds)


@router.post("/{token_id}/revoke")
def revoke(session: WriteSessionDep, sender: SenderDep, at: NowDep, token_id: Id) -> Response:
    """Take one of one's own tokens back, at once."""
    person, _ = people.asking(session, sender.reader)
    tokens.revoke_own(session, person.id, token_id, at=at)
    return RedirectResponse("/tokens", 303)


def _page(
    request: Request,
    session: Session,
    visitor: Visitor,
    *,
    secret: str = "",
    feeds: str = "",
    chosen: Scope = Scope.READ,
) -> Response:
    person, _ = people.asking(session, visitor.reader)
    return page(
        request,
        "tokens.html",
        visitor,
        tokens=tokens.of_person(session, person.id),
        offered=OFFERED,
        longest=LONGEST,
        secret=secret,
        feeds=feeds,
        has_inbox=escalations.may_escalate(visitor.reader),
        chosen=chosen,
    )
