"""The database: its tables and their state."""

import click

from api import schema
from api.cli import opened


@click.group("db")
def group() -> None:
    """The database itself."""


@group.command("upgrade")
def upgrade() -> None:
    """Bring the tables to this release; every other command does so as well before it begins."""
    with opened.database() as database:
        click.echo(f"the database is at {schema.revision(database)}")


@group.command("check")
def check() -> None:
    """Check that the tables are those of this release and that the file is whole."""
    with opened.database() as database:
        faults = schema.faults(database)
    if faults:
        raise click.ClickException("\n  ".join(["the database is damaged", *faults]))
    click.echo("the database is whole")
