"""Imports: a transaction for each batch, so that an interrupted one keeps what it has done."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from pathlib import Path

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from articles import importing as article_files
from articles.importing import Vanished
from kb import people, tickets
from kb.db import Database
from kb.sources.files import Audiences, Reject
from kb.tickets import Recorded, TicketRecord

BATCH = 500
"""Tickets per transaction: enough that committing costs little, and others wait under a second."""

TRIES = 3
"""How often a batch is tried: another import may be storing the same new tickets."""

Note = Callable[[Session, Recorded], None]
"""Is told of a batch in the transaction that stores it."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """What was not imported: where it is, and why."""

    file: str
    line: int | None
    field: str
    reason: str
    id: str | None = None


@dataclass(frozen=True, slots=True)
class ArticlesImported:
    """What an import of a folder did; of the articles in `vanished` the files are gone."""

    recorded: Recorded
    vanished: tuple[Vanished, ...]


def audiences(database: Database, default: str) -> Audiences:
    """The audiences that rows may name; rows that name none are for `default`.

    Raises:
        AudienceNotFound: there is no audience `default`.
    """
    with database.write() as session:
        internal = people.put_audience(session, people.INTERNAL).id
        chosen = people.audience(session, default).id
        return Audiences(people.audiences_by_name(session), chosen, internal)


def import_tickets(
    database: Database,
    rows: Iterable[TicketRecord | Reject],
    *,
    refuse: Callable[[Reject], None],
    note: Note = lambda _session, _recorded: None,
    at: datetime,
) -> Recorded:
    """Store the good rows and pass the others to `refuse`, as they come.

    `note` is told of each batch in the transaction that stores it.
    """
    total = Recorded(0, 0, 0)
    coming = iter(rows)
    while batch := list(islice(coming, BATCH)):
        good = []
        for row in batch:
            if isinstance(row, Reject):
                refuse(row)
            else:
                good.append(row)
        total += _stored(database, good, note, at)
    return total


def _stored(
    database: Database, batch: Sequence[TicketRecord], note: Note, at: datetime
) -> Recorded:
    for _ in range(TRIES - 1):
        try:
            return _stored_once(database, batch, note, at)
        except IntegrityError:
            continue  # what is there by now is found by the next try
    return _stored_once(database, batch, note, at)


def _stored_once(
    database: Database, batch: Sequence[TicketRecord], note: Note, at: datetime
) -> Recorded:
    with database.write() as session:
        done = tickets.take_over(session, batch, at=at)[1]
        note(session, done)
        return done


def import_articles(
    database: Database,
    folder: Path,
    *,
    source: str,
    audience: str,
    prune: bool,
    refuse: Callable[[Refusal], None],
    progress: Callable[[int], None] = lambda _: None,
    at: datetime,
) -> ArticlesImported:
    """Store the Markdown files under `folder`; pass what is wrong to `refuse`.

    Args:
        database: where to.
        folder: where from.
        source: what the folder is called; with the id or path it names an article.
        audience: name of the audience of files that name none.
        prune: archive the articles whose files are gone, instead of only telling.
        refuse: is told of each file that was not imported.
        progress: is told how many more files are done.
        at: the time of the import.

    Raises:
        NoFolder: `folder` is none.
        AudienceNotFound: there is no audience `audience`.
    """
    with database.write() as session:
        people.put_audience(session, people.INTERNAL)
        people.audience(session, audience)
        seen = article_files.begin(session, folder)
    total = Recorded(0, 0, 0)
    for batch in article_files.batches(folder):
        with database.write() as session:
            done = article_files.record(
                session, batch, source=source, audience=audience, seen=seen, at=at
            )
        total += Recorded(done.new, done.changed, done.unchanged)
        for item in done.refused:
            path = str(folder / item.path)
            refuse(Refusal(path, item.line, item.field or "", item.reason))
        progress(len(batch))
    with database.write() as session:
        gone = article_files.vanished(session, source=source, seen=seen)
        if prune:
            article_files.prune(session, gone, at=at)
    return ArticlesImported(total, tuple(gone))
