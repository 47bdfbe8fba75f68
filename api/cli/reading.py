"""Reading lists on the command line."""

from datetime import UTC, datetime

import click

from api.cli import opened
from articles import reading
from kb import people
from kb.visibility import reader_of

as_person = click.option("--as", "email", required=True, help="E-mail address of who asks.")


@click.group("reading")
def group() -> None:
    """What the teams of somebody should read."""


@group.command("list")
@as_person
def list_(email: str) -> None:
    """List the reading lists of a person's teams, one a line: id, team, name, read, of how many.

    The one without an id is what the team uses most, for those who are new there.
    """
    at = datetime.now(UTC)
    with opened.database() as database, database.read() as session:
        reader = reader_of(session, people.person(session, email), at=at)
        for team in reading.of_reader(session, reader, at=at):
            for one in (team.new_here, *team.lists):
                done = f"{one.done}\t{len(one.entries)}"
                click.echo(f"{one.id or '-'}\t{team.name}\t{one.name or 'new here'}\t{done}")


@group.command()
@click.argument("list_id", metavar="ID", type=int)
@as_person
def show(list_id: int, email: str) -> None:
    """Print the reading list ID in its order, one article a line: read or not, number, title."""
    at = datetime.now(UTC)
    with opened.database() as database, database.read() as session:
        reader = reader_of(session, people.person(session, email), at=at)
        for entry in reading.get(session, reader, list_id, at=at).entries:
            click.echo(f"{'read' if entry.read else '-'}\t{entry.number}\t{entry.title}")
