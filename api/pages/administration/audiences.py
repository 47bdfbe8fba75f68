"""Audiences, composed of organisations, teams and named people."""

import re
from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Query, Request, Response
from fastapi import Form as FromForm
from fastapi.responses import RedirectResponse
from pydantic import Field

from api.deps import NowDep, SessionDep, WriteSessionDep
from api.fields import NUL_FREE, Name
from api.pages.administration.forms import Day, Email, Form, Optional, end
from api.pages.administration.guard import AdministratorDep, AdministratorSenderDep
from api.pages.templating import page
from kb import administration, directory, roster
from kb.directory import ReaderEntry

router = APIRouter(prefix="/admin", include_in_schema=False)


class Composition(Form):
    """Who shall read: companies, teams and people, until a day."""

    name: Name
    everybody: bool = Field(default=False, description="every company that there is today")
    organisations: list[Name] = Field(default_factory=list)
    teams: list[Name] = Field(default_factory=list)
    people: Annotated[str, Field(max_length=20_000), NUL_FREE] = ""
    until: Day = None

    def entries(self, companies: list[str]) -> list[ReaderEntry]:
        """Each of them."""
        chosen = companies if self.everybody else self.organisations
        return [
            *(ReaderEntry(organisation=name) for name in chosen),
            *(ReaderEntry(team=name) for name in self.teams),
            *(ReaderEntry(person=email) for email in re.split(r"[\s,;]+", self.people) if email),
        ]


class Taking(Form):
    """Who shall read no longer: one of the three."""

    name: Name
    organisation: Optional = None
    team: Optional = None
    person: Email | Annotated[str, Field(max_length=0)] = ""

    def entry(self) -> ReaderEntry:
        """The one who is named."""
        person = self.person or None
        return ReaderEntry(organisation=self.organisation, team=self.team, person=person)


@router.get("/audiences")
def listed(request: Request, session: SessionDep, visitor: AdministratorDep) -> Response:
    """All audiences with who reads them, and the form for a new one."""
    return page(
        request,
        "admin_audiences.html",
        visitor,
        audiences=administration.audiences(session, visitor.reader),
        companies=roster.organisations(session),
        teams=roster.teams(session),
    )


@router.get("/audience")
def shown(
    request: Request,
    session: SessionDep,
    visitor: AdministratorDep,
    name: Annotated[str, Query(max_length=200), NUL_FREE] = "",
) -> Response:
    """One audience: who reads it until when, and the form to let more in."""
    return page(
        request,
        "admin_audience.html",
        visitor,
        audience=administration.audience(session, visitor.reader, name),
        companies=roster.organisations(session),
        teams=roster.teams(session),
    )


@router.post("/audiences")
def add(
    request: Request,
    session: WriteSessionDep,
    sender: AdministratorSenderDep,
    at: NowDep,
    form: Annotated[Composition, FromForm()],
) -> Response:
    """Add an audience, for those who are chosen and nobody else."""
    administration.add_audience(session, sender.reader, form.name, at=at)
    return grant(request, session, sender, at, form)


@router.post("/audience/grant")
def grant(
    request: Request,
    session: WriteSessionDep,
    sender: AdministratorSenderDep,
    at: NowDep,
    form: Annotated[Composition, FromForm()],
) -> Response:
    """Let those who are chosen read it too; again changes the day of the end."""
    companies = [name for name, _ in roster.organisations(session)]
    for entry in form.entries(companies):
        who = directory.subject(session, entry)
        until = end(request, form.until)
        administration.grant(session, sender.reader, form.name, who, until=until, at=at)
    return _to(form.name)


@router.post("/audience/revoke")
def revoke(
    session: WriteSessionDep,
    sender: AdministratorSenderDep,
    at: NowDep,
    form: Annotated[Taking, FromForm()],
) -> Response:
    """Take one of them out, at once."""
    who = directory.subject(session, form.entry())
    administration.revoke(session, sender.reader, form.name, who, at=at)
    return _to(form.name)


def _to(name: str) -> Response:
    return RedirectResponse(f"/admin/audience?name={quote(name, safe='')}", 303)
