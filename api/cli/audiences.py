"""Audiences: who may read what."""

from contextlib import suppress
from datetime import UTC, datetime

import click

from api.cli import opened
from kb import administration, directory, people, roster
from kb.administration import AudienceTaken
from kb.directory import ReaderEntry
from kb.visibility import OPERATOR


@click.group("audience")
def group() -> None:
    """Groups of readers; each document has exactly one."""


@group.command("add")
@click.argument("name")
def add_audience(name: str) -> None:
    """Add the audience NAME; a new one has no readers."""
    with opened.database() as database, database.write() as session, suppress(AudienceTaken):
        administration.add_audience(session, OPERATOR, name, at=datetime.now(UTC))
    click.echo(f"audience {name}")


@group.command("list")
def list_audiences() -> None:
    """List all audiences with their readers."""
    with opened.database() as database, database.read() as session:
        for found in roster.audiences(session):
            click.echo(f"{found.name}: {', '.join(found.readers) or 'nobody'}")


@group.command()
@click.argument("name")
@click.option("--organisation")
@click.option("--team")
@click.option("--person", help="E-mail address.")
def grant(name: str, organisation: str | None, team: str | None, person: str | None) -> None:
    """Let one organisation, team or person read what the audience NAME may read."""
    _change(name, organisation, team, person, revoke=False)


@group.command()
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
