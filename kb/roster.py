"""Who there is and who reads what: lists for those who administer."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TypeVar

from sqlalchemy import Row, Select, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session

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

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class PersonListed:
    """A person with what a list shows of them."""

    person: Person
    organisation: str
    roles: tuple[Role, ...]
    teams: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class AudienceListed:
    """An audience and its readers, such as `team Service Desk`."""

    name: str
    readers: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class TeamListed:
    """A team, its support level and its company."""

    name: str
    level: int
    organisation: str


def organisations(session: Session) -> list[tuple[str, OrganisationKind]]:
    """All companies and what they are to us, by name."""
    rows = session.scalars(select(Organisation).order_by(Organisation.name))
    return [(row.name, row.kind) for row in rows]


def teams(session: Session) -> list[TeamListed]:
    """All teams, by name."""
    rows = session.execute(
        select(Team, Organisation.name.label("organisation"))
        .join(Organisation, Organisation.id == Team.organisation_id)
        .order_by(Team.name)
    )
    return [TeamListed(row.Team.name, row.Team.level, row.organisation) for row in rows]


def people(session: Session, *, holding: str = "", limit: int | None = None) -> list[PersonListed]:
    """All people, or the first `limit` whose name or address holds a text, by address."""
    query = select(Person, Organisation.name.label("organisation"))
    query = query.join(Organisation, Organisation.id == Person.organisation_id)
    if holding:
        text = holding.lower()
        query = query.where(
            or_(
                Person.email.contains(text, autoescape=True),
                func.lower(Person.name).contains(text, autoescape=True),
            )
        )
    rows = session.execute(query.order_by(Person.email).limit(limit)).all()
    ids = [row.Person.id for row in rows] if limit else None
    roles = _gathered(session.execute(_of(ids, PersonRole, PersonRole.role)))
    member = _gathered(
        session.execute(_of(ids, Membership, Team.name).join(Team, Team.id == Membership.team_id))
    )
    return [
        PersonListed(
            row.Person,
            row.organisation,
            tuple(sorted(roles.get(row.Person.id, ()))),
            tuple(sorted(member.get(row.Person.id, ()))),
        )
        for row in rows
    ]


def audiences(session: Session) -> list[AudienceListed]:
    """All audiences with their readers, by name."""
    rows = session.execute(
        select(Audience.name, Organisation.name, Team.name, Person.email)
        .outerjoin(Grant, Grant.audience_id == Audience.id)
        .outerjoin(Organisation, Organisation.id == Grant.organisation_id)
        .outerjoin(Team, Team.id == Grant.team_id)
        .outerjoin(Person, Person.id == Grant.person_id)
    )
    readers: dict[str, set[str]] = {}
    for audience, organisation, team, person in rows:
        found = readers.setdefault(audience, set())
        if organisation is not None:
            found.add(f"organisation {organisation}")
        if team is not None:
            found.add(f"team {team}")
        if person is not None:
            found.add(f"person {person}")
    return [AudienceListed(name, tuple(sorted(readers[name]))) for name in sorted(readers)]


def _of(
    ids: list[int] | None, table: type[PersonRole | Membership], column: InstrumentedAttribute[T]
) -> Select[int, T]:
    """What `table` says of these people, or of all."""
    query = select(table.person_id, column)
    return query if ids is None else query.where(table.person_id.in_(ids))


def _gathered(rows: Iterable[Row[int, T]]) -> dict[int, list[T]]:
    gathered: dict[int, list[T]] = {}
    for key, value in rows:
        gathered.setdefault(key, []).append(value)
    return gathered
