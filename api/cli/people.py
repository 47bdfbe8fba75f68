"""Organisations, teams and people."""

from datetime import UTC, datetime
from pathlib import Path

import click

from api.cli import access, opened
from kb import administration, directory, people, roster
from kb.models import OrganisationKind, Role
from kb.visibility import OPERATOR

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
        administration.put_organisation(
            session, OPERATOR, name, OrganisationKind(kind), at=datetime.now(UTC)
        )
    click.echo(f"organisation {name}")


@organisation.command("list")
def list_organisations() -> None:
    """List all companies."""
    with opened.database() as database, database.read() as session:
        for name, kind in roster.organisations(session):
            click.echo(f"{name}  ({kind.value})")


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
        administration.put_team(
            session, OPERATOR, name, level=level, organisation=organisation, at=datetime.now(UTC)
        )
    click.echo(f"team {name}, level {level}")


@team.command("list")
def list_teams() -> None:
    """List all teams."""
    with opened.database() as database, database.read() as session:
        for found in roster.teams(session):
            click.echo(f"{found.name}  (level {found.level}, {found.organisation})")


@click.group()
def user() -> None:
    """People who may ask."""


user.add_command(access.password)
user.add_command(access.link)
user.add_command(access.unlink)


@user.command("create")
@click.argument("email")
@click.option("--name", required=True)
@click.option("--organisation", required=True, help="Made as our own if there is none yet.")
@click.option("--role", "roles", multiple=True, type=click.Choice(ALL_ROLES))
@click.option("--admin", is_flag=True, help="The same as --role administrator.")
@click.option("--team", help="Team that the person works in.")
@click.option("--language", type=click.Choice(["de", "nl", "en"]), help="Else what they chose.")
@click.option("--service", is_flag=True, help="A system: it has tokens, and never signs in.")
def create_user(
    email: str,
    name: str,
    organisation: str,
    roles: tuple[str, ...],
    admin: bool,
    team: str | None,
    language: str | None,
    service: bool,
) -> None:
    """Create the person with the address EMAIL, or change them."""
    chosen = {Role(role) for role in roles} | ({Role.ADMINISTRATOR} if admin else set())
    at = datetime.now(UTC)
    with opened.database() as database, database.write() as session:
        facts = administration.Facts(
            name=name,
            organisation_id=people.organisation_or_first(session, organisation, at=at).id,
            roles=chosen,
            language=language,
            service=service,
        )
        administration.put_person(session, OPERATOR, email, facts, at=at)
        if team is not None:
            administration.join(session, OPERATOR, team, email, since=None, until=None, at=at)
    click.echo(f"{email}: {', '.join(sorted(role.value for role in chosen)) or 'no role'}")


@user.command("list")
def list_users() -> None:
    """List all people with their company, teams and roles."""
    with opened.database() as database, database.read() as session:
        for found in roster.people(session):
            away = "" if found.person.active else "  (disabled)"
            roles = ", ".join(role.value for role in found.roles) or "no role"
            place = ", ".join([found.organisation, *found.teams])
            click.echo(f"{found.person.email}  {found.person.name}, {place}: {roles}{away}")


@user.command()
@click.argument("email")
def disable(email: str) -> None:
    """Keep the person with the address EMAIL out, at once; `kb user enable` lets them in again."""
    _set_active(email, active=False)


@user.command()
@click.argument("email")
def enable(email: str) -> None:
    """Let the person with the address EMAIL in again."""
    _set_active(email, active=True)


def _set_active(email: str, *, active: bool) -> None:
    with opened.database() as database, database.write() as session:
        person = people.person(session, email)
        people.set_active(session, person, active=active, at=datetime.now(UTC))
    click.echo(f"{email}: {'enabled' if active else 'disabled'}")
