"""Organisations, teams, and who works in them from when until when."""

from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Query, Request, Response
from fastapi import Form as FromForm
from fastapi.responses import RedirectResponse
from pydantic import Field

from api.deps import NowDep, ServicesDep, SessionDep, WriteSessionDep
from api.fields import NUL_FREE, Name
from api.pages.administration.forms import Day, Email, Form, LicenceForm, beginning, end
from api.pages.administration.guard import AdministratorDep, AdministratorSenderDep
from api.pages.paths import own_path
from api.pages.templating import page
from kb import administration, licences, people, roster
from kb.models import Licence, OrganisationKind

router = APIRouter(prefix="/admin", include_in_schema=False)

Back = Annotated[str, Field(max_length=2_000)]


class OrganisationForm(Form):
    """A company and what it is to us."""

    name: Name
    kind: OrganisationKind


class TeamForm(Form):
    """A team, its support level and its company."""

    name: Name
    level: Annotated[int, Field(ge=1, le=3)]
    organisation: Name


class MemberForm(Form):
    """Who works in which team, on which days; without days it is open-ended."""

    team: Name
    email: Email
    since: Day = None
    until: Day = None
    back: Back = "/admin/organisations"


@router.get("/organisations")
def organisations(request: Request, session: SessionDep, visitor: AdministratorDep) -> Response:
    """All companies and teams, and forms to add or change one."""
    return page(
        request,
        "admin_organisations.html",
        visitor,
        companies=roster.organisations(session),
        teams=roster.teams(session),
        kinds=list(OrganisationKind),
    )


@router.post("/organisations")
def put_organisation(
    session: WriteSessionDep,
    sender: AdministratorSenderDep,
    at: NowDep,
    form: Annotated[OrganisationForm, FromForm()],
) -> Response:
    """Add a company, or say what one is to us; a new one reads nothing."""
    administration.put_organisation(session, sender.reader, form.name, form.kind, at=at)
    return RedirectResponse("/admin/organisations", 303)


@router.post("/teams")
def put_team(
    session: WriteSessionDep,
    sender: AdministratorSenderDep,
    at: NowDep,
    form: Annotated[TeamForm, FromForm()],
) -> Response:
    """Add a team, or change its level and company; a new one reads nothing."""
    administration.put_team(
        session, sender.reader, form.name, level=form.level, organisation=form.organisation, at=at
    )
    return RedirectResponse("/admin/organisations", 303)


@router.get("/team")
def team(
    request: Request,
    session: SessionDep,
    services: ServicesDep,
    visitor: AdministratorDep,
    name: Annotated[str, Query(max_length=200), NUL_FREE] = "",
) -> Response:
    """Who is, was or will be in a team."""
    members = administration.members(session, visitor.reader, name)
    return page(
        request,
        "admin_team.html",
        visitor,
        team=people.team(session, name),
        members=members,
        names=services.settings.licence_names,
        all_licences=list(Licence),
        given=licences.given(session, licences.of_team(session, visitor.reader, name)),
    )


@router.post("/team/licence")
def put_licence(
    session: WriteSessionDep,
    sender: AdministratorSenderDep,
    at: NowDep,
    name: Annotated[str, Query(max_length=200), NUL_FREE],
    form: Annotated[LicenceForm, FromForm()],
) -> Response:
    """Say how far the word of a team's people goes on articles, or leave it to their roles."""
    subject = licences.of_team(session, sender.reader, name)
    licences.put(session, sender.reader, subject, form.licence, at=at)
    return RedirectResponse(f"/admin/team?name={quote(name)}", 303)


@router.post("/team/join")
def join(
    request: Request,
    session: WriteSessionDep,
    sender: AdministratorSenderDep,
    at: NowDep,
    form: Annotated[MemberForm, FromForm()],
) -> Response:
    """Let a person work in a team from one day to another; again changes the days."""
    administration.join(
        session,
        sender.reader,
        form.team,
        form.email,
        since=beginning(request, form.since),
        until=end(request, form.until),
        at=at,
    )
    return RedirectResponse(own_path(form.back), 303)


@router.post("/team/leave")
def leave(
    session: WriteSessionDep,
    sender: AdministratorSenderDep,
    at: NowDep,
    form: Annotated[MemberForm, FromForm()],
) -> Response:
    """Take a person out of a team, at once."""
    administration.leave(session, sender.reader, form.team, form.email, at=at)
    return RedirectResponse(own_path(form.back), 303)
