"""Opening a case in another system, and telling its answer in the ticket's own one."""

from collections.abc import Callable
from contextlib import closing
from datetime import datetime
from functools import partial

from sqlalchemy.orm import Session

from api.connectors import connect
from api.wiring import Services
from kb.errors import Conflict
from kb.sources import handing_on, noting, sync
from kb.sources.http import Absent
from kb.sources.models import HandedOn, Source
from kb.sources.ports import CaseTaker, NewCase, Opened, Reference
from kb.sources.sync import SourcePaused
from kb.sources.vault import open_vault

WORDS = {
    "en": "Answer from {source}, case {number}:",
    "de": "Antwort aus {source}, Fall {number}:",
    "nl": "Antwoord uit {source}, geval {number}:",
}


class OpensNoCases(Conflict):
    """The connector of this kind of system cannot open cases."""


def open_case(services: Services, handed_on_id: int, at: datetime) -> Callable[[Session], None]:
    """Open the case there; what is returned keeps its number and has it read back.

    Asked again, also after a kill in between, it finds the case that was opened.

    Raises:
        SourcePaused: an administrator lets nobody ask the system at the moment.
        OpensNoCases: it is of a kind that takes none.
        SourceUnavailable: it could not be used.
    """
    with services.database.read() as session:
        row = session.get(HandedOn, handed_on_id)
        if row is None or row.external_id is not None:
            return lambda _: None
        source = session.get_one(Source, row.source_id)
    if source.paused:
        raise SourcePaused(f"{source.name} is paused; `kb source resume {source.name}`")
    case = NewCase(key=row.key, title=row.title, text=row.text, scope=row.scope)
    with closing(connect(source, open_vault(services.settings))) as connector:
        if not isinstance(connector, CaseTaker):
            raise OpensNoCases(f"cases cannot be opened in a system of kind {source.kind}")
        there = connector.open_case(case)
    return partial(_keep, handed_on_id=handed_on_id, there=there, at=at)


def tell(services: Services, handed_on_id: int) -> None:
    """Note the answer on the ticket in its own system, where that is switched on."""
    with services.database.read() as session:
        row = session.get(HandedOn, handed_on_id)
        found = noting.of(session, row.ticket_id) if row else None
        if row is None or found is None or not found.source.tells or row.answer is None:
            return
        there = session.get_one(Source, row.source_id).name
    words = WORDS.get(found.ticket.language or "en", WORDS["en"])
    heading = words.format(source=there, number=row.external_id)
    with closing(connect(found.source, open_vault(services.settings))) as connector:
        try:
            number = found.ticket.external_id
            connector.note(number, f"{heading}\n\n{row.answer}", f"answer-{row.id}")
        except Absent:  # deleted there meanwhile: the next sync takes it away here
            return


def _keep(session: Session, *, handed_on_id: int, there: Opened, at: datetime) -> None:
    row = session.get(HandedOn, handed_on_id)
    if row is not None:  # else the ticket was erased meanwhile
        handing_on.opened(session, row, there, at=at)
        sync.hint(session, row.source_id, [Reference(there.external_id)], at=at)
