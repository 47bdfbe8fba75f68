"""What is known of one person: a copy of it, and its end."""

from datetime import UTC, datetime

import click

import api.tables  # noqa: F401  every table is searched
from api.cli import opened
from indexer import adapted, clock, slots, sync
from kb import privacy
from kb.db import Database
from kb.privacy import Sought
from kb.settings import Settings

ALSO = click.option(
    "--also", multiple=True, metavar="TEXT", help="Another spelling or address; may be repeated."
)


@click.group("privacy")
def group() -> None:
    """Export or erase what is known of one person."""


@group.command()
@click.argument("who", metavar="EMAIL|NAME")
@ALSO
def export(who: str, also: tuple[str, ...]) -> None:
    """Write every text that names the person, and what they did, as JSON Lines."""
    with opened.database() as database, database.write() as session:
        whom = privacy.sought(session, who, also=also)
        for line in privacy.export(session, whom, at=datetime.now(UTC)):
            click.echo(line)


@group.command()
@click.argument("who", metavar="EMAIL|NAME")
@ALSO
@click.option("--yes", is_flag=True, help="Do not ask; it cannot be undone.")
def erase(who: str, also: tuple[str, ...], *, yes: bool) -> None:
    """Blot the person out of tickets, articles and the index, and prove it.

    Erase them in the ticket systems first, or the next import brings them back; copies of the
    database and its log are not reached.  Exit status 1: something still names them.
    """
    chosen = opened.settings()
    with opened.database(chosen) as database:
        with database.read() as session:
            whom = privacy.sought(session, who, also=also)
        if not yes:
            click.confirm(f"Erase {', '.join(whom.terms)} everywhere?", abort=True, err=True)
        _erase(chosen, database, whom)


@group.command()
@click.argument("texts", metavar="TEXT...", nargs=-1, required=True)
def verify(texts: tuple[str, ...]) -> None:
    """Look for TEXT in every table and every file of the data folder; exit status 1 if it is there.

    Nothing is changed.  After an erasure, give each name and address that was erased.
    """
    chosen = opened.settings()
    with opened.database(chosen) as database:
        with database.read() as session:
            whom = privacy.sought(session, texts[0], also=texts[1:])
        _prove(chosen, database, whom)


def _erase(chosen: Settings, database: Database, whom: Sought) -> None:
    with database.write() as session:
        texts = privacy.erase(session, whom, at=datetime.now(UTC))
        clock.rename(session)
        adapted.forget(session)  # learned from texts as they were
    click.echo(f"{texts} texts blotted")
    while sync.cut_promised(database):
        pass
    database.compact()
    held = slots.clear(chosen.data_dir / "index")
    _prove(chosen, database, whom)
    for folder in held:
        click.echo(f"{folder} is in use: restart what runs, it is made anew then", err=True)
    if held:
        raise SystemExit(1)


def _prove(chosen: Settings, database: Database, whom: Sought) -> None:
    with database.read() as session:
        rows = [f"{place.table}.{place.column}" for place in privacy.places(session, whom)]
    files = privacy.named_in_files(chosen.data_dir, whom)
    for name in [*dict.fromkeys(rows), *files]:
        click.echo(f"named in {name}")
    click.echo(f"named in {len(rows)} texts of the database and in {len(files)} files")
    if rows or files:
        raise SystemExit(1)
