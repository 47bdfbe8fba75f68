"""Which tickets are told something in their own system, and in which one that is."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from kb import jobs
from kb.models import Audience, Ticket
from kb.sources.models import Source
from kb.sources.sync import SourcePaused
from kb.visibility import ADMINISTRATORS

SUGGEST = "suggest"
"""The kind of job that notes similar cases on a new ticket."""

TELL = "tell"
"""The kind of job that notes on a closed ticket what became of it here."""


@dataclass(frozen=True, slots=True)
class Noting:
    """A ticket that may get a note, and the source that it lives in."""

    source: Source
    ticket: Ticket
    mapped: bool
    """Whether its scope is mapped: else only administrators may see the ticket here."""


def of(session: Session, ticket_id: int) -> Noting | None:
    """The ticket with its messages, and its source; None where one of the two is no more.

    Raises:
        SourcePaused: an administrator lets nobody ask this source at the moment.
    """
    ticket = session.get(Ticket, ticket_id, options=[selectinload(Ticket.messages)])
    if ticket is None or ticket.withdrawn_at is not None:
        return None
    source = session.scalar(select(Source).where(Source.name == ticket.source))
    if source is None:
        return None
    if source.paused:
        raise SourcePaused(f"{source.name} is paused; `kb source resume {source.name}`")
    audience = session.get_one(Audience, ticket.audience_id)
    return Noting(source, ticket, audience.name != ADMINISTRATORS)


def promise_telling(session: Session, ticket_id: int, *, at: datetime) -> None:
    """Promise a note about what became of the ticket, where its source is to be told."""
    tells = session.scalar(
        select(Source.tells)
        .join(Ticket, Ticket.source == Source.name)
        .where(Ticket.id == ticket_id, Ticket.withdrawn_at.is_(None))
    )
    if tells:
        jobs.promise(session, TELL, ticket_id, at=at)
