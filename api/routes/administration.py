"""Who belongs where and who reads what, for administrators."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Path, Query, Response
from pydantic import Field, model_validator

from api.deps import AdminReaderDep, NowDep, SessionDep, WriteSessionDep
from api.fields import NUL_FREE, Body, Id, Name, Row, When, example
from api.problems import documented
from api.routes import PREFIX
from articles import store
from kb import administration, directory, people, previews, roster, tickets, why
from kb.directory import ReaderEntry
from kb.models import MembershipOrigin, OrganisationKind

router = APIRouter(prefix=f"{PREFIX}/admin", tags=["administration"])

Named = Annotated[str, Path(min_length=1, max_length=200, description="Its name."), NUL_FREE]
Address = Annotated[
    str, Path(min_length=3, max_length=320, description="The e-mail address."), NUL_FREE
]
AddressQuery = Annotated[
    str, Query(min_length=3, max_length=320, description="The e-mail address."), NUL_FREE
]
Email = Annotated[str, Field(min_length=3, max_length=320), NUL_FREE]

GRANT = {"organisation": None, "team": "Network", "person": None, "until": "2026-12-31T23:00:00Z"}
AUDIENCE = {"name": "Nordwind Netze", "grants": [GRANT]}
TEAM = {"name": "Network", "level": 2, "organisation": "Own"}


class Granting(Body):
    """Who shall read: exactly one organisation, team or person; and until when."""

    model_config = Body.model_config | example({"team": "Network", "until": GRANT["until"]})

    organisation: Name | None = None
    team: Name | None = None
    person: Email | None = Field(default=None, description="an e-mail address")
    until: When | None = Field(default=None, description="it ends by itself then; null: never")

    @model_validator(mode="after")
    def _exactly_one(self) -> "Granting":
        if sum(one is not None for one in (self.organisation, self.team, self.person)) != 1:
            raise ValueError("name one organisation, one team or one person")
        return self

    def entry(self) -> ReaderEntry:
        """The one who is named."""
        return ReaderEntry(organisation=self.organisation, team=self.team, person=self.person)


class GrantOut(Row):
    """Who reads an audience: one of the three."""

    model_config = Row.model_config | example(GRANT)

    organisation: str | None
    team: str | None
    person: str | None
    until: datetime | None


class AudienceOut(Row):
    """An audience and who reads it."""

    model_config = Row.model_config | example(AUDIENCE)

    name: str
    grants: list[GrantOut]


class NewAudience(Body):
    """An audience, which nobody reads at first."""

    model_config = Body.model_config | example({"name": "Nordwind Netze"})

    name: Name


class OrganisationIn(Body):
    """What a company is to us."""

    model_config = Body.model_config | example({"kind": "contractor"})

    kind: OrganisationKind


class OrganisationOut(Row):
    """A company."""

    model_config = Row.model_config | example({"name": "Nordwind Netze", "kind": "contractor"})

    name: str
    kind: OrganisationKind


class TeamIn(Body):
    """A team's support level and company."""

    model_config = Body.model_config | example({"level": 2, "organisation": "Own"})

    level: Annotated[int, Field(ge=1, le=3)]
    organisation: Name


class TeamOut(Row):
    """A team."""

    model_config = Row.model_config | example(TEAM)

    name: str
    level: int
    organisation: str


class MembershipIn(Body):
    """From and until when; null is open-ended."""

    model_config = Body.model_config | example({"since": None, "until": GRANT["until"]})

    since: When | None = None
    until: When | None = None


class MemberOut(Row):
    """A person in a team."""

    model_config = Row.model_config | example(
        {"email": "kim@own.example", "since": None, "until": GRANT["until"], "origin": "hand"}
    )

    email: str
    since: datetime | None
    until: datetime | None
    origin: MembershipOrigin = Field(description="who let them in")


class PreviewIn(Body):
    """As whom to look."""

    model_config = Body.model_config | example({"person": "engineer@nordwind.example"})

    person: Email = Field(description="their e-mail address")


class PreviewOut(Row):
    """A preview; its token is shown once."""

    model_config = Row.model_config | example(
        {"id": 3, "secret": "kb_preview_…", "until": "2026-01-05T09:30:00Z"}
    )

    id: int
    secret: str = Field(description="send it as a bearer token")
    until: datetime = Field(description="it ends by itself then")


class VerdictOut(Row):
    """Whether somebody sees something, and the rules that decide."""

    model_config = Row.model_config | example(
        {
            "part": "ticket",
            "sees": True,
            "audience": "Nordwind Netze",
            "because": ["granted to the organisation Nordwind Netze"],
        }
    )

    part: str
    sees: bool
    audience: str
    because: list[str]


@router.get("/audiences", responses=documented(), summary="List all audiences")
def audiences(session: SessionDep, reader: AdminReaderDep) -> list[AudienceOut]:
    """All audiences, and who reads each."""
    found = administration.audiences(session, reader)
    return [AudienceOut.model_validate(one) for one in found]


@router.post("/audiences", status_code=201, responses=documented(409), summary="Add an audience")
def add_audience(
    session: WriteSessionDep, reader: AdminReaderDep, at: NowDep, new: NewAudience
) -> AudienceOut:
    """A new audience, which nobody reads."""
    made = administration.add_audience(session, reader, new.name, at=at)
    return AudienceOut.model_validate(made)


@router.put("/audiences/{name}/grants", responses=documented(404), summary="Let somebody read")
def grant(
    session: WriteSessionDep, reader: AdminReaderDep, at: NowDep, name: Named, granting: Granting
) -> AudienceOut:
    """Grant an audience to an organisation, a team or a person; again changes the end."""
    administration.must_administer(reader)
    who = directory.subject(session, granting.entry())
    administration.grant(session, reader, name, who, until=granting.until, at=at)
    return AudienceOut.model_validate(administration.audience(session, reader, name))


