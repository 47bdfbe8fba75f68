"""Organisations, teams, memberships and audiences, as administrators see and change them."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NotRequired, TypedDict

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from kb import events, people
from kb.db import added
from kb.directory import Subject
from kb.errors import Conflict, NotFound
from kb.models import (
    Audience,
    Grant,
    Membership,
    MembershipOrigin,
    Organisation,
    OrganisationKind,
    Person,
    Role,
    Team,
)
from kb.visibility import Reader


class GrantNotFound(NotFound):
    """This audience was not granted to them."""


class NotAMember(NotFound):
    """The person is not in this team."""


class OwnAccess(Conflict):
    """Nobody takes their own administration away: somebody must be left who can give it back."""


class AudienceTaken(Conflict):
    """There is an audience of this name."""


@dataclass(frozen=True, slots=True)
class GrantListed:
    """Who reads an audience, and until when: one of the three is named."""

    organisation: str | None
    team: str | None
    person: str | None
    until: datetime | None


@dataclass(frozen=True, slots=True)
class AudienceListed:
    """An audience and everybody to whom it was granted."""

    name: str
    grants: tuple[GrantListed, ...]


@dataclass(frozen=True, slots=True)
class MemberListed:
    """A person in a team, from and until; `origin` says who let them in."""

    email: str
    since: datetime | None
    until: datetime | None
    origin: MembershipOrigin


@dataclass(frozen=True, slots=True)
class TeamOf:
    """A team that a person is in, from and until."""

    name: str
    since: datetime | None
    until: datetime | None


class Facts(TypedDict):
    """What is known of a person, as keywords of `people.put_person`."""

    name: str
    organisation_id: int
    roles: Collection[Role]
    language: str | None
    until: NotRequired[datetime | None]
    service: NotRequired[bool]


def must_administer(reader: Reader) -> None:
    """Stop here unless `reader` is an administrator.

    Raises:
        RoleMissing: they are not.
    """
    reader.must_have(Role.ADMINISTRATOR)


def audiences(session: Session, reader: Reader) -> Sequence[AudienceListed]:
    """All audiences with their grants, by name."""
    must_administer(reader)
    chosen = select(Audience).where(Audience.first_id.is_(None)).order_by(Audience.name)
    found = session.scalars(chosen)
    return [AudienceListed(one.name, _grants(session, one.id)) for one in found]


def audience(session: Session, reader: Reader, name: str) -> AudienceListed:
    """One audience with its grants.

    Raises:
        AudienceNotFound: there is none of this name.
    """
    must_administer(reader)
    found = people.audience(session, name)
    return AudienceListed(found.name, _grants(session, found.id))


def add_audience(session: Session, reader: Reader, name: str, *, at: datetime) -> AudienceListed:
    """A new audience, which nobody reads.

    Raises:
        AudienceTaken: there is one of this name.
    """
    must_administer(reader)
    made = Audience(name=name)
    if not added(session, made):
        raise AudienceTaken(f"there is an audience {name!r}")
    _record(session, reader, "audience.create", "audience", made.id, at)
    return AudienceListed(made.name, ())


def grant(
    session: Session,
    reader: Reader,
    audience: str,
    subject: Subject,
    *,
    until: datetime | None,
    at: datetime,
) -> None:
    """Let an organisation, a team or a person read what this audience may read, until a time.

    Raises:
        AudienceNotFound: there is none of this name.
    """
    must_administer(reader)
    found = people.audience(session, audience)
    people.grant(session, found.id, **subject, until=until, by=reader.person_id, at=at)


def revoke(
    session: Session, reader: Reader, audience: str, subject: Subject, *, at: datetime
) -> None:
    """Take them out of an audience, from the next request on.

    Raises:
        AudienceNotFound: there is none of this name.
        GrantNotFound: it was not granted to them.
    """
    must_administer(reader)
    found = people.audience(session, audience)
    granted = select(Grant.id).where(
        Grant.audience_id == found.id,
        Grant.organisation_id == subject.get("organisation_id"),
        Grant.team_id == subject.get("team_id"),
        Grant.person_id == subject.get("person_id"),
    )
    if session.scalar(granted) is None:
        raise GrantNotFound(f"{audience} was not granted to them")
    people.revoke(session, found.id, **subject, by=reader.person_id, at=at)


def put_organisation(
    session: Session, reader: Reader, name: str, kind: OrganisationKind, *, at: datetime
) -> Organisation:
    """The organisation of this name, made if need be, with this kind; a new one reads nothing."""
    must_administer(reader)
    made = people.put_organisation(session, name, kind)
    _record(session, reader, "organisation.put", "organisation", made.id, at)
    return made


def put_team(
    session: Session, reader: Reader, name: str, *, level: int, organisation: str, at: datetime
) -> Team:
    """The team of this name, made if need be, at this level; a new one reads nothing.

    Raises:
        OrganisationNotFound: there is none of this name.
    """
    must_administer(reader)
    owner = people.organisation(session, organisation)
    made = people.put_team(session, name, level=level, organisation_id=owner.id)
    _record(session, reader, "team.put", "team", made.id, at)
    return made


def put_person(
    session: Session, reader: Reader, email: str, facts: Facts, *, at: datetime
) -> Person:
    """The person with this address, made if need be, with exactly these facts and roles.

    Raises:
        BadAddress: `email` is no e-mail address.
        OwnAccess: the administrator would lock themselves out.
    """
    must_administer(reader)
    person = people.put_person(session, email, **facts)
    until = facts.get("until")
    over = until is not None and until <= at
    if person.id == reader.person_id and (over or Role.ADMINISTRATOR not in facts["roles"]):
        raise OwnAccess("another administrator must take this from you")
    _record(session, reader, "person.put", "person", person.id, at)
    return person


def set_active(
    session: Session, reader: Reader, person: Person, *, active: bool, at: datetime
) -> None:
    """Let a person in, or keep them out from the next request on.

    Raises:
        OwnAccess: the administrator would lock themselves out.
    """
    must_administer(reader)
    if person.id == reader.person_id and not active:
        raise OwnAccess("another administrator must take this from you")
    people.set_active(session, person, active=active, by=reader.person_id, at=at)


def memberships(session: Session, reader: Reader, person_id: int) -> Sequence[TeamOf]:
    """The teams that a person is, was or will be in, by name."""
    must_administer(reader)
    rows = session.execute(
        select(Team.name, Membership.since, Membership.until)
        .join(Membership, Membership.team_id == Team.id)
        .where(Membership.person_id == person_id)
        .order_by(Team.name)
    )
    return [TeamOf(*row) for row in rows]


def members(session: Session, reader: Reader, team: str) -> Sequence[MemberListed]:
    """Who is, was or will be in a team, by address.

    Raises:
        TeamNotFound: there is none of this name.
    """
    must_administer(reader)
    rows = session.execute(
        select(Membership, Person.email)
        .join(Person, Person.id == Membership.person_id)
        .where(Membership.team_id == people.team(session, team).id)
        .order_by(Person.email)
    )
    return [MemberListed(row.email, m.since, m.until, m.origin) for row in rows for m in [row[0]]]


def join(
    session: Session,
    reader: Reader,
    team: str,
    email: str,
    *,
    since: datetime | None,
    until: datetime | None,
    at: datetime,
) -> None:
    """Let a person work in a team between the two times; None is open-ended.

    Raises:
        TeamNotFound, PersonNotFound: there is no such.
    """
    must_administer(reader)
    found, person = people.team(session, team), people.person(session, email)
    people.join(session, person.id, found.id, since=since, until=until)
    _record(session, reader, "team.join", "person", person.id, at, detail=f"team={found.id}")


def leave(session: Session, reader: Reader, team: str, email: str, *, at: datetime) -> None:
    """Take a person out of a team, from the next request on.

    Raises:
        TeamNotFound, PersonNotFound: there is no such.
        NotAMember: they are not in it.
    """
    must_administer(reader)
    found, person = people.team(session, team), people.person(session, email)
    which = (Membership.team_id == found.id, Membership.person_id == person.id)
    if session.scalar(select(Membership.id).where(*which)) is None:
        raise NotAMember(f"{email} is not in {team}")
    session.execute(delete(Membership).where(*which))
    _record(session, reader, "team.leave", "person", person.id, at, detail=f"team={found.id}")


def _grants(session: Session, audience_id: int) -> tuple[GrantListed, ...]:
    rows = session.execute(
        select(Organisation.name, Team.name, Person.email, Grant.until)
        .select_from(Grant)
        .outerjoin(Organisation, Organisation.id == Grant.organisation_id)
        .outerjoin(Team, Team.id == Grant.team_id)
        .outerjoin(Person, Person.id == Grant.person_id)
        .where(Grant.audience_id == audience_id)
        .order_by(Grant.id)
    )
    return tuple(GrantListed(*row) for row in rows)


def _record(
    session: Session,
    reader: Reader,
    verb: str,
    subject: str,
    subject_id: int,
    at: datetime,
    *,
    detail: str = "",
) -> None:
    events.record(
        session,
        verb,
        person_id=reader.person_id,
        subject=subject,
        subject_id=subject_id,
        at=at,
        detail=detail,
    )
