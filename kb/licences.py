"""Licences: how far the word of a person, or of the people of a team, goes on articles."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from kb import events, people
from kb.errors import NotFound
from kb.models import Licence, LicenceGiven, Organisation, Person, Role, Team
from kb.visibility import LicenceMissing, Reader


class LicenceNotFound(NotFound):
    """Nobody gave them a licence."""


@dataclass(frozen=True, slots=True)
class Listed:
    """A licence, and the person (e-mail address) or the team that has it."""

    person: str | None
    team: str | None
    licence: Licence


@dataclass(frozen=True, slots=True)
class Subject:
    """A person or a team; exactly one of the two ids."""

    person_id: int | None = None
    team_id: int | None = None


def listed(session: Session, reader: Reader) -> Sequence[Listed]:
    """All licences given, people before teams; a coach sees those of the own company.

    Raises:
        LicenceMissing: `reader` does not give licences.
    """
    _must_coach(reader)
    within = _within(session, reader)
    rows = session.execute(
        select(Person.email, Team.name, LicenceGiven.licence)
        .select_from(LicenceGiven)
        .outerjoin(Person, Person.id == LicenceGiven.person_id)
        .outerjoin(Team, Team.id == LicenceGiven.team_id)
        .where(or_(Person.organisation_id.in_(within), Team.organisation_id.in_(within)))
        .order_by(Team.name.is_not(None), Person.email, Team.name)
    )
    return [Listed(*row) for row in rows]


def of_person(session: Session, reader: Reader, email: str) -> Subject:
    """The person with this address, for giving or taking back a licence.

    Raises:
        LicenceMissing: `reader` does not give licences.
        PersonNotFound: there is none, or not for this reader.
    """
    _must_coach(reader)
    within = _within(session, reader)
    wanted = Person.email == email.strip().lower()
    found = session.scalar(select(Person.id).where(wanted, Person.organisation_id.in_(within)))
    if found is None:
        raise people.PersonNotFound(f"no person {email!r}; `kb user create` makes one")
    return Subject(person_id=found)


def of_team(session: Session, reader: Reader, name: str) -> Subject:
    """The team of this name, for giving or taking back a licence.

    Raises:
        LicenceMissing: `reader` does not give licences.
        TeamNotFound: there is none, or not for this reader.
    """
    _must_coach(reader)
    within = _within(session, reader)
    found = session.scalar(
        select(Team.id).where(Team.name == name, Team.organisation_id.in_(within))
    )
    if found is None:
        raise people.TeamNotFound(f"no team {name!r}; `kb team add` makes one")
    return Subject(team_id=found)


def given(session: Session, subject: Subject) -> Licence | None:
    """The licence that was given to exactly this person or team."""
    found = _found(session, subject)
    return None if found is None else found.licence


def put(
    session: Session, reader: Reader, subject: Subject, licence: Licence | None, *, at: datetime
) -> None:
    """Give `licence`, or take back whatever was given where it is None."""
    if licence is not None:
        give(session, reader, subject, licence, at=at)
    elif given(session, subject) is not None:
        take_back(session, reader, subject, at=at)


def give(
    session: Session, reader: Reader, subject: Subject, licence: Licence, *, at: datetime
) -> None:
    """Let the word of `subject` go so far, from the next request on; again changes nothing.

    Raises:
        LicenceMissing: see `_must_give`.
    """
    found = _found(session, subject)
    _must_give(reader, subject, found, licence)
    if found is None:
        found = LicenceGiven(person_id=subject.person_id, team_id=subject.team_id)
        session.add(found)
    elif found.licence is licence:
        return
    found.licence = licence
    _record(session, reader, "licence.give", subject, at, detail=f"licence={licence.value}")


def take_back(session: Session, reader: Reader, subject: Subject, *, at: datetime) -> None:
    """Leave it to their teams, or to their roles, how far their word goes.

    Raises:
        LicenceMissing: see `_must_give`.
        LicenceNotFound: none was given.
    """
    found = _found(session, subject)
    _must_give(reader, subject, found, Licence.CANDIDATE)
    if found is None:
        raise LicenceNotFound("they have no licence of their own; their roles decide")
    session.delete(found)
    _record(session, reader, "licence.take_back", subject, at)


def _must_coach(reader: Reader) -> None:
    """An administrator gives licences whatever their own is: they must be able to take it back."""
    if Role.ADMINISTRATOR not in reader.roles:
        reader.must_hold(Licence.COACH)


def _must_give(
    reader: Reader, subject: Subject, found: LicenceGiven | None, wanted: Licence
) -> None:
    """A coach gives up to publisher, not to themselves, and changes no other coach.

    Raises:
        LicenceMissing: only an administrator may do this.
    """
    _must_coach(reader)
    if Role.ADMINISTRATOR in reader.roles:
        return
    coaches = wanted is Licence.COACH or (found is not None and found.licence is Licence.COACH)
    if coaches or (subject.person_id is not None and subject.person_id == reader.person_id):
        raise LicenceMissing("only an administrator may do this: it is about a coach")


def _within(session: Session, reader: Reader) -> Sequence[int]:
    """The organisations whose people a reader may give licences: a coach, their own alone."""
    query = select(Organisation.id)
    if Role.ADMINISTRATOR not in reader.roles:
        query = query.join(Person, Person.organisation_id == Organisation.id).where(
            Person.id == reader.person_id
        )
    return session.scalars(query).all()


def _found(session: Session, subject: Subject) -> LicenceGiven | None:
    if subject.team_id is not None:
        return session.scalar(select(LicenceGiven).where(LicenceGiven.team_id == subject.team_id))
    return session.scalar(select(LicenceGiven).where(LicenceGiven.person_id == subject.person_id))


def _record(
    session: Session, reader: Reader, verb: str, subject: Subject, at: datetime, detail: str = ""
) -> None:
    events.record(
        session,
        verb,
        person_id=reader.person_id,
        subject="person" if subject.team_id is None else "team",
        subject_id=subject.person_id or subject.team_id,
        at=at,
        detail=detail,
    )
