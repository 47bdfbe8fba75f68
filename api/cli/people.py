"""Organisations, teams, people, audiences and tokens."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import click

from api.cli import opened
from kb import directory, people, tokens
from kb.directory import ReaderEntry
from kb.models import OrganisationKind, Role

ALL_ROLES = [role.value for role in Role]


@click.group("people")
def group() -> None:
    """Organisations, teams and people."""


@group.command()
@click.argument("path", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def load(path: Path) -> None:
    """Load organisations, teams, people and audiences from a YAML file."""
    with opened.database() as database:
        entries = directory.read(path)
        with database.write() as session:
            directory.load(session, entries, at=datetime.now(UTC))
    click.echo(
        f"{len(entries.organisations)} organisations, {len(entries.teams)} teams, "
        f"{len(entries.people)} people, {len(entries.audiences)} audiences"
    )


@click.group()
def organisation() -> None:
    """Companies: our own, contractors, customers."""


@organisation.command("add")
@click.argument("name")
@click.option(
    "--kind",
    type=click.Choice([kind.value for kind in OrganisationKind]),
    required=True,
)
def add_organisation(name: str, kind: str) -> None:
    """Add the company NAME; a new one may read nothing."""
    with opened.database() as database, database.write() as session:
        people.put_organisation(session, name, OrganisationKind(kind))
    click.echo(f"organisation {name}")


@click.group()
def team() -> None:
    """Teams and their support level."""


@team.command("add")
@click.argument("name")
@click.option("--level", type=click.IntRange(1, 3), required=True)
@click.option("--organisation", required=True)
def add_team(name: str, level: int, organisation: str) -> None:
    """Add the team NAME to a company."""
    with opened.database() as database, database.write() as session:
        owner = people.organisation(session, organisation)
        people.put_team(session, name, level=level, organisation_id=owner.id)
    click.echo(f"team {name}, level {level}")


@click.group()
def user() -> None:
    """People who may ask."""


@user.command("create")
@click.argument("email")
@click.option("--name", required=True)
@click.option("--organisation", required=True, help="Made as our own if there is none yet.")
@click.option("--role", "roles", multiple=True, type=click.Choice(ALL_ROLES))
@click.option("--admin", is_flag=True, help="The same as --role administrator.")
@click.option("--team", help="Team that the person works in.")
@click.option("--language", type=click.Choice(["de", "nl", "en"]), default="en")
def create_user(
    email: str,
    name: str,
    organisation: str,
    roles: tuple[str, ...],
    admin: bool,
    team: str | None,
    language: str,
) -> None:
    """Create the person with the address EMAIL, or change them."""
    chosen = {Role(role) for role in roles} | ({Role.ADMINISTRATOR} if admin else set())
    with opened.database() as database, database.write() as session:
        company = people.organisation_or_first(session, organisation, at=datetime.now(UTC))
        person = people.put_person(
            session,
            email,
            name=name,
            organisation_id=company.id,
            roles=chosen,
            language=language,
        )
        if team is not None:
            people.join(session, person.id, people.team(session, team).id)
    click.echo(f"{email}: {', '.join(sorted(role.value for role in chosen)) or 'no role'}")


@click.group()
def audience() -> None:
    """Groups of readers; each document has exactly one."""


@audience.command("add")
@click.argument("name")
def add_audience(name: str) -> None:
    """Add the audience NAME; a new one has no readers."""
    with opened.database() as database, database.write() as session:
        people.put_audience(session, name)
    click.echo(f"audience {name}")


@audience.command("list")
def list_audiences() -> None:
    """List all audiences."""
    with opened.database() as database, database.read() as session:
        for name in sorted(people.audiences_by_name(session)):
            click.echo(name)


@audience.command()
@click.argument("name")
@click.option("--organisation")
@click.option("--team")
@click.option("--person", help="E-mail address.")
def grant(name: str, organisation: str | None, team: str | None, person: str | None) -> None:
    """Let one organisation, team or person read what the audience NAME may read."""
    _change(name, organisation, team, person, revoke=False)


@audience.command()
@click.argument("name")
@click.option("--organisation")
@click.option("--team")
@click.option("--person", help="E-mail address.")
def revoke(name: str, organisation: str | None, team: str | None, person: str | None) -> None:
    """Take one organisation, team or person out of the audience NAME, at once."""
    _change(name, organisation, team, person, revoke=True)


def _change(
    name: str, organisation: str | None, team: str | None, person: str | None, *, revoke: bool
) -> None:
    if sum(given is not None for given in (organisation, team, person)) != 1:
        raise click.UsageError("give exactly one of --organisation, --team and --person")
    reader = ReaderEntry(organisation=organisation, team=team, person=person)
    change = people.revoke if revoke else people.grant
    with opened.database() as database, database.write() as session:
        chosen = people.audience(session, name)
        change(session, chosen.id, **directory.subject(session, reader), at=datetime.now(UTC))
    click.echo(f"audience {name}: {'revoked' if revoke else 'granted'}")


@click.group()
def token() -> None:
    """Bearer tokens for the API."""


@token.command("create")
@click.argument("email")
@click.option("--name", default="command line", show_default=True, help="What it is for.")
@click.option("--days", type=click.IntRange(1, 3650), default=365, show_default=True)
def create_token(email: str, name: str, days: int) -> None:
    """Create a token with which the person with the address EMAIL can ask; it is shown once."""
    now = datetime.now(UTC)
    with opened.database() as database, database.write() as session:
        person = people.person(session, email)
        issued = tokens.create(session, person, name, expires_at=now + timedelta(days), at=now)
    click.echo(issued.secret)
