"""The thread that keeps up with the connected ticket systems."""

import threading
from contextlib import closing
from datetime import UTC, datetime, timedelta

import structlog

from api.connectors import connect
from api.wiring import Services
from kb import alarms
from kb.errors import Conflict, KbError
from kb.sources import sync
from kb.sources.models import Source
from kb.sources.vault import Vault, open_vault

log = structlog.get_logger()

POLL = 5.0
"""Seconds between two looks whether a source is due."""

SLICE = timedelta(seconds=60)
"""How long one source may keep the others waiting; a back-fill goes on in its next turn."""


def sync_due(services: Services, *, at: datetime) -> int:
    """Sync each source that is due, each for a slice of time; how many were.

    What goes wrong with one is noted at it and never stops another.
    """
    interval = timedelta(seconds=services.settings.source_interval)
    with services.database.read() as session:
        chosen = sync.due(session, at=at, interval=interval)
    if not chosen:
        return 0
    vault = open_vault(services.settings)
    for source in chosen:
        _sync(services, source, vault)
    return len(chosen)


class SourceWorker:
    """A thread that syncs until it is stopped."""

    def __init__(self, services: Services) -> None:
        """Prepare the thread."""
        self._services = services
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="kb-sources", daemon=True)

    def start(self) -> None:
        """Begin to sync in the background."""
        self._thread.start()

    def stop(self, *, seconds: float = 5) -> None:
        """End after the source in hand; killed later, it goes on there at the next start."""
        self._stopping.set()
        if self._thread.is_alive():
            self._thread.join(seconds)

    def _run(self) -> None:
        while not self._stopping.wait(POLL):
            try:
                sync_due(self._services, at=datetime.now(UTC))
            except Exception:
                log.exception("syncing failed")


def _sync(services: Services, source: Source, vault: Vault) -> None:
    try:
        with closing(connect(source, vault)) as connector:
            done = alarms.keep_up(
                services.database,
                source.id,
                connector,
                clock=lambda: datetime.now(UTC),
                until=datetime.now(UTC) + SLICE,
            )
    except Conflict:
        return  # paused meanwhile, or in the hands of another process
    except KbError as error:
        log.warning("source failed", source=source.name, reason=type(error).__name__)
    except Exception:
        log.exception("source failed", source=source.name)
    else:
        if done.fetched or done.gone or done.failed:
            log.info(
                "source synced",
                source=source.name,
                fetched=done.fetched,
                gone=done.gone,
                failed=done.failed,
            )
