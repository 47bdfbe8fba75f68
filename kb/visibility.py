"""Who may read what: the one place that says so."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime

from sqlalchemy import ColumnElement, Select, and_, exists, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session, aliased

from kb.errors import NotAllowed
from kb.models import (
    Alarm,
    Audience,
    Document,
    DocumentKind,
    Grant,
    Licence,
    LicenceGiven,
    Membership,
    Organisation,
    OrganisationKind,
    Person,
    PersonRole,
    Role,
    Ticket,
)

WITHOUT_LICENCE = {
    Role.SECOND_LEVEL: Licence.CANDIDATE,
    Role.PUBLISHER: Licence.PUBLISHER,
    Role.COACH: Licence.COACH,
    Role.ADMINISTRATOR: Licence.COACH,
}
"""How far the word of somebody goes whom nobody gave a licence."""

ADMINISTRATORS = "administrators"
"""The audience of whoever has that role, without grants: what a source's table does not map."""


class RoleMissing(NotAllowed):
    """The asker does not have a role that may do this."""


class LicenceMissing(NotAllowed):
    """The asker's word on articles does not go so far."""


@dataclass(frozen=True, slots=True)
class Reader:
    """The person asking, as far as reading and acting go."""

    person_id: int | None
    audience_ids: frozenset[int]
    roles: frozenset[Role] = field(default=frozenset())
    outside: bool = False
    """Whether they are of another organisation than our own: what they read is recorded."""
    previewed_by: int | None = None
    """The administrator who looks as this person and may change nothing; see `kb.previews`."""

    licensed: Licence | None = None
    """The licence they were given, or a team of theirs; None: their roles say it."""

    @property
    def licence(self) -> Licence | None:
        """How far their word on articles goes; None: they only read what is published."""
        if self.licensed is not None:
            return self.licensed
        return _highest(WITHOUT_LICENCE[role] for role in self.roles if role in WITHOUT_LICENCE)

    def only_reading(self) -> "Reader":
        """The same person as one who only reads what is published."""
        return replace(self, roles=frozenset(), licensed=None)

    def holds(self, needed: Licence) -> bool:
        """Whether the reader's licence covers `needed`."""
        return self.licence is not None and self.licence.covers(needed)

    def must_hold(self, needed: Licence) -> None:
        """Stop here unless `holds(needed)`.

        Raises:
            LicenceMissing: it does not, or they have none.
        """
        if not self.holds(needed):
            raise LicenceMissing(
                f"this needs the licence {needed.value}; ask a coach or an administrator for it"
            )

    def must_have(self, *roles: Role) -> None:
        """Stop here unless the reader has one of `roles`.

        Raises:
            RoleMissing: the reader has none of them.
        """
        if not self.roles & set(roles):
            wanted = " or ".join(role.value.replace("_", " ") for role in sorted(roles))
            raise RoleMissing(f"this needs the role {wanted}; ask an administrator for it")


OPERATOR = Reader(person_id=None, audience_ids=frozenset(), roles=frozenset({Role.ADMINISTRATOR}))
"""Whoever runs commands on the machine: administers, and reads nothing by it."""

NOBODY = Reader(person_id=None, audience_ids=frozenset())
"""A stranger: sees nothing."""


def reader_of(session: Session, person: Person, *, at: datetime) -> Reader:
    """What `person` may read and do at the time `at`; an inactive or expired person: nothing."""
    if not person.active or (person.until is not None and person.until <= at):
        return NOBODY
    teams = teams_of(person.id, at=at)
    audiences = session.scalars(
        select(Grant.audience_id).where(
            or_(
                Grant.person_id == person.id,
                Grant.organisation_id == person.organisation_id,
                Grant.team_id.in_(teams),
            ),
            or_(Grant.until.is_(None), Grant.until > at),
        )
    )
    roles = session.scalars(select(PersonRole.role).where(PersonRole.person_id == person.id))
    readable, has = frozenset(audiences), frozenset(roles)
    if Role.ADMINISTRATOR in has:
        readable |= set(session.scalars(select(Audience.id).where(Audience.name == ADMINISTRATORS)))
    if len(readable) > 1:
        both = and_(Audience.first_id.in_(readable), Audience.second_id.in_(readable))
        readable |= set(session.scalars(select(Audience.id).where(both)))
    kind = session.scalar(
        select(Organisation.kind).where(Organisation.id == person.organisation_id)
    )
    outside = kind is not OrganisationKind.OWN
    licensed = _licensed(session, person, teams)
    return Reader(person.id, readable, has, outside=outside, licensed=licensed)


def teams_of(person_id: int | None, *, at: datetime) -> Select[int]:
    """The query for the ids of the teams that somebody belongs to at the time `at`."""
    return select(Membership.team_id).where(
        Membership.person_id == person_id, _running(Membership.since, Membership.until, at)
    )


def members_of(team_id: int, *, at: datetime) -> Select[int]:
    """The query for the ids of the people who belong to a team at the time `at`."""
    return select(Membership.person_id).where(
        Membership.team_id == team_id, _running(Membership.since, Membership.until, at)
    )


def _licensed(session: Session, person: Person, teams: Select[int]) -> Licence | None:
    """The person's own licence, or the highest of their teams: a newcomer's may be lower."""
    rows = session.execute(
        select(LicenceGiven.person_id, LicenceGiven.licence).where(
            or_(LicenceGiven.person_id == person.id, LicenceGiven.team_id.in_(teams))
        )
    ).all()
    own = [row.licence for row in rows if row.person_id is not None]
    return _highest(own or [row.licence for row in rows])


def _highest(licences: Iterable[Licence]) -> Licence | None:
    return max(licences, key=list(Licence).index, default=None)


def visible_documents(reader: Reader) -> ColumnElement[bool]:
    """The WHERE clause for documents that `reader` may read."""
    return and_(Document.audience_id.in_(reader.audience_ids), ~Document.withdrawn)


def shown_documents(reader: Reader) -> ColumnElement[bool]:
    """The WHERE clause for documents to show: of a ticket as it is and cleaned, as it is."""
    own = aliased(Document)
    as_it_is = exists().where(
        own.kind == DocumentKind.INTERNAL,
        own.origin_id == Document.origin_id,
        own.audience_id.in_(reader.audience_ids),
        ~own.withdrawn,
    )
    return and_(visible_documents(reader), or_(Document.kind != DocumentKind.TICKET, ~as_it_is))


def visible_tickets(reader: Reader) -> ColumnElement[bool]:
    """The WHERE clause for tickets that `reader` may read."""
    return and_(Ticket.audience_id.in_(reader.audience_ids), Ticket.withdrawn_at.is_(None))


def visible_alarms(reader: Reader) -> ColumnElement[bool]:
    """The WHERE clause for alarms that `reader` may read."""
    return Alarm.audience_id.in_(reader.audience_ids)


def sees_internal(reader: Reader, ticket: Ticket) -> bool:
    """Whether `reader` may read the internal messages of a ticket that they may read."""
    return ticket.internal_audience_id in reader.audience_ids


def _running(
    since: InstrumentedAttribute[datetime | None],
    until: InstrumentedAttribute[datetime | None],
    at: datetime,
) -> ColumnElement[bool]:
    return and_(or_(since.is_(None), since <= at), or_(until.is_(None), until > at))
