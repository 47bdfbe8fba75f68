"""Whether searches find anything good is counted, after the answer has left."""

from datetime import datetime

import structlog
from fastapi import BackgroundTasks
from sqlalchemy.exc import OperationalError

from api.wiring import Services
from indexer.confidence import Band
from indexer.search import Answer
from kb import unanswered
from kb.visibility import Reader

log = structlog.get_logger()


def note(
    background: BackgroundTasks, services: Services, reader: Reader, answer: Answer, *, at: datetime
) -> None:
    """Keep whether `reader` found something, once nobody waits any more; a preview is no search."""
    if reader.previewed_by is None:
        background.add_task(_note, services, reader, answer, at)


def _note(services: Services, reader: Reader, answer: Answer, at: datetime) -> None:
    found = bool(answer.hits) and answer.confidence.band is not Band.NOTHING
    try:
        with services.database.read() as session:
            if not unanswered.changes(session, reader, found=found, at=at):
                return
        with services.database.write() as session:
            unanswered.note(session, reader, found=found, language=answer.language, at=at)
    except (
        OperationalError
    ) as error:  # the answer has left: a search that is not counted hurts less
        log.warning("search not counted", reason=type(error.orig).__name__)
