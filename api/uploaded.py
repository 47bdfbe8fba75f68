"""Importing a file that was sent on a page: a job that goes on where it stopped."""

from collections.abc import Callable, Iterator
from datetime import datetime
from functools import partial
from itertools import islice

from sqlalchemy.orm import Session

from api import importing
from api.wiring import Services
from kb.sources import uploads
from kb.sources.files import Reject
from kb.sources.models import Upload
from kb.tickets import Recorded, TicketRecord


def run(services: Services, upload_id: int, at: datetime) -> Callable[[Session], None]:
    """Store what is not stored yet, batch by batch; then the file is forgotten."""
    with services.database.read() as session:
        upload = session.get(Upload, upload_id)
        if upload is None or upload.content is None:
            return partial(uploads.finish, upload_id=upload_id, at=at)
        after = upload.rows
        with uploads.reading(session, upload) as rows:
            session.rollback()  # it shall not stay open while the tickets are stored
            _store(services, upload_id, islice(rows, after, None), after=after, at=at)
    return partial(uploads.finish, upload_id=upload_id, at=at)


def _store(
    services: Services,
    upload_id: int,
    rows: Iterator[TicketRecord | Reject],
    *,
    after: int,
    at: datetime,
) -> None:
    refused: list[Reject] = []

    def note(session: Session, done: Recorded) -> None:
        uploads.advance(session, upload_id, done, refused, after=after)

    while batch := list(islice(rows, importing.BATCH)):
        refused.clear()
        importing.import_tickets(services.database, batch, refuse=refused.append, note=note, at=at)
        after += len(batch)
