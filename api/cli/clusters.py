"""What was solved again and again without an article, on the command line."""

from datetime import UTC, datetime

import click

from api import clusters
from api.cli import opened
from kb import people, tickets
from kb.models import Licence
from kb.visibility import reader_of

as_person = click.option("--as", "email", required=True, help="E-mail address of who asks.")


@click.group("clusters", invoke_without_command=True)
@click.option("--as", "email", help="E-mail address of who asks.")
@click.pass_context
def group(context: click.Context, email: str | None) -> None:
    """List solved tickets that tell of the same problem and have no article, most frequent first.

    One cluster a line: its number, how many tickets, the title of the most typical one.
    """
    if context.invoked_subcommand is not None:
        return
    if email is None:
        raise click.UsageError("Missing option '--as'.", context)
    at = datetime.now(UTC)
    with opened.database() as database, database.read() as session:
        reader = reader_of(session, people.person(session, email), at=at)
        reader.must_hold(Licence.CANDIDATE)
        found = clusters.listed(session, reader, at=at)
        titles = tickets.named(session, reader, [cluster.id for cluster in found])
        for cluster in found:
            click.echo(f"{cluster.id}\t{len(cluster.ticket_ids)}\t{titles[cluster.id].title}")


@group.command()
@click.argument("cluster", type=int)
@as_person
@click.option("--anyway", is_flag=True, help="Also where an article says most of it already.")
def draft(cluster: int, email: str, *, anyway: bool) -> None:
    """Write one draft from all tickets of CLUSTER; it waits for its review."""
    at = datetime.now(UTC)
    with opened.services() as services:
        services.finder.catch_up()
        with services.database.read() as session:
            reader = reader_of(session, people.person(session, email), at=at)
        made = clusters.draft(services, reader, cluster, anyway=anyway, at=at)
    click.echo(f"{made.number} waits for its review")