@router.post(
    "/audiences/{name}/revoke", responses=documented(404), summary="Let somebody read no longer"
)
def revoke(
    session: WriteSessionDep, reader: AdminReaderDep, at: NowDep, name: Named, granting: Granting
) -> AudienceOut:
    """Take an organisation, a team or a person out of an audience, at once."""
    administration.must_administer(reader)
    who = directory.subject(session, granting.entry())
    administration.revoke(session, reader, name, who, at=at)
    return AudienceOut.model_validate(administration.audience(session, reader, name))


@router.get("/organisations", responses=documented(), summary="List the organisations")
def organisations(session: SessionDep, reader: AdminReaderDep) -> list[OrganisationOut]:
    """All companies, and what they are to us."""
    administration.must_administer(reader)
    return [OrganisationOut(name=name, kind=kind) for name, kind in roster.organisations(session)]


@router.put("/organisations/{name}", responses=documented(), summary="Put an organisation")
def put_organisation(
    session: WriteSessionDep, reader: AdminReaderDep, at: NowDep, name: Named, told: OrganisationIn
) -> OrganisationOut:
    """Make or change a company; a new one sees nothing."""
    made = administration.put_organisation(session, reader, name, told.kind, at=at)
    return OrganisationOut.model_validate(made)


@router.get("/teams", responses=documented(), summary="List the teams")
def teams(session: SessionDep, reader: AdminReaderDep) -> list[TeamOut]:
    """All teams with their levels."""
    administration.must_administer(reader)
    return [TeamOut.model_validate(one) for one in roster.teams(session)]


@router.put("/teams/{name}", responses=documented(404), summary="Put a team")
def put_team(
    session: WriteSessionDep, reader: AdminReaderDep, at: NowDep, name: Named, told: TeamIn
) -> TeamOut:
    """Make or change a team; a new one sees nothing."""
    owner, level = told.organisation, told.level
    made = administration.put_team(session, reader, name, level=level, organisation=owner, at=at)
    return TeamOut(name=made.name, level=made.level, organisation=owner)


@router.get("/teams/{name}/members", responses=documented(404), summary="List the members")
def members(session: SessionDep, reader: AdminReaderDep, name: Named) -> list[MemberOut]:
    """Who is, was or will be in a team."""
    found = administration.members(session, reader, name)
    return [MemberOut.model_validate(one) for one in found]


@router.put("/teams/{name}/members/{email}", responses=documented(404), summary="Put a member")
def join(
    session: WriteSessionDep,
    reader: AdminReaderDep,
    at: NowDep,
    name: Named,
    email: Address,
    told: MembershipIn,
) -> list[MemberOut]:
    """Let a person work in a team from and until given times."""
    since, until = told.since, told.until
    administration.join(session, reader, name, email, since=since, until=until, at=at)
    session.flush()  # the list is read from the table
    found = administration.members(session, reader, name)
    return [MemberOut.model_validate(one) for one in found]


@router.delete(
    "/teams/{name}/members/{email}",
    status_code=204,
    responses=documented(404),
    summary="Take a member out",
)
def leave(
    session: WriteSessionDep, reader: AdminReaderDep, at: NowDep, name: Named, email: Address
) -> Response:
    """Take a person out of a team, at once."""
    administration.leave(session, reader, name, email, at=at)
    return Response(status_code=204)


@router.get(
    "/why/tickets/{ticket_id}", responses=documented(404), summary="Why does somebody see a ticket?"
)
def why_ticket(
    session: SessionDep, reader: AdminReaderDep, at: NowDep, ticket_id: Id, person: AddressQuery
) -> list[VerdictOut]:
    """Whether a person may see a ticket and its internal messages, and what decides."""
    administration.must_administer(reader)
    somebody = people.person(session, person)
    of_all, of_internal = tickets.audiences_of(session, ticket_id)
    parts = {"ticket": of_all, "internal messages": of_internal}
    return [
        _verdict(part, why.audience(session, somebody, audience_id, at=at))
        for part, audience_id in parts.items()
    ]


@router.get(
    "/why/articles/{name}", responses=documented(404), summary="Why does somebody see an article?"
)
def why_article(
    session: SessionDep, reader: AdminReaderDep, at: NowDep, name: Named, person: AddressQuery
) -> list[VerdictOut]:
    """Whether a person may see an article, named by its number, and what decides."""
    administration.must_administer(reader)
    somebody = people.person(session, person)
    verdict = why.audience(session, somebody, store.audience_of(session, name), at=at)
    return [_verdict("article", verdict)]


@router.post("/previews", status_code=201, responses=documented(404, 409), summary="See as")
def begin_preview(
    session: WriteSessionDep, reader: AdminReaderDep, at: NowDep, told: PreviewIn
) -> PreviewOut:
    """Get a token with which everything is answered as for this person, and nothing changes.

    It ends after half an hour, or when it is deleted; both are recorded.
    """
    administration.must_administer(reader)
    person = people.person(session, told.person)
    return PreviewOut.model_validate(previews.begin(session, reader, person.id, at=at))


@router.delete(
    "/previews/{preview_id}", status_code=204, responses=documented(404), summary="End a preview"
)
def end_preview(
    session: WriteSessionDep, reader: AdminReaderDep, at: NowDep, preview_id: Id
) -> Response:
    """End it before its time."""
    previews.end_by_id(session, reader, preview_id, at=at)
    return Response(status_code=204)


def _verdict(part: str, verdict: why.Verdict) -> VerdictOut:
    return VerdictOut(
        part=part,
        sees=verdict.sees,
        audience=verdict.audience,
        because=list(map(str, verdict.because)),
    )
