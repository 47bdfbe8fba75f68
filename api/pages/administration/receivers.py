"""Other systems that are told what happens to articles: adding, trying, removing."""

from typing import Annotated

from fastapi import APIRouter, Request, Response
from fastapi import Form as FromForm
from fastapi.responses import RedirectResponse
from pydantic import Field
from sqlalchemy.orm import Session

from api import delivering
from api.catalogues import NAMES
from api.deps import NowDep, ServicesDep, SessionDep, WriteSessionDep
from api.fields import NUL_FREE, Name
from api.pages.administration.forms import Email, Form
from api.pages.administration.guard import AdministratorDep, AdministratorSenderDep
from api.pages.session import Visitor
from api.pages.templating import page
from articles import receivers
from articles.models import Happening
from articles.receivers import Wanted
from kb.sources.vault import open_vault

router = APIRouter(prefix="/admin/webhooks", include_in_schema=False)


class ReceiverForm(Form):
    """A system that is to be told."""

    name: Name
    url: Annotated[str, Field(min_length=1, max_length=2_000), NUL_FREE]
    email: Email
    happenings: list[Happening] = Field(default_factory=list)
    private: bool = False
    tag: Annotated[str, Field(max_length=200), NUL_FREE] = ""
    language: Annotated[str, Field(pattern="^(de|nl|en)?$")] = ""


class NameForm(Form):
    """Which receiver."""

    name: Name


@router.get("")
def listed(request: Request, session: SessionDep, visitor: AdministratorDep) -> Response:
    """All receivers with how they stand, and the form for a new one."""
    return _page(request, session, visitor)


@router.post("")
def add(
    request: Request,
    session: WriteSessionDep,
    services: ServicesDep,
    sender: AdministratorSenderDep,
    at: NowDep,
    form: Annotated[ReceiverForm, FromForm()],
) -> Response:
    """Add a receiver; the page shows its secret, and no page will again."""
    wanted = Wanted(**form.model_dump(exclude={"csrf"}))
    vault = open_vault(services.settings)
    secret = receivers.add(session, sender.reader, wanted, vault=vault, at=at)
    return _page(request, session, sender, named=form.name, secret=secret)


@router.post("/rotate")
def rotate(
    request: Request,
    session: WriteSessionDep,
    services: ServicesDep,
    sender: AdministratorSenderDep,
    at: NowDep,
    form: Annotated[NameForm, FromForm()],
) -> Response:
    """Make a new secret and show it once."""
    vault = open_vault(services.settings)
    secret = receivers.rotate(session, sender.reader, form.name, vault=vault, at=at)
    return _page(request, session, sender, named=form.name, secret=secret)


@router.post("/test")
def test(
    request: Request,
    services: ServicesDep,
    sender: AdministratorSenderDep,
    at: NowDep,
    form: Annotated[NameForm, FromForm()],
) -> Response:
    """Send a test message and say what became of it."""
    outcome = delivering.test(services.settings, services.database, sender.reader, form.name, at=at)
    with services.database.read() as session:
        return _page(request, session, sender, named=form.name, tested=outcome)


@router.post("/remove")
def remove(
    session: WriteSessionDep,
    sender: AdministratorSenderDep,
    at: NowDep,
    form: Annotated[NameForm, FromForm()],
) -> Response:
    """Tell it nothing more."""
    receivers.remove(session, sender.reader, form.name, at=at)
    return RedirectResponse("/admin/webhooks", 303)


def _page(
    request: Request,
    session: Session,
    visitor: Visitor,
    *,
    named: str = "",
    secret: str = "",
    tested: delivering.Outcome | None = None,
) -> Response:
    return page(
        request,
        "admin_webhooks.html",
        visitor,
        receivers=receivers.listed(session, visitor.reader),
        all_happenings=list(Happening),
        spoken=NAMES,
        named=named,
        secret=secret,
        tested=tested,
    )
