"""One source in full, for those who run it: how far it is read, what fails, who may see what."""

import json
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from kb.models import Audience, Ticket
from kb.sources import register
from kb.sources.models import Source, SourceCaseRow
from kb.sources.register import Status

FAILING = 50
"""Cases that are shown of those that could not be taken over."""


@dataclass(frozen=True, slots=True)
class Failing:
    """A case that could not be taken over as it is now."""

    external_id: str
    reason: str
    attempts: int
    next_at: datetime | None
    ticket_id: int | None
    """As it came in before, if it did."""


@dataclass(frozen=True, slots=True)
class Mapped:
    """Who may see the cases of a scope; without an audience administrators alone.

    The row of a queue (`queue:NAME`) tells its level alone.
    """

    scope: str
    audience: str | None
    internal_audience: str | None
    level: int
    cases: int

    @property
    def queue(self) -> str | None:
        """The queue whose level this is, if it is no scope."""
        if not self.scope.startswith(register.QUEUE):
            return None
        return self.scope.removeprefix(register.QUEUE)


@dataclass(frozen=True, slots=True)
class Overview:
    """All that there is to know of a source, except its account."""

    status: Status
    reading: bool
    """Whether somebody reads from it now."""

    read_to: datetime | None
    """The time of change up to which all cases are known, by the clock of the source."""

    failing: int
    first_failing: tuple[Failing, ...]
    scopes: tuple[Mapped, ...]
    suggests: bool
    tells: bool
    keeps_level: bool
    takes: bool


def of(session: Session, name: str, *, at: datetime) -> Overview:
    """The source called `name`.

    Raises:
        SourceNotFound: there is none.
    """
    row = register.source(session, name)
    failing = (SourceCaseRow.source_id == row.id, SourceCaseRow.failure.is_not(None))
    return Overview(
        status=register.status(session, row),
        reading=row.leased_until is not None and row.leased_until > at,
        read_to=_read_to(row),
        failing=session.scalar(select(func.count(SourceCaseRow.id)).where(*failing)) or 0,
        first_failing=_failing(session, row),
        scopes=_mapped(session, row.id),
        suggests=row.suggests,
        tells=row.tells,
        keeps_level=row.keeps_level,
        takes=row.takes,
    )


def _read_to(row: Source) -> datetime | None:
    told = json.loads(row.mark)["at"] if row.mark else None
    return datetime.fromisoformat(told) if told else None


def _failing(session: Session, row: Source) -> tuple[Failing, ...]:
    found = session.execute(
        select(SourceCaseRow, Ticket.id)
        .outerjoin(
            Ticket,
            (Ticket.source == row.name)
            & (Ticket.external_id == SourceCaseRow.external_id)
            & Ticket.withdrawn_at.is_(None),
        )
        .where(SourceCaseRow.source_id == row.id, SourceCaseRow.failure.is_not(None))
        .order_by(SourceCaseRow.id)
        .limit(FAILING)
    )
    return tuple(
        Failing(case.external_id, case.failure or "", case.attempts, case.due_at, ticket_id)
        for case, ticket_id in found
    )


def _mapped(session: Session, source_id: int) -> tuple[Mapped, ...]:
    counted = session.execute(
        select(SourceCaseRow.scope, func.count(SourceCaseRow.id))
        .where(SourceCaseRow.source_id == source_id, SourceCaseRow.gone_at.is_(None))
        .group_by(SourceCaseRow.scope)
    )
    cases = {row[0]: row[1] for row in counted}
    names = {one.id: one.name for one in session.scalars(select(Audience))}
    return tuple(
        Mapped(
            row.scope,
            names.get(row.audience_id or 0),
            names.get(row.internal_audience_id or 0),
            row.level,
            cases.get(row.scope, 0),
        )
        for row in register.scopes(session, source_id)
    )
