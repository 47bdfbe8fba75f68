"""Other systems that are told by webhook what happens to articles."""

from datetime import UTC, datetime

import click

from api import delivering
from api.cli import opened
from articles import receivers
from articles.models import Happening
from articles.receivers import Standing, Wanted
from kb.sources.vault import open_vault
from kb.visibility import OPERATOR

HAPPENINGS = [one.value for one in Happening]


@click.group("webhook")
def group() -> None:
    """Other systems that are told what happens to articles."""


@group.command()
@click.argument("name")
@click.option("--url", required=True, help="Where the messages go, https://host/path.")
@click.option("--as", "email", required=True, help="Address of the person with whose eyes it sees.")
@click.option(
    "--of",
    "happenings",
    multiple=True,
    type=click.Choice(HAPPENINGS),
    help="What it is told of; may be repeated.  [default: all]",
)
@click.option("--tag", default="", help="Only articles with this tag.")
@click.option("--language", default="", help="Only articles in this language: de, nl, en.")
@click.option("--private", is_flag=True, help="The address is in our own network.")
def add(
    name: str,
    url: str,
    email: str,
    happenings: tuple[str, ...],
    tag: str,
    language: str,
    private: bool,
) -> None:
    """Add the receiver NAME and print the secret of its messages, which is shown once."""
    wanted = Wanted(
        name=name,
        url=url,
        email=email,
        happenings=[Happening(one) for one in happenings or HAPPENINGS],
        private=private,
        tag=tag,
        language=language,
    )
    chosen = opened.settings()
    with opened.database(chosen) as database, database.write() as session:
        vault = open_vault(chosen)
        click.echo(receivers.add(session, OPERATOR, wanted, vault=vault, at=datetime.now(UTC)))


@group.command("list")
def list_receivers() -> None:
    """List all receivers, and how each stands; never its secret, nor all of its address."""
    with opened.database() as database, database.read() as session:
        for row in receivers.listed(session, OPERATOR):
            _show(row)


@group.command()
@click.argument("name")
def test(name: str) -> None:
    """Send the receiver NAME a test message; the exit status is 1 if it does not take it."""
    chosen = opened.settings()
    with opened.database(chosen) as database:
        outcome = delivering.test(chosen, database, OPERATOR, name, at=datetime.now(UTC))
    if outcome.failure:
        raise click.ClickException(f"{name}: {outcome.failure}")
    click.echo(f"{name} took a test message")


@group.command()
@click.argument("name")
def rotate(name: str) -> None:
    """Print a new secret for the receiver NAME; for a day, messages are signed with both."""
    chosen = opened.settings()
    with opened.database(chosen) as database, database.write() as session:
        vault = open_vault(chosen)
        click.echo(receivers.rotate(session, OPERATOR, name, vault=vault, at=datetime.now(UTC)))


@group.command()
@click.argument("name")
def remove(name: str) -> None:
    """Forget the receiver NAME, and what it was still to be told."""
    with opened.database() as database, database.write() as session:
        receivers.remove(session, OPERATOR, name, at=datetime.now(UTC))
    click.echo(f"{name} is told nothing more")


def _show(row: Standing) -> None:
    told = ", ".join(row.happenings)
    topic = " ".join(part for part in (row.tag, row.language) if part)
    last = f"{row.delivered_at:%Y-%m-%d %H:%M:%S} UTC" if row.delivered_at else "never"
    click.echo(
        f"{row.name} at {row.host} as {row.email}: {told}{f' ({topic})' if topic else ''}; "
        f"{row.waiting} waiting, {row.failed} failed, last delivered {last}"
    )
    if row.failure:
        click.echo(f"  {row.failure}")
