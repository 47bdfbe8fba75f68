"""Exporting articles."""

import sys
from datetime import UTC, datetime
from pathlib import Path

import click
from sqlalchemy.orm import Session

from api.cli import opened
from articles import exporting
from kb import people
from kb.models import Role
from kb.visibility import Reader, reader_of


@click.group("export")
def group() -> None:
    """Write out what is stored here."""


@group.command("articles")
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
@click.option("--as", "email", help="Only what this person sees.  [default: everything]")
def export_articles(folder: Path, email: str | None) -> None:
    """Write every article to FOLDER as Markdown with front matter, e.g. to keep it in git.

    Images and PDF files that were attached to it lie beside it.

    Importing FOLDER again changes nothing.  Files that are the same already are left alone, and
    none is deleted.
    """
    written = unchanged = 0
    folder.mkdir(parents=True, exist_ok=True)
    with opened.database() as database, database.read() as session:
        reader = _reader(session, email)
        articles = exporting.read(session, reader)
        length = exporting.count(session, reader)
        with click.progressbar(articles, length=length, label="Exporting", file=sys.stderr) as bar:
            for item in bar:
                for path, content in ((item.path, item.text.encode()), *item.files):
                    if _write(folder, path, content):
                        written += 1
                    else:
                        unchanged += 1
    click.echo(f"{written} written, {unchanged} unchanged")


def _reader(session: Session, email: str | None) -> Reader:
    if email is not None:
        return reader_of(session, people.person(session, email), at=datetime.now(UTC))
    everything = frozenset(people.audiences_by_name(session).values())
    return Reader(None, everything, frozenset({Role.ADMINISTRATOR}))


def _write(folder: Path, name: str, raw: bytes) -> bool:
    """Put the file in its place; False if it was there already."""
    path = folder / name
    if not path.parent.resolve().is_relative_to(folder.resolve()):
        raise click.ClickException(f"{path} would lie outside of {folder}: a symbolic link?")
    if path.is_file() and not path.is_symlink() and path.read_bytes() == raw:
        return False
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(f".{path.name}.part")
    beside.write_bytes(raw)
    beside.replace(path)
    return True
