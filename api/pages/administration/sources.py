"""The connected ticket systems: how far they are read, what fails, who may see it."""

from contextlib import closing
from datetime import datetime
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Query, Request, Response
from fastapi import Form as FromForm
from fastapi.responses import RedirectResponse
from pydantic import Field
from sqlalchemy.orm import Session

from api.connectors import connect
from api.deps import NowDep, ServicesDep, SessionDep, WriteSessionDep
from api.fields import NUL_FREE, Name
from api.pages.administration.forms import Form, Optional
from api.pages.administration.guard import AdministratorDep, AdministratorSenderDep
from api.pages.session import Visitor
from api.pages.templating import page
from kb import people
from kb.errors import KbError
from kb.sources import overview, register
from kb.sources.ports import Visible
from kb.sources.vault import open_vault

router = APIRouter(prefix="/admin", include_in_schema=False)


class NameForm(Form):
    """Which source."""

    name: Name


class ScopeForm(NameForm):
    """Who may see what comes from a scope; no audience: administrators alone."""

    scope: Annotated[str, Field(min_length=1, max_length=400), NUL_FREE]
    audience: Optional = None
    internal_audience: Optional = None
    level: Annotated[int, Field(ge=1, le=3)]


@router.get("/sources")
def listed(request: Request, session: SessionDep, visitor: AdministratorDep) -> Response:
    """Each connected system: how far it is read, and whether it fails."""
    return page(request, "admin_sources.html", visitor, sources=register.statuses(session))


@router.get("/source")
def one(
    request: Request,
    session: SessionDep,
    visitor: AdministratorDep,
    at: NowDep,
    name: Annotated[Name, Query()],
) -> Response:
    """One system in full."""
    return _page(request, session, visitor, name, at=at)


@router.post("/source/pause")
def pause(
    session: WriteSessionDep,
    sender: AdministratorSenderDep,
    at: NowDep,
    form: Annotated[NameForm, FromForm()],
) -> Response:
    """Read nothing more after the batch in hand."""
    register.pause(session, form.name, at=at, by=sender.reader.person_id)
    return _back(form.name)


@router.post("/source/resume")
def resume(
    session: WriteSessionDep,
    sender: AdministratorSenderDep,
    at: NowDep,
    form: Annotated[NameForm, FromForm()],
) -> Response:
    """Go on where it stopped."""
    register.resume(session, form.name, at=at, by=sender.reader.person_id)
    return _back(form.name)


@router.post("/source/map")
def map_scope(
    session: WriteSessionDep,
    sender: AdministratorSenderDep,
    at: NowDep,
    form: Annotated[ScopeForm, FromForm()],
) -> Response:
    """Say who may see what came and comes from a scope of the system."""
    internal = form.internal_audience
    register.put_scope(
        session,
        register.source(session, form.name).id,
        form.scope,
        audience_id=people.audience(session, form.audience).id if form.audience else None,
        internal_audience_id=people.audience(session, internal).id if internal else None,
        level=form.level,
        at=at,
        by=sender.reader.person_id,
    )
    return _back(form.name)


@router.post("/source/test")
def test(
    request: Request,
    services: ServicesDep,
    sender: AdministratorSenderDep,
    at: NowDep,
    form: Annotated[NameForm, FromForm()],
) -> Response:
    """Ask the system what its account may see; new scopes join the table, unmapped."""
    with services.database.read() as session:
        chosen = register.source(session, form.name)
    seen: Visible | None = None
    failure: KbError | None = None
    try:
        with closing(connect(chosen, open_vault(services.settings))) as connector:
            seen = connector.visible()
    except KbError as error:  # what was asked for: whether and how far it works
        failure = error
    with services.database.write() as session:
        if seen is not None:
            register.add_scopes(session, chosen.id, seen.scopes)
        return _page(request, session, sender, form.name, at=at, seen=seen, failure=failure)


def _page(
    request: Request,
    session: Session,
    visitor: Visitor,
    name: str,
    *,
    at: datetime,
    seen: Visible | None = None,
    failure: KbError | None = None,
) -> Response:
    return page(
        request,
        "admin_source.html",
        visitor,
        source=overview.of(session, name, at=at),
        audiences=sorted(people.audiences_by_name(session)),
        seen=seen,
        failure=failure,
    )


def _back(name: str) -> Response:
    return RedirectResponse(f"/admin/source?{urlencode({'name': name})}", 303)
