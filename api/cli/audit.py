"""The record of events: whether it is whole, and a copy of it."""

from datetime import UTC, datetime

import click

from api.cli import opened
from kb import audit


@click.group("audit")
def group() -> None:
    """Who did what to what, and when."""


@group.command()
def verify() -> None:
    """Check that no event was changed, moved or deleted; prints the length and the last digest."""
    with opened.database() as database, database.read() as session:
        chain = audit.verify(session)
    click.echo(f"{chain.length} events, {chain.digest}")


@group.command()
@click.option("--since", type=click.DateTime(["%Y-%m-%d"]), help="From this day on (UTC).")
def export(since: datetime | None) -> None:
    """Write the events as JSON Lines, in the order in which they were recorded."""
    with opened.database() as database, database.read() as session:
        for line in audit.export(session, since=since.replace(tzinfo=UTC) if since else None):
            click.echo(line)
