"""People and teams as a directory keeps them: it sees and changes those of one organisation."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Select, delete, select
from sqlalchemy.orm import Session

from kb import events, identities, people, sign_ins
from kb.errors import Conflict, InvalidInput, NotFound
from kb.models import (
    LicenceGiven,
    Membership,
    MembershipOrigin,
    Password,
    Person,
    PersonRole,
    Team,
    Token,
)

FIRST_LEVEL = 1
"""The support level of a team that the directory makes; administrators change it here."""


class EntryNotFound(NotFound):
    """The directory's organisation has no such person or team."""


class NameTaken(Conflict):
    """Somebody, or a team, has this name already."""


class MemberUnknown(InvalidInput):
    """A member of a team must be a person of the same organisation."""


@dataclass(frozen=True, slots=True)
class Facts:
    """What a directory says of a person."""

    email: str
    name: str
    active: bool
    external_id: str | None


@dataclass(frozen=True, slots=True)
class Entry:
    """A person with the teams they are in, or a team with its members: ids and names."""

    id: int
    name: str
    external_id: str | None
    related: tuple[tuple[int, str], ...]
    email: str = ""
    active: bool = True


@dataclass(frozen=True, slots=True)
class Directory:
    """Whose people these are, and which account acts for the directory."""

    organisation_id: int
    by: int | None


def listed(session: Session, directory: Directory) -> Sequence[Entry]:
    """The people of the organisation, by id; systems and deleted people are not among them."""
    return [_entry(session, one) for one in session.scalars(_people(directory))]


def shown(session: Session, directory: Directory, person_id: int) -> Entry:
    """A person of the organisation.

    Raises:
        EntryNotFound: it has no such.
    """
    return _entry(session, _person(session, directory, person_id))


def create(session: Session, directory: Directory, facts: Facts, *, at: datetime) -> Entry:
    """Make a person without a role, or let one in again whom the directory has deleted.

    Raises:
        NameTaken: somebody has this address.
        BadAddress: it is none.
    """
    known = session.scalar(select(Person).where(Person.email == facts.email.strip().lower()))
    if known is not None and (
        known.withdrawn_at is None or known.organisation_id != directory.organisation_id
    ):
        raise NameTaken("somebody has this userName")
    person = people.put_person(
        session,
        facts.email,
        name=facts.name,
        organisation_id=directory.organisation_id,
        roles=(),
    )
    person.withdrawn_at = None
    _record(session, directory, "person.provision", person.id, at)
    return replace(session, directory, person.id, facts, at=at)


def replace(
    session: Session, directory: Directory, person_id: int, facts: Facts, *, at: datetime
) -> Entry:
    """Give a person these facts; who is not active any more is outside at the next request.

    Raises:
        EntryNotFound: the organisation has no such person.
        NameTaken: somebody else has this address.
        BadAddress: it is none.
    """
    person = _person(session, directory, person_id)
    email = people.address(facts.email)
    taken = select(Person.id).where(Person.email == email, Person.id != person.id)
    if session.scalar(taken) is not None:
        raise NameTaken("somebody has this userName")
    person.email, person.name, person.external_id = email, facts.name, facts.external_id
    if person.active != facts.active:
        people.set_active(session, person, active=facts.active, by=directory.by, at=at)
        if not facts.active:
            sign_ins.end_all(session, person.id, by=directory.by, at=at)
    _record(session, directory, "person.update", person.id, at)
    session.flush()  # the entry is read from the tables
    return _entry(session, person)


def withdraw(session: Session, directory: Directory, person_id: int, *, at: datetime) -> None:
    """Take all access from a person for good; what they wrote stays, and so does their name on it.

    Raises:
        EntryNotFound: the organisation has no such person.
    """
    person = _person(session, directory, person_id)
    people.set_active(session, person, active=False, by=directory.by, at=at)
    sign_ins.end_all(session, person.id, by=directory.by, at=at)
    identities.unlink(session, person, by=directory.by, at=at)
    for table in (LicenceGiven, Membership, PersonRole, Password, Token):
        session.execute(delete(table).where(table.person_id == person.id))
    person.withdrawn_at, person.external_id = at, None
    _record(session, directory, "person.withdraw", person.id, at)


def teams(session: Session, directory: Directory) -> Sequence[Entry]:
    """The teams of the organisation with their members, by id."""
    chosen = select(Team).where(_own_team(directory)).order_by(Team.id)
    return [_team_entry(session, one) for one in session.scalars(chosen)]


def team(session: Session, directory: Directory, team_id: int) -> Entry:
    """A team of the organisation.

    Raises:
        EntryNotFound: it has no such.
    """
    return _team_entry(session, _team(session, directory, team_id))


