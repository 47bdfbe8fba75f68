"""Letting one more company read a ticket: a decision that a person takes and that is kept."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from kb import events, people, tickets
from kb.errors import Conflict
from kb.models import Audience, Grant, Organisation, Team, Ticket
from kb.visibility import ADMINISTRATORS, Reader

_Granted = tuple[int | None, int | None, int | None, datetime | None]
"""Organisation, team or person, and until when."""


class NotShareable(Conflict):
    """Nobody was granted the audience of this ticket: an administrator has to map it first."""


def reads(
    session: Session, audience_id: int, organisation: Organisation, team: Team | None
) -> bool:
    """Whether the audience was granted to the whole company, or to that team of it."""
    granted = _granted(session, audience_id)
    subjects = {(organisation_id, team_id) for organisation_id, team_id, _, _ in granted}
    return (organisation.id, None) in subjects or (team is not None and (None, team.id) in subjects)


def share(
    session: Session, reader: Reader, ticket: Ticket, organisation: Organisation, *, at: datetime
) -> int:
    """Let everybody of `organisation` read `ticket`, besides those who could, and nobody else.

    Internal messages stay with those who could read them.

    Returns:
        The id of the audience that could read it until now.

    Raises:
        NotShareable: the audience of the ticket has no grants that could be extended.
    """
    before = ticket.audience_id
    wider = _with_company(session, reader, before, organisation, at=at)
    tickets.move(
        session, [ticket], audience_id=wider, internal_audience_id=ticket.internal_audience_id
    )
    events.record(
        session,
        "ticket.share",
        person_id=reader.person_id,
        subject="ticket",
        subject_id=ticket.id,
        at=at,
        detail=f"organisation={organisation.id} from={before} to={wider}",
    )
    return before


def _with_company(
    session: Session, reader: Reader, audience_id: int, organisation: Organisation, *, at: datetime
) -> int:
    """The audience of exactly the readers of another one and a company, made if need be."""
    base = session.get_one(Audience, audience_id)
    granted = _granted(session, audience_id)
    if base.name == ADMINISTRATORS or not granted:
        raise NotShareable("an administrator has to say first who may read this ticket")
    wanted = granted | {(organisation.id, None, None, None)}
    of_company = select(Grant.audience_id).where(Grant.organisation_id == organisation.id)
    for candidate in session.scalars(of_company.order_by(Grant.audience_id)).all():
        if _granted(session, candidate) == wanted:
            return candidate
    made = people.put_audience(session, _free_name(session, f"{base.name} + {organisation.name}"))
    for organisation_id, team_id, person_id, until in sorted(wanted, key=str):
        people.grant(
            session,
            made.id,
            organisation_id=organisation_id,
            team_id=team_id,
            person_id=person_id,
            until=until,
            by=reader.person_id,
            at=at,
        )
    session.flush()  # who asks for the readers next must find the grants
    return made.id


def _free_name(session: Session, wanted: str) -> str:
    taken = people.audiences_by_name(session)
    wanted = wanted[:190]
    names = (wanted, *(f"{wanted} ({number})" for number in range(2, len(taken) + 3)))
    return next(name for name in names if name not in taken)


def _granted(session: Session, audience_id: int) -> set[_Granted]:
    rows = session.execute(
        select(Grant.organisation_id, Grant.team_id, Grant.person_id, Grant.until).where(
            Grant.audience_id == audience_id
        )
    )
    return {(organisation, team, person, until) for organisation, team, person, until in rows}
