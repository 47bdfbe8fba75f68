"""Organisations, teams, people and audiences."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from kb import cleaning, events
from kb.db import added
from kb.errors import InvalidInput, NotFound
from kb.models import (
    Audience,
    Grant,
    Membership,
    Organisation,
    OrganisationKind,
    Person,
    PersonRole,
    Role,
    Team,
)
from kb.visibility import Reader

INTERNAL = "internal"
"""The audience of our own company; what nobody said more about goes there."""


class AudienceNotFound(NotFound):
    """No audience has this name."""


class AudienceReserved(InvalidInput):
    """The name is that of an audience which the program made for itself."""


class OrganisationNotFound(NotFound):
    """No organisation has this name."""


class TeamNotFound(NotFound):
    """No team has this name."""


class PersonNotFound(NotFound):
    """No person has this e-mail address."""


class BadAddress(InvalidInput):
    """The text is no e-mail address."""


def put_organisation(session: Session, name: str, kind: OrganisationKind) -> Organisation:
    """The organisation called `name`, made if need be, with this kind."""
    found = session.scalar(select(Organisation).where(Organisation.name == name))
    if found is None:
        found = Organisation(name=name)
        session.add(found)
    found.kind = kind
    session.flush()  # callers need the id
    return found


def organisation(session: Session, name: str) -> Organisation:
    """The organisation called `name`.

    Raises:
        OrganisationNotFound: there is none.
    """
    found = session.scalar(select(Organisation).where(Organisation.name == name))
    if found is None:
        raise OrganisationNotFound(f"no organisation {name!r}; `kb organisation add` makes one")
    return found


def organisation_or_first(session: Session, name: str, *, at: datetime) -> Organisation:
    """The organisation called `name`; the first one of all is made, as our own company.

    Our own company reads the internal audience.

    Raises:
        OrganisationNotFound: there are others, but none of this name.
    """
    if session.scalar(select(Organisation.id).limit(1)) is not None:
        return organisation(session, name)
    made = put_organisation(session, name, OrganisationKind.OWN)
    grant(session, put_audience(session, INTERNAL).id, organisation_id=made.id, at=at)
    return made


def put_team(session: Session, name: str, *, level: int, organisation_id: int) -> Team:
    """The team called `name`, made if need be, with this level and organisation."""
    found = session.scalar(select(Team).where(Team.name == name))
    if found is None:
        found = Team(name=name)
        session.add(found)
    found.level, found.organisation_id = level, organisation_id
    session.flush()  # callers need the id
    return found


def team(session: Session, name: str) -> Team:
    """The team called `name`.

    Raises:
        TeamNotFound: there is none.
    """
    found = session.scalar(select(Team).where(Team.name == name))
    if found is None:
        raise TeamNotFound(f"no team {name!r}; `kb team add` makes one")
    return found


def address(email: str) -> str:
    """The e-mail address as we keep it.

    Raises:
        BadAddress: it has no @ between two parts.
    """
    email = email.strip().lower()
    before, at, after = email.partition("@")
    if not (before and at and after):
        raise BadAddress(f"{email!r} is no e-mail address")
    return email


def put_person(
    session: Session,
    email: str,
    *,
    name: str,
    organisation_id: int,
    roles: Collection[Role],
    language: str | None = None,
    until: datetime | None = None,
    service: bool = False,
) -> Person:
    """The person with this address, made if need be, with exactly these facts and roles.

    Without a `language` they keep the one that they may have chosen; somebody new has English.

    Raises:
        BadAddress: `email` has no @ between two parts.
    """
    email = address(email)
    found = session.scalar(select(Person).where(Person.email == email))
    if found is None:
        found = Person(email=email)
        session.add(found)
    found.name, found.organisation_id = name, organisation_id
    found.until, found.service = until, service
    found.language = language or found.language or "en"
    session.flush()  # the roles need the id
    session.execute(delete(PersonRole).where(PersonRole.person_id == found.id))
    session.add_all(PersonRole(person_id=found.id, role=role) for role in sorted(set(roles)))
    session.flush()  # whoever asks for the roles next must find them
    return found


def person(session: Session, email: str) -> Person:
    """The person with this address.

    Raises:
        PersonNotFound: there is none.
    """
    found = session.scalar(select(Person).where(Person.email == email.strip().lower()))
    if found is None:
        raise PersonNotFound(f"no person {email!r}; `kb user create` makes one")
    return found


def is_service(session: Session, email: str) -> bool:
    """Whether there is a system with this address; somebody unknown is none."""
    wanted = Person.email == email.strip().lower()
    return bool(session.scalar(select(Person.service).where(wanted)))


def set_active(
    session: Session, person: Person, *, active: bool, by: int | None = None, at: datetime
) -> None:
    """Let `person` in, or keep them out from the next request on; nothing of theirs is lost."""
    person.active = active
    events.record(
        session,
        "person.enable" if active else "person.disable",
        person_id=by,
        subject="person",
        subject_id=person.id,
        at=at,
    )


def by_id(session: Session, person_id: int) -> Person:
    """The person with this id.

    Raises:
        PersonNotFound: there is none.
    """
    found = session.get(Person, person_id)
    if found is None:
        raise PersonNotFound(f"no person {person_id}")
    return found


def asking(session: Session, reader: Reader) -> tuple[Person, Organisation]:
    """The person behind `reader`, and their organisation.

    Raises:
        PersonNotFound: the reader is nobody.
    """
    row = session.execute(
        select(Person, Organisation)
        .join(Organisation, Organisation.id == Person.organisation_id)
        .where(Person.id == reader.person_id)
    ).one_or_none()
    if row is None:
        raise PersonNotFound("nobody is asking")
    return row.Person, row.Organisation


def join(
    session: Session,
    person_id: int,
    team_id: int,
    *,
    since: datetime | None = None,
    until: datetime | None = None,
) -> None:
    """Let the person work in the team between the two times; None is open-ended."""
    found = session.scalar(
        select(Membership).where(Membership.person_id == person_id, Membership.team_id == team_id)
    )
    if found is None:
        found = Membership(person_id=person_id, team_id=team_id)
        session.add(found)
    found.since, found.until = since, until


def put_audience(session: Session, name: str) -> Audience:
    """The audience called `name`, made if need be; a new one has no readers.

    Raises:
        AudienceReserved: the program has an audience of this name for itself.
    """
    found = session.scalar(select(Audience).where(Audience.name == name))
    if found is None:
        found = Audience(name=name)
        if not added(session, found):
            return put_audience(session, name)
    if found.first_id is not None:
        raise AudienceReserved(f"the audience {name!r} is the program's own; choose another name")
    return found


def both(session: Session, first_id: int, second_id: int) -> int:
    """The id of the audience of those who belong to both of these, made if need be."""
    found = session.scalar(
        select(Audience).where(Audience.first_id == first_id, Audience.second_id == second_id)
    )
    if found is None:
        name = f"both #{first_id} and #{second_id}"
        found = Audience(name=name, first_id=first_id, second_id=second_id)
        if not added(session, found):
            return both(session, first_id, second_id)
    return found.id


def audience(session: Session, name: str) -> Audience:
    """The audience called `name`.

    Raises:
        AudienceNotFound: there is none.
    """
    found = session.scalar(
        select(Audience).where(Audience.name == name, Audience.first_id.is_(None))
    )
    if found is None:
        raise AudienceNotFound(f"no audience {name!r}; `kb audience add` makes one")
    return found


def own_audiences(session: Session, reader: Reader) -> list[Audience]:
    """The audiences that `reader` belongs to, by name."""
    chosen = select(Audience).where(
        Audience.id.in_(reader.audience_ids), Audience.first_id.is_(None)
    )
    return list(session.scalars(chosen.order_by(Audience.name)))


def audiences_by_name(session: Session) -> dict[str, int]:
    """The ids of all audiences by name."""
    chosen = select(Audience).where(Audience.first_id.is_(None))
    return {row.name: row.id for row in session.scalars(chosen)}


def grant(
    session: Session,
    audience_id: int,
    *,
    organisation_id: int | None = None,
    team_id: int | None = None,
    person_id: int | None = None,
    until: datetime | None = None,
    by: int | None = None,
    at: datetime,
) -> None:
    """Let one organisation, team or person read what `audience_id` may read."""
    before = cleaning.companies(session, audience_id)
    found = session.scalar(
        select(Grant).where(
            Grant.audience_id == audience_id,
            Grant.organisation_id == organisation_id,
            Grant.team_id == team_id,
            Grant.person_id == person_id,
        )
    )
    if found is None:
        found = Grant(
            audience_id=audience_id,
            organisation_id=organisation_id,
            team_id=team_id,
            person_id=person_id,
        )
        session.add(found)
    found.until = until
    session.flush()  # who reads what is asked again
    cleaning.readers_changed(session, before)
    events.record(
        session,
        "audience.grant",
        person_id=by,
        subject="audience",
        subject_id=audience_id,
        at=at,
        detail=f"organisation={organisation_id} team={team_id} person={person_id}",
    )


def revoke(
    session: Session,
    audience_id: int,
    *,
    organisation_id: int | None = None,
    team_id: int | None = None,
    person_id: int | None = None,
    by: int | None = None,
    at: datetime,
) -> None:
    """Take one organisation, team or person out of an audience, from the next request on."""
    before = cleaning.companies(session, audience_id)
    session.execute(
        delete(Grant).where(
            Grant.audience_id == audience_id,
            Grant.organisation_id == organisation_id,
            Grant.team_id == team_id,
            Grant.person_id == person_id,
        )
    )
    cleaning.readers_changed(session, before)
    events.record(
        session,
        "audience.revoke",
        person_id=by,
        subject="audience",
        subject_id=audience_id,
        at=at,
        detail=f"organisation={organisation_id} team={team_id} person={person_id}",
    )