def create_team(
    session: Session,
    directory: Directory,
    name: str,
    members: Collection[int],
    *,
    external_id: str | None,
    at: datetime,
) -> Entry:
    """Make a team, which may read nothing until an audience is granted to it.

    Raises:
        NameTaken: there is a team of this name.
        MemberUnknown: a member is not a person of the organisation.
    """
    _must_be_free(session, name, None)
    made = people.put_team(
        session, name, level=FIRST_LEVEL, organisation_id=directory.organisation_id
    )
    _record(session, directory, "team.create", made.id, at)
    return replace_team(session, directory, made.id, name, members, external_id=external_id, at=at)


def replace_team(
    session: Session,
    directory: Directory,
    team_id: int,
    name: str,
    members: Collection[int],
    *,
    external_id: str | None,
    at: datetime,
) -> Entry:
    """Give a team this name and exactly these members, from the next request on.

    Raises:
        EntryNotFound: the organisation has no such team.
        NameTaken: there is another team of this name.
        MemberUnknown: a member is not a person of the organisation.
    """
    found = _team(session, directory, team_id)
    _must_be_free(session, name, found.id)
    known = set(session.scalars(_people(directory).with_only_columns(Person.id)))
    if not set(members) <= known:
        raise MemberUnknown("a member is not a user of this directory")
    if (found.name, found.external_id) != (name, external_id):
        found.name, found.external_id = name, external_id
        _record(session, directory, "team.put", found.id, at)
    there = {
        row.person_id: row
        for row in session.scalars(select(Membership).where(Membership.team_id == found.id))
    }
    for person_id, row in there.items():
        if person_id in known and person_id not in members:
            session.delete(row)
            _record(session, directory, "team.leave", person_id, at, detail=f"team={found.id}")
    for person_id in sorted(set(members) - there.keys()):
        session.add(
            Membership(person_id=person_id, team_id=found.id, origin=MembershipOrigin.DIRECTORY)
        )
        _record(session, directory, "team.join", person_id, at, detail=f"team={found.id}")
    session.flush()  # the entry is read from the tables
    return _team_entry(session, found)


def delete_team(session: Session, directory: Directory, team_id: int, *, at: datetime) -> None:
    """Delete a team; what was granted to it is granted to nobody.

    Raises:
        EntryNotFound: the organisation has no such team.
    """
    found = _team(session, directory, team_id)
    _record(session, directory, "team.delete", found.id, at)
    session.delete(found)


def _people(directory: Directory) -> Select[Person]:
    return (
        select(Person)
        .where(
            Person.organisation_id == directory.organisation_id,
            Person.withdrawn_at.is_(None),
            ~Person.service,
        )
        .order_by(Person.id)
    )


def _own_team(directory: Directory) -> ColumnElement[bool]:
    return Team.organisation_id == directory.organisation_id


def _person(session: Session, directory: Directory, person_id: int) -> Person:
    found = session.scalar(_people(directory).where(Person.id == person_id))
    if found is None:
        raise EntryNotFound(f"no user {person_id}")
    return found


def _team(session: Session, directory: Directory, team_id: int) -> Team:
    found = session.scalar(select(Team).where(_own_team(directory), Team.id == team_id))
    if found is None:
        raise EntryNotFound(f"no group {team_id}")
    return found


def _must_be_free(session: Session, name: str, own: int | None) -> None:
    if session.scalar(select(Team.id).where(Team.name == name, Team.id != (own or 0))) is not None:
        raise NameTaken("a group has this displayName")


def _entry(session: Session, person: Person) -> Entry:
    rows = session.execute(
        select(Team.id, Team.name)
        .join(Membership, Membership.team_id == Team.id)
        .where(Membership.person_id == person.id, Team.organisation_id == person.organisation_id)
        .order_by(Team.id)
    )
    related = tuple((row.id, row.name) for row in rows)
    return Entry(
        person.id, person.name, person.external_id, related, person.email, active=person.active
    )


def _team_entry(session: Session, found: Team) -> Entry:
    """Members of other organisations are none of this directory's business."""
    rows = session.execute(
        select(Person.id, Person.name)
        .join(Membership, Membership.person_id == Person.id)
        .where(
            Membership.team_id == found.id,
            Person.organisation_id == found.organisation_id,
            Person.withdrawn_at.is_(None),
            ~Person.service,
        )
        .order_by(Person.id)
    )
    return Entry(found.id, found.name, found.external_id, tuple((r.id, r.name) for r in rows))


def _record(
    session: Session,
    directory: Directory,
    verb: str,
    subject_id: int,
    at: datetime,
    *,
    detail: str = "",
) -> None:
    """Record a change of a team or a person; what happens to members happens to people."""
    members = verb in {"team.join", "team.leave"}
    events.record(
        session,
        verb,
        person_id=directory.by,
        subject="person" if members else verb.partition(".")[0],
        subject_id=subject_id,
        at=at,
        detail=detail,
    )
