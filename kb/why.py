"""Why somebody may, or may not, see what belongs to an audience: for administrators."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.orm import Session

from kb.models import Audience, Grant, Membership, Organisation, Person, Team
from kb.visibility import ADMINISTRATORS, reader_of


class Rule(StrEnum):
    """What decides."""

    DISABLED = "the person is disabled"
    TIME = "the person's access"
    PERSON = "granted to the person"
    ORGANISATION = "granted to the organisation"
    TEAM = "granted to the team"
    ROLE = "every administrator is in it"
    NOTHING = "nothing lets them into"


@dataclass(frozen=True, slots=True)
class Term:
    """When a part of it begins or ends; `over` if that was before the time asked about."""

    at: datetime
    over: bool
    of_membership: bool = False
    begins: bool = False

    def __str__(self) -> str:
        """As the command line and the interface say it."""
        if self.begins:
            return f"membership begins {self.at:%Y-%m-%d}"
        what = "membership " if self.of_membership else ""
        return f"{what}{'ended' if self.over else 'ends'} {self.at:%Y-%m-%d %H:%M} UTC"


@dataclass(frozen=True, slots=True)
class Because:
    """A rule that reaches the person, with the name of what it goes by, and its terms."""

    rule: Rule
    name: str = ""
    terms: tuple[Term, ...] = ()

    def __str__(self) -> str:
        """As the command line and the interface say it."""
        if self.rule is Rule.TIME:
            return f"{self.rule} {str(self.terms[0]).replace(' ', ' on ', 1)}"
        named = f"{self.rule} {self.name}" if self.name else str(self.rule)
        return named + "".join(f" ({term})" for term in self.terms)


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether a person sees what belongs to an audience, and the rules that say so."""

    sees: bool
    audience: str
    because: tuple[Because, ...]


def audience(session: Session, person: Person, audience_id: int, *, at: datetime) -> Verdict:
    """Whether `person` is in this audience at the time `at`, and through what, or why not.

    The verdict is that of `kb.visibility`; the reasons name each grant that reaches the person.
    """
    name = session.get_one(Audience, audience_id).name
    sees = audience_id in reader_of(session, person, at=at).audience_ids
    reasons = [*_of_person(person, at), *_of_grants(session, person, audience_id, at)]
    if sees and not reasons and name == ADMINISTRATORS:
        reasons = [Because(Rule.ROLE)]
    return Verdict(sees, name, tuple(reasons) or (Because(Rule.NOTHING, name),))


def _of_person(person: Person, at: datetime) -> Iterator[Because]:
    if not person.active:
        yield Because(Rule.DISABLED)
    if person.until is not None:
        yield Because(Rule.TIME, terms=_ends(person.until, at))


def _of_grants(
    session: Session, person: Person, audience_id: int, at: datetime
) -> Iterator[Because]:
    for grant in session.scalars(select(Grant).where(Grant.audience_id == audience_id)):
        found = _through(session, person, grant, at)
        if found is not None:
            yield Because(found.rule, found.name, (*found.terms, *_ends(grant.until, at)))


def _through(session: Session, person: Person, grant: Grant, at: datetime) -> Because | None:
    if grant.person_id is not None:
        return Because(Rule.PERSON) if grant.person_id == person.id else None
    if grant.organisation_id is not None:
        if grant.organisation_id != person.organisation_id:
            return None
        name = session.get_one(Organisation, grant.organisation_id).name
        return Because(Rule.ORGANISATION, name)
    member = session.scalar(
        select(Membership).where(
            Membership.team_id == grant.team_id, Membership.person_id == person.id
        )
    )
    if member is None:
        return None
    begins = member.since is not None and member.since > at
    later = (Term(member.since, over=False, begins=True),) if begins and member.since else ()
    team = session.get_one(Team, member.team_id).name
    return Because(Rule.TEAM, team, (*later, *_ends(member.until, at, of_membership=True)))


def _ends(until: datetime | None, at: datetime, *, of_membership: bool = False) -> tuple[Term, ...]:
    return () if until is None else (Term(until, until <= at, of_membership=of_membership),)
