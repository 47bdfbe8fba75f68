"""Why somebody may, or may not, see what belongs to an audience: for administrators."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from kb.models import Audience, Grant, Membership, Organisation, Person, Team
from kb.visibility import reader_of


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether a person sees what belongs to an audience, and the rules that say so."""

    sees: bool
    audience: str
    because: tuple[str, ...]


def audience(session: Session, person: Person, audience_id: int, *, at: datetime) -> Verdict:
    """Whether `person` is in this audience at the time `at`, and through what, or why not.

    The verdict is that of `kb.visibility`; the reasons name each grant that reaches the person.
    """
    name = session.get_one(Audience, audience_id).name
    sees = audience_id in reader_of(session, person, at=at).audience_ids
    reasons = [*_of_person(person, at), *_of_grants(session, person, audience_id, at)]
    return Verdict(sees, name, tuple(reasons) or (f"nothing lets them into {name}",))


def _of_person(person: Person, at: datetime) -> Iterator[str]:
    if not person.active:
        yield "the person is disabled"
    if person.until is not None:
        ended = "ended" if person.until <= at else "ends"
        yield f"the person's access {ended} on {person.until:%Y-%m-%d %H:%M} UTC"


def _of_grants(session: Session, person: Person, audience_id: int, at: datetime) -> Iterator[str]:
    for grant in session.scalars(select(Grant).where(Grant.audience_id == audience_id)):
        through = _through(session, person, grant, at)
        if through is not None:
            yield f"granted to {through}{_ends(grant.until, at)}"


def _through(session: Session, person: Person, grant: Grant, at: datetime) -> str | None:
    if grant.person_id is not None:
        return "the person" if grant.person_id == person.id else None
    if grant.organisation_id is not None:
        if grant.organisation_id != person.organisation_id:
            return None
        return f"the organisation {session.get_one(Organisation, grant.organisation_id).name}"
    member = session.scalar(
        select(Membership).where(
            Membership.team_id == grant.team_id, Membership.person_id == person.id
        )
    )
    if member is None:
        return None
    begins = member.since is not None and member.since > at
    later = f" (membership begins {member.since:%Y-%m-%d})" if begins else ""
    team = session.get_one(Team, member.team_id).name
    return f"the team {team}{later}{_ends(member.until, at, 'membership ')}"


def _ends(until: datetime | None, at: datetime, what: str = "") -> str:
    if until is None:
        return ""
    return f" ({what}{'ended' if until <= at else 'ends'} {until:%Y-%m-%d %H:%M} UTC)"
