"""Organisations, teams, people and audiences from one YAML file."""

from datetime import datetime
from pathlib import Path
from typing import TypedDict

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator
from sqlalchemy.orm import Session

from kb import events, people
from kb.errors import InvalidInput
from kb.models import OrganisationKind, Role


class BadDirectory(InvalidInput):
    """The file of organisations and people cannot be used."""


class _Entry(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class OrganisationEntry(_Entry):
    """A company."""

    name: str
    kind: OrganisationKind


class TeamEntry(_Entry):
    """A team of one of the companies."""

    name: str
    level: int = Field(ge=1, le=3)
    organisation: str


class PersonEntry(_Entry):
    """A person, and the team they work in if any."""

    name: str
    email: str
    organisation: str
    team: str | None = None
    roles: list[Role] = Field(default_factory=list)
    language: str | None = Field(default=None, pattern="^(de|nl|en)$")


class ReaderEntry(_Entry):
    """A reader of an audience: exactly one organisation, team or person (e-mail address)."""

    organisation: str | None = None
    team: str | None = None
    person: str | None = None

    @model_validator(mode="after")
    def _exactly_one(self) -> "ReaderEntry":
        if sum(name is not None for name in (self.organisation, self.team, self.person)) != 1:
            raise ValueError("a reader is one organisation, one team or one person")
        return self


class AudienceEntry(_Entry):
    """An audience and its readers."""

    name: str
    readers: list[ReaderEntry] = Field(default_factory=list)


class AccountEntry(_Entry):
    """A person who may sign in to the demo, and what they show."""

    email: str
    shows: str


class Directory(_Entry):
    """All of the file."""

    organisations: list[OrganisationEntry] = Field(default_factory=list)
    teams: list[TeamEntry] = Field(default_factory=list)
    people: list[PersonEntry] = Field(default_factory=list)
    audiences: list[AudienceEntry] = Field(default_factory=list)
    accounts: list[AccountEntry] = Field(default_factory=list)


def read(path: Path) -> Directory:
    """Read a directory file.

    Raises:
        BadDirectory: it is not YAML, or an entry is not what it should be; says which.
    """
    try:
        return Directory.model_validate(yaml.safe_load(path.read_text(encoding="utf-8")) or {})
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise BadDirectory(f"{path}: {error}") from error
    except ValidationError as error:
        places = "; ".join(f"{'.'.join(map(str, e['loc']))}: {e['msg']}" for e in error.errors())
        raise BadDirectory(f"{path}: {places}") from error


def load(session: Session, directory: Directory, *, at: datetime) -> None:
    """Store the entries; doing it again changes nothing, and nothing is taken away.

    Raises:
        OrganisationNotFound, TeamNotFound, PersonNotFound: an entry names what is not there.
    """
    for company in directory.organisations:
        people.put_organisation(session, company.name, company.kind)
    for team in directory.teams:
        owner = people.organisation(session, team.organisation)
        people.put_team(session, team.name, level=team.level, organisation_id=owner.id)
    for person in directory.people:
        _put_person(session, person)
    for audience in directory.audiences:
        _put_audience(session, audience, at=at)
    events.record(
        session,
        "directory.load",
        person_id=None,
        subject="directory",
        subject_id=None,
        at=at,
        detail=f"organisations={len(directory.organisations)} teams={len(directory.teams)}"
        f" people={len(directory.people)} audiences={len(directory.audiences)}",
    )


def _put_person(session: Session, entry: PersonEntry) -> None:
    person = people.put_person(
        session,
        entry.email,
        name=entry.name,
        organisation_id=people.organisation(session, entry.organisation).id,
        roles=entry.roles,
        language=entry.language,
    )
    if entry.team is not None:
        people.join(session, person.id, people.team(session, entry.team).id)


def _put_audience(session: Session, entry: AudienceEntry, *, at: datetime) -> None:
    audience = people.put_audience(session, entry.name)
    for reader in entry.readers:
        people.grant(session, audience.id, **subject(session, reader), at=at)


class Subject(TypedDict, total=False):
    """One of the three, as a keyword of `people.grant` and `people.revoke`."""

    organisation_id: int
    team_id: int
    person_id: int


def subject(session: Session, reader: ReaderEntry) -> Subject:
    """Whom the entry names, as a keyword of `people.grant` and `people.revoke`.

    Raises:
        OrganisationNotFound, TeamNotFound, PersonNotFound: there is no such.
    """
    if reader.organisation is not None:
        return {"organisation_id": people.organisation(session, reader.organisation).id}
    if reader.team is not None:
        return {"team_id": people.team(session, reader.team).id}
    return {"person_id": people.person(session, reader.person or "").id}
