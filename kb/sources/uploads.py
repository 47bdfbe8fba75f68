"""Files of tickets that somebody sends on a page: what they hold, and how far they are imported."""

import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from datetime import datetime, timedelta
from itertools import islice
from pathlib import Path

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from kb import events, jobs, people
from kb.errors import Conflict, NotFound
from kb.models import TicketState
from kb.sources import files, guessing
from kb.sources.files import Audiences, Reject
from kb.sources.mapping import CsvFormat, Mapping
from kb.sources.models import Upload
from kb.sources.raw import BadFile, EmptyFile
from kb.tickets import Recorded, TicketRecord
from kb.visibility import Reader

JOB = "import"
"""Kind of the jobs that import; their subject is the upload."""

KEPT = timedelta(days=2)
"""How long a file that nobody imports is kept: it holds what people wrote in confidence."""

REFUSALS = 200
"""How many refused rows are listed."""

PREVIEWED = 10
"""Rows of a preview."""


class UploadNotFound(NotFound):
    """No such file, or somebody else sent it."""


class AlreadyImported(Conflict):
    """The import of this file has begun; send it again to import it otherwise."""


class UploadGone(Conflict):
    """The file was not imported for days and is deleted; send it again."""


def put(
    session: Session,
    reader: Reader,
    name: str,
    content: bytes,
    *,
    source: str,
    time_zone: str = "UTC",
    at: datetime,
) -> Upload:
    """Keep a file, with a guess of what its columns mean.

    Raises:
        BadFile: it is neither CSV nor JSON Lines; says what to do.
    """
    form = guessing.csv_format(content) if guessing.is_csv(name.lower(), content) else None
    rows = guessing.rows_of(content, form)
    if not rows:
        raise EmptyFile(
            "The file has no rows. The first line names the columns, then come tickets."
        )
    chosen = guessing.columns(rows)
    otherwise = TicketState.CLOSED if "resolution" in chosen else TicketState.OPEN
    upload = Upload(
        person_id=reader.person_id,
        name=name[-200:] or "file",
        source=source,
        at=at,
        content=content,
        mapping=guessing.mapping(content, form, chosen, otherwise, time_zone).model_dump(
            mode="json"
        ),
        audience_id=people.put_audience(session, people.INTERNAL).id,
        refusals=[],
    )
    session.add(upload)
    session.flush()  # the page is named after its id
    return upload


def listed(session: Session, reader: Reader, *, limit: int) -> list[Upload]:
    """The newest files that the reader has sent."""
    chosen = select(Upload).where(Upload.person_id == reader.person_id)
    return list(session.scalars(chosen.order_by(Upload.id.desc()).limit(limit)))


def get(session: Session, reader: Reader, upload_id: int) -> Upload:
    """A file that the reader has sent.

    Raises:
        UploadNotFound: there is none with this id, or somebody else sent it.
    """
    upload = session.get(Upload, upload_id)
    if upload is None or upload.person_id != reader.person_id:
        raise UploadNotFound(f"no file {upload_id}")
    return upload


def columns(upload: Upload) -> list[str]:
    """The columns that the file has."""
    return guessing.names(guessing.rows_of(_content(upload), _form(upload)))


def choose(
    upload: Upload,
    *,
    source: str,
    audience_id: int,
    chosen: dict[str, str],
    otherwise: TicketState,
    time_zone: str,
) -> None:
    """Decide what the columns of a file mean, and who may read its tickets.

    Raises:
        AlreadyImported: it is too late.
        UploadGone: the file is deleted.
    """
    if upload.begun_at is not None:
        raise AlreadyImported(f"the import of {upload.name} has begun")
    upload.source, upload.audience_id = source, audience_id
    found = guessing.mapping(_content(upload), _form(upload), chosen, otherwise, time_zone)
    upload.mapping = found.model_dump(mode="json")


def preview(session: Session, upload: Upload) -> list[TicketRecord | Reject]:
    """The first rows as the tickets that they would become, or why they would not.

    Raises:
        BadFile: the file as a whole cannot be imported so; says why.
    """
    with reading(session, upload) as rows:
        return list(islice(rows, PREVIEWED))


def begin(session: Session, upload: Upload, *, by: Reader, at: datetime) -> None:
    """Promise the import; doing it again changes nothing.

    Raises:
        BadFile: the file as a whole cannot be imported so; says why.
    """
    if upload.begun_at is not None:
        return
    preview(session, upload)
    upload.begun_at = at
    jobs.promise(session, JOB, upload.id, at=at)
    events.record(
        session,
        "upload.import",
        person_id=by.person_id,
        subject="upload",
        subject_id=upload.id,
        at=at,
        detail=f"source={upload.source} audience={upload.audience_id}",
    )


@contextmanager
def reading(session: Session, upload: Upload) -> Iterator[Iterator[TicketRecord | Reject]]:
    """All rows of a file, as far as `files.read` knows them; the file is there meanwhile."""
    by_name = people.audiences_by_name(session)
    audiences = Audiences(by_name, upload.audience_id, by_name[people.INTERNAL])
    mapping = Mapping.model_validate(upload.mapping)
    ending = ".csv" if _form(upload) else ".jsonl"
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"file{ending}"
        path.write_bytes(_content(upload))
        try:
            yield files.read(path, upload.source, audiences, mapping=mapping)
        except BadFile as error:
            raise type(error)(str(error).replace(str(path), upload.name)) from error


def advance(
    session: Session, upload_id: int, done: Recorded, refused: Sequence[Reject], *, after: int
) -> None:
    """Note what became of the next rows, in the transaction that stores their tickets.

    Raises:
        ClaimLost: another worker has gone on from where we began.
    """
    upload = session.get(Upload, upload_id, with_for_update=True)
    if upload is None or upload.rows != after:
        raise jobs.ClaimLost(f"file {upload_id} is imported by somebody else")
    upload.rows += done.total + len(refused)
    upload.new += done.new
    upload.changed += done.changed
    upload.unchanged += done.unchanged
    upload.refused += len(refused)
    room = REFUSALS - len(upload.refusals)
    listed = [asdict(row) for row in refused]
    upload.refusals = [*upload.refusals, *listed[: max(room, 0)]]


def refused(upload: Upload) -> list[Reject]:
    """The first rows that were refused, at most REFUSALS."""
    return [Reject(**row) for row in upload.refusals]


def finish(session: Session, upload_id: int, *, at: datetime) -> None:
    """Note that all of it is imported, and forget the file."""
    session.execute(update(Upload).where(Upload.id == upload_id).values(done_at=at, content=None))


def forget(session: Session, *, at: datetime) -> None:
    """Delete the files that nobody has imported."""
    old = (Upload.begun_at.is_(None), Upload.at < at - KEPT)
    session.execute(update(Upload).where(*old).values(content=None))


def _content(upload: Upload) -> bytes:
    if upload.content is None:
        raise UploadGone(f"{upload.name} is not kept any more; send it again")
    return upload.content


def _form(upload: Upload) -> CsvFormat | None:
    """How the file is written; None for JSON Lines."""
    if upload.content is not None and not guessing.is_csv(upload.name.lower(), upload.content):
        return None
    return Mapping.model_validate(upload.mapping).csv
