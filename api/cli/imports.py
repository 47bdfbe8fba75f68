"""Importing tickets."""

import json
import sys
from collections.abc import Iterable, Iterator
from dataclasses import asdict
from itertools import islice
from pathlib import Path

import click

from api.cli import opened
from kb import people, tickets
from kb.db import Database
from kb.sources import files, mapping
from kb.sources.files import Audiences, Reject
from kb.tickets import Recorded, TicketRecord

BATCH = 500
"""Rows per transaction: an interrupted import keeps its full batches."""


@click.group("import")
def group() -> None:
    """Bring in tickets and articles; importing again changes nothing."""


@group.command("tickets")
@click.argument("path", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--source", required=True, help="Name of the ticket system, e.g. zammad.")
@click.option(
    "--mapping",
    "mapping_path",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="YAML file that says which foreign column is which.",
)
@click.option(
    "--audience",
    default=people.INTERNAL,
    show_default=True,
    help="Who may read tickets that name no audience.",
)
@click.option(
    "--rejects",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Where refused rows are listed.  [default: PATH.rejects.jsonl]",
)
def import_tickets(
    path: Path, source: str, mapping_path: Path | None, audience: str, rejects: Path | None
) -> None:
    """Import tickets from PATH: CSV, or JSON Lines under any other name than .csv.

    Bad rows are refused with line, field and reason and listed in a file; good rows stay.  The
    exit status is 1 if any was refused.
    """
    with opened.database() as database:
        chosen = mapping.read(mapping_path) if mapping_path else None
        audiences = _audiences(database, audience)
        refused: list[Reject] = []
        with click.progressbar(
            length=path.stat().st_size, label="Importing", file=sys.stderr
        ) as bar:
            rows = files.read(path, source, audiences, mapping=chosen, progress=bar.update)
            done = _record(database, _good(rows, refused))
    click.echo(
        f"{done.new} new, {done.changed} changed, {done.unchanged} unchanged, "
        f"{len(refused)} refused"
    )
    if refused:
        _list(refused, path, rejects or path.with_name(path.name + ".rejects.jsonl"))
        sys.exit(1)


def _audiences(database: Database, name: str) -> Audiences:
    with database.write() as session:
        internal = people.put_audience(session, people.INTERNAL).id
        return Audiences(
            people.audiences_by_name(session), people.audience(session, name).id, internal
        )


def _good(rows: Iterable[TicketRecord | Reject], refused: list[Reject]) -> Iterator[TicketRecord]:
    for row in rows:
        if isinstance(row, Reject):
            refused.append(row)
        else:
            yield row


def _record(database: Database, records: Iterator[TicketRecord]) -> Recorded:
    total = Recorded(0, 0, 0)
    while batch := list(islice(records, BATCH)):
        with database.write() as session:
            total += tickets.record_all(session, batch)[1]
    return total


def _list(refused: list[Reject], path: Path, where: Path) -> None:
    with where.open("w", encoding="utf-8") as file:
        for reject in refused:
            file.write(json.dumps({"file": str(path), **asdict(reject)}, ensure_ascii=False) + "\n")
    for reject in refused[:5]:
        click.echo(f"{path}, line {reject.line}: {reject.field} {reject.reason}", err=True)
    click.echo(f"all {len(refused)} refused rows are listed in {where}", err=True)
