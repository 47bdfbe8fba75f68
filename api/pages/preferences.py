"""What somebody chooses for themselves, and the way out of the daily mail without signing in."""

from typing import Annotated, Literal

from fastapi import APIRouter, Form, Path, Request, Response
from fastapi.responses import RedirectResponse
from pydantic import BaseModel

from api import unsubscribing
from api.deps import NowDep, ServicesDep, SessionDep, WriteSessionDep
from api.fields import NUL_FREE
from api.pages import languages
from api.pages.session import SenderDep, VisitorDep
from api.pages.templating import page
from kb import escalations, people, preferences

router = APIRouter(include_in_schema=False)

Signed = Annotated[str, Path(max_length=200), NUL_FREE]


class PreferencesForm(BaseModel):
    """The language of pages and mails, and whether the daily mail is sent."""

    language: Literal["de", "en", "nl"]
    digest: bool = False


@router.get("/settings")
def shown(
    request: Request,
    session: SessionDep,
    services: ServicesDep,
    visitor: VisitorDep,
    *,
    saved: bool = False,
) -> Response:
    """What this person has chosen, and where their tokens and feeds are."""
    person, _ = people.asking(session, visitor.reader)
    return page(
        request,
        "preferences.html",
        visitor,
        person=person,
        saved=saved,
        has_inbox=escalations.may_escalate(visitor.reader),
        mails=services.settings.smtp_host is not None,
        feeds=f"{services.settings.address}/feeds",
    )


@router.post("/settings")
def choose(
    session: WriteSessionDep,
    sender: SenderDep,
    at: NowDep,
    form: Annotated[PreferencesForm, Form()],
) -> Response:
    """Keep what they have chosen, in the place of a language that this browser remembers."""
    person, _ = people.asking(session, sender.reader)
    preferences.choose(session, person, language=form.language, digest=form.digest, at=at)
    answer = RedirectResponse("/settings?saved=true", 303)
    languages.forget(answer)
    return answer


@router.get("/digest/stop/{signed}")
def ask_to_stop(request: Request, services: ServicesDep, signed: Signed) -> Response:
    """The button that stops the mail: programs that follow every link of a mail stop nothing."""
    unsubscribing.person_id(services.settings, signed)
    return page(request, "digest_stop.html", None, stopped=False)


@router.post("/digest/stop/{signed}")
def stop(
    request: Request, session: WriteSessionDep, services: ServicesDep, at: NowDep, signed: Signed
) -> Response:
    """Stop the mail of whom the address was sent to; mail programs ask as RFC 8058 says."""
    person = people.by_id(session, unsubscribing.person_id(services.settings, signed))
    preferences.stop_digest(session, person, at=at)
    return page(request, "digest_stop.html", None, stopped=True)
