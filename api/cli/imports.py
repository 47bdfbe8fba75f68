"""Importing tickets and articles."""

import sys
from datetime import UTC, datetime
from pathlib import Path

import click

from api import importing
from api.cli import opened
from api.cli.rejects import RejectsFile
from api.importing import Refusal
from articles import files as article_files
from articles.importing import SOURCE, Vanished
from kb import people
from kb.settings import Settings
from kb.sources import files, mapping, sessions
from kb.sources.files import Reject
from kb.tickets import Recorded

SOURCE_LIMIT = 100
"""Characters of the name of a source."""

AUDIENCE = click.option(
    "--audience",
    default=people.INTERNAL,
    show_default=True,
    help="Who may read what names no audience.",
)
REJECTS = click.option(
    "--rejects",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Where refusals are listed.  [default: PATH.rejects.jsonl, or in KB_DATA_DIR]",
)


def _source(_context: click.Context, _option: click.Parameter, name: str) -> str:
    if not 1 <= len(name.strip()) <= SOURCE_LIMIT:
        raise click.BadParameter(f"a name has 1 to {SOURCE_LIMIT} characters")
    return name.strip()


@click.group("import")
def group() -> None:
    """Bring in tickets and articles; importing again changes nothing."""


@group.command("tickets")
@click.argument("path", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--source", required=True, callback=_source, help="Ticket system, e.g. zammad.")
@click.option(
    "--mapping",
    "mapping_path",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="YAML file that says which foreign column is which.",
)
@AUDIENCE
@REJECTS
def import_tickets(
    path: Path, source: str, mapping_path: Path | None, audience: str, rejects: Path | None
) -> None:
    """Import tickets from PATH: CSV, or JSON Lines under any other name than .csv.

    Bad rows are refused with line, field and reason and listed in a file; good rows stay.  The
    exit status is 1 if any was refused.
    """
    chosen = opened.settings()
    with opened.database(chosen) as database, _rejects(chosen, path, rejects) as refused:
        translated = mapping.read(mapping_path) if mapping_path else None
        audiences = importing.audiences(database, audience)

        def refuse(row: Reject) -> None:
            refused.add(Refusal(str(path), row.line, row.field, row.reason, row.id))

        size = path.stat().st_size
        with click.progressbar(length=size, label="Importing", file=sys.stderr) as bar:
            rows = files.read(path, source, audiences, mapping=translated, progress=bar.update)
            done = importing.import_tickets(database, rows, refuse=refuse, at=datetime.now(UTC))
    _tell(done, refused)


@group.command("articles")
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option(
    "--source",
    default=SOURCE,
    show_default=True,
    callback=_source,
    help="Name of the folder; with its path or id it names an article.",
)
@AUDIENCE
@click.option("--prune", is_flag=True, help="Archive articles whose files are gone.")
@REJECTS
def import_articles(
    folder: Path, source: str, audience: str, prune: bool, rejects: Path | None
) -> None:
    """Import the Markdown files under FOLDER, with YAML front matter or without.

    Bad files are refused and listed in a file; good ones stay.  The exit status is 1 if any was
    refused.  An article whose file is gone is reported, and stays unless --prune is given.
    """
    chosen = opened.settings()
    with opened.database(chosen) as database, _rejects(chosen, folder, rejects) as refused:
        number = article_files.count(folder)
        with click.progressbar(length=number, label="Importing", file=sys.stderr) as bar:
            done = importing.import_articles(
                database,
                folder,
                source=source,
                audience=audience,
                prune=prune,
                refuse=refused.add,
                progress=bar.update,
                at=datetime.now(UTC),
            )
    _tell_vanished(done.vanished, prune=prune)
    _tell(done.recorded, refused)


@group.command("sessions")
@click.argument("path", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--source", required=True, callback=_source, help="Whose tickets they belong to.")
@click.option("--ticket", help="The column with the ticket's number, if it has another name.")
def import_sessions(path: Path, source: str, ticket: str | None) -> None:
    """Attach the remote-support sessions of PATH, CSV or JSON, to the tickets of a source.

    They become internal messages.  What belongs to no ticket is named; the exit status is 1 then.
    """
    with opened.database() as database, database.write() as session:
        read = sessions.read(path, ticket=ticket)
        done = sessions.attach(session, source, read, at=datetime.now(UTC))
    for row in done.refused:
        click.echo(f"session {row.row}: {row.reason}", err=True)
    click.echo(f"{done.new} sessions attached, {done.known} known, {len(done.refused)} refused")
    if done.refused:
        sys.exit(1)


def _rejects(chosen: Settings, path: Path, given: Path | None) -> RejectsFile:
    if given is not None:
        if given.resolve() == path.resolve():
            raise click.UsageError("--rejects must not name the file that is imported")
        return RejectsFile([given])
    name = path.resolve().name + ".rejects.jsonl"
    return RejectsFile([path.resolve().with_name(name), chosen.data_dir / name])


def _tell_vanished(vanished: tuple[Vanished, ...], *, prune: bool) -> None:
    for article in vanished:
        what = "archived" if prune else "kept; --prune archives it"
        click.echo(f"{article.number}: its file {article.path} is gone, {what}")


def _tell(done: Recorded, refused: RejectsFile) -> None:
    click.echo(
        f"{done.new} new, {done.changed} changed, {done.unchanged} unchanged, "
        f"{refused.count} refused"
    )
    if refused.count:
        click.echo(f"all {refused.count} refusals are listed in {refused.path}", err=True)
        sys.exit(1)
