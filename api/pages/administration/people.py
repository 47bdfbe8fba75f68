"""People: adding, changing, keeping out, and looking as one of them."""

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from fastapi import Form as FromForm
from fastapi.responses import RedirectResponse
from pydantic import Field

from api.catalogues import NAMES
from api.deps import NowDep, ServicesDep, SessionDep, WriteSessionDep
from api.fields import NUL_FREE, Id, Name
from api.pages import session as sessions
from api.pages.administration.forms import Day, Email, Form, LicenceForm, end, last_day
from api.pages.administration.guard import AdministratorDep, AdministratorSenderDep
from api.pages.templating import page
from kb import administration, licences, previews, roster
from kb import people as persons
from kb.models import Licence, Role

router = APIRouter(prefix="/admin/people", include_in_schema=False)

ROWS = 100

Sought = Annotated[str, Query(alias="q", max_length=200), NUL_FREE]


class PersonForm(Form):
    """A person's facts and roles."""

    email: Email
    name: Name
    organisation: Name
    language: Annotated[str, Field(pattern="^(de|nl|en)$")] = "en"
    roles: list[Role] = Field(default_factory=list)
    until: Day = None


@router.get("")
def listed(
    request: Request, session: SessionDep, visitor: AdministratorDep, sought: Sought = ""
) -> Response:
    """People whose name or address holds a text, and the form for a new one."""
    found = roster.people(session, holding=sought.strip(), limit=ROWS + 1)
    return page(
        request,
        "admin_people.html",
        visitor,
        people=found[:ROWS],
        more=len(found) > ROWS,
        sought=sought,
        companies=roster.organisations(session),
        all_roles=list(Role),
        spoken=NAMES,
    )


@router.get("/{person_id}")
def shown(
    request: Request,
    session: SessionDep,
    services: ServicesDep,
    visitor: AdministratorDep,
    person_id: Id,
) -> Response:
    """One person: facts, roles, licence, teams."""
    person = persons.by_id(session, person_id)
    found = next(
        one for one in roster.people(session, holding=person.email) if one.person is person
    )
    return page(
        request,
        "admin_person.html",
        visitor,
        one=found,
        until=last_day(request, person.until),
        teams=administration.memberships(session, visitor.reader, person_id),
        all_teams=roster.teams(session),
        companies=roster.organisations(session),
        all_roles=list(Role),
        spoken=NAMES,
        names=services.settings.licence_names,
        all_licences=list(Licence),
        given=licences.given(session, licences.of_person(session, visitor.reader, person.email)),
    )


@router.post("/{person_id}/licence")
def put_licence(
    session: WriteSessionDep,
    sender: AdministratorSenderDep,
    at: NowDep,
    person_id: Id,
    form: Annotated[LicenceForm, FromForm()],
) -> Response:
    """Say how far a person's word on articles goes, or leave it to teams and roles."""
    email = persons.by_id(session, person_id).email
    subject = licences.of_person(session, sender.reader, email)
    licences.put(session, sender.reader, subject, form.licence, at=at)
    return RedirectResponse(f"/admin/people/{person_id}", 303)


@router.post("")
def put(
    request: Request,
    session: WriteSessionDep,
    sender: AdministratorSenderDep,
    at: NowDep,
    form: Annotated[PersonForm, FromForm()],
) -> Response:
    """Add a person, or change the one with this address."""
    facts = administration.Facts(
        name=form.name,
        organisation_id=persons.organisation(session, form.organisation).id,
        roles=form.roles,
        language=form.language,
        until=end(request, form.until),
        service=persons.is_service(session, form.email),
    )
    person = administration.put_person(session, sender.reader, form.email, facts, at=at)
    return RedirectResponse(f"/admin/people/{person.id}", 303)


@router.post("/{person_id}/active")
def set_active(
    session: WriteSessionDep,
    sender: AdministratorSenderDep,
    at: NowDep,
    person_id: Id,
    active: Annotated[bool, FromForm()],
) -> Response:
    """Keep a person out at once, or let them in again."""
    person = persons.by_id(session, person_id)
    administration.set_active(session, sender.reader, person, active=active, at=at)
    return RedirectResponse(f"/admin/people/{person_id}", 303)


@router.post("/{person_id}/preview")
def preview(
    request: Request,
    session: WriteSessionDep,
    sender: AdministratorSenderDep,
    at: NowDep,
    person_id: Id,
) -> Response:
    """Look as this person, on top of one's own sign-in."""
    begun = previews.begin(session, sender.reader, person_id, at=at)
    answer = RedirectResponse("/", 303)
    sessions.begin_preview(request, answer, begun.secret)
    return answer
