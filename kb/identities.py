"""People as a sign-in provider knows them: who they are here, and which teams its groups mean.

A provider names a person by issuer and subject, which never change hands; an e-mail address may.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, delete, select
from sqlalchemy.orm import Session

from kb import events, people
from kb.errors import Conflict, NotFound, NotSignedIn
from kb.models import (
    GroupTeam,
    Identity,
    Membership,
    MembershipOrigin,
    Person,
    PersonRole,
    Role,
    Team,
)


class IdentityRefused(NotSignedIn):
    """The provider knows this person, but they may not sign in here."""


class IdentityTaken(Conflict):
    """This person, or this subject of the provider, is linked already."""


class GroupNotMapped(NotFound):
    """This group does not mean this team."""


@dataclass(frozen=True, slots=True)
class Told:
    """What a provider says of somebody who has signed in there; all of it was verified."""

    issuer: str
    subject: str
    email: str | None
    email_verified: bool
    name: str | None
    groups: frozenset[str]


def recognised(
    session: Session, told: Told, *, join_organisation: str | None, at: datetime
) -> Person:
    """The person whom the provider means; their teams are those that its groups mean.

    Known by issuer and subject; the first time, by an e-mail address that the provider has
    verified.  That never reaches an administrator, a system, or a person who is linked already:
    who can choose an address at the provider must not become them.

    Args:
        session: a transaction that may write.
        told: what the provider says.
        join_organisation: name of the organisation in which unknown people are made, as readers
            without a role; None refuses them.
        at: now.

    Raises:
        IdentityRefused: nobody here is meant; the reason is in the record alone.
    """
    identity = session.scalar(_known(told.issuer, told.subject))
    if identity is None:
        identity = link(session, _meant(session, told, join_organisation, at=at), told, at=at)
    identity.used_at = at
    person = session.get_one(Person, identity.person_id)
    _map_groups(session, person, told.groups, at=at)
    return person


def link(
    session: Session, person: Person, told: Told, *, by: int | None = None, at: datetime
) -> Identity:
    """Let `person` sign in as this subject of the provider.

    Raises:
        IdentityTaken: the subject is somebody, or the person has another subject there.
    """
    subjects = select(Identity).where(
        Identity.issuer == told.issuer, Identity.person_id == person.id
    )
    if session.scalar(subjects) or session.scalar(_known(told.issuer, told.subject)):
        raise IdentityTaken("this person or this subject is linked already")
    identity = Identity(person_id=person.id, issuer=told.issuer, subject=told.subject, linked_at=at)
    session.add(identity)
    events.record(
        session, "identity.link", person_id=by, subject="person", subject_id=person.id, at=at
    )
    return identity


def unlink(session: Session, person: Person, *, by: int | None = None, at: datetime) -> None:
    """Let `person` no longer sign in through a provider."""
    session.execute(delete(Identity).where(Identity.person_id == person.id))
    events.record(
        session, "identity.unlink", person_id=by, subject="person", subject_id=person.id, at=at
    )


def map_group(
    session: Session, group: str, team: Team, *, by: int | None = None, at: datetime
) -> None:
    """Let a group of the provider mean membership in `team`, from each next sign-in on."""
    if session.get(GroupTeam, (group, team.id)) is None:
        session.add(GroupTeam(group=group, team_id=team.id))
        _record_group(session, "group.map", team, by=by, at=at)


def unmap_group(
    session: Session, group: str, team: Team, *, by: int | None = None, at: datetime
) -> None:
    """Let a group no longer mean `team`; members who came by it leave at their next sign-in.

    Raises:
        GroupNotMapped: it does not.
    """
    row = session.get(GroupTeam, (group, team.id))
    if row is None:
        raise GroupNotMapped(f"the group {group!r} does not mean the team {team.name!r}")
    session.delete(row)
    _record_group(session, "group.unmap", team, by=by, at=at)


def groups(session: Session) -> Sequence[tuple[str, str]]:
    """Each group of the provider with the name of a team that it means."""
    rows = session.execute(
        select(GroupTeam.group, Team.name)
        .join(Team, Team.id == GroupTeam.team_id)
        .order_by(GroupTeam.group, Team.name)
    )
    return [(group, team) for group, team in rows]


def _known(issuer: str, subject: str) -> Select[Identity]:
    return select(Identity).where(Identity.issuer == issuer, Identity.subject == subject)


def _meant(session: Session, told: Told, join_organisation: str | None, *, at: datetime) -> Person:
    if not (told.email and told.email_verified):
        raise IdentityRefused("the provider has not verified an e-mail address")
    try:
        person = people.person(session, told.email)
    except people.PersonNotFound as error:
        if join_organisation is None:
            raise IdentityRefused("nobody here has this address") from error
        person = people.put_person(
            session,
            told.email,
            name=(told.name or told.email)[:200],
            organisation_id=people.organisation(session, join_organisation).id,
            roles=(),
        )
        events.record(
            session,
            "person.put",
            person_id=None,
            subject="person",
            subject_id=person.id,
            at=at,
            detail="by=provider",
        )
        return person
    roles = select(PersonRole.role).where(PersonRole.person_id == person.id)
    if person.service or Role.ADMINISTRATOR in set(session.scalars(roles)):
        raise IdentityRefused("an address does not make an administrator; `kb user link` does")
    return person


def _map_groups(session: Session, person: Person, told: Collection[str], *, at: datetime) -> None:
    """Join the teams that the groups mean, and leave those that were joined so before."""
    meant = set(session.scalars(select(GroupTeam.team_id).where(GroupTeam.group.in_(told))))
    for membership in session.scalars(select(Membership).where(Membership.person_id == person.id)):
        if membership.team_id in meant:
            meant.discard(membership.team_id)
        elif membership.origin is MembershipOrigin.PROVIDER:
            session.delete(membership)
            _record_member(session, "team.leave", person, membership.team_id, at)
    for team_id in sorted(meant):
        row = Membership(person_id=person.id, team_id=team_id, origin=MembershipOrigin.PROVIDER)
        session.add(row)
        _record_member(session, "team.join", person, team_id, at)
    session.flush()  # what the person may read is asked next


def _record_member(session: Session, verb: str, person: Person, team_id: int, at: datetime) -> None:
    events.record(
        session,
        verb,
        person_id=None,
        subject="person",
        subject_id=person.id,
        at=at,
        detail=f"team={team_id} by=provider",
    )


def _record_group(session: Session, verb: str, team: Team, *, by: int | None, at: datetime) -> None:
    events.record(session, verb, person_id=by, subject="team", subject_id=team.id, at=at)
