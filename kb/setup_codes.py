"""Beginning: who may create the first administrator while nobody can sign in as one.

`kb serve` shows a code on its own terminal: whoever reads it there could run `kb user create` as
well.  Each process makes a code of its own; all of them end with the first administrator.
"""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from kb import accounts, administration, events, people
from kb.errors import NotAllowed, NotFound
from kb.models import Person, PersonRole, Role, SetupCode
from kb.visibility import OPERATOR

LASTS = timedelta(hours=1)
"""How long a code is good for; starting `kb serve` again shows a new one."""

MOST_TRIES = 10
"""Refused codes from one network within `accounts.WINDOW`; then none is looked at."""

LETTERS = "ABCDEFGHJKMNPQRSTVWXYZ23456789"
"""Without those that are taken for one another."""

GROUPS, GROUP = 4, 5
"""A code is four groups of five letters: 98 random bits."""


@dataclass(frozen=True, slots=True)
class Somebody:
    """Who is to administer, as they say it themselves."""

    email: str
    password: str
    name: str
    organisation: str
    language: str


class AlreadyBegun(NotFound):
    """Somebody administers this service, so there is nothing to begin."""


class CodeRefused(NotAllowed):
    """The code is wrong, used or too old, or there were too many attempts: not told apart."""


def is_open(session: Session) -> bool:
    """Whether nobody administers this service yet."""
    administrators = select(PersonRole.person_id).where(PersonRole.role == Role.ADMINISTRATOR)
    return session.scalar(administrators.limit(1)) is None


def has_nobody(session: Session) -> bool:
    """Whether there is no account at all, so that nobody could sign in."""
    return session.scalar(select(Person.id).limit(1)) is None


def put(session: Session, *, at: datetime) -> str:
    """A new code, of which only a hash is kept."""
    session.execute(delete(SetupCode).where(SetupCode.expires_at <= at))
    groups = ("".join(secrets.choice(LETTERS) for _ in range(GROUP)) for _ in range(GROUPS))
    code = "-".join(groups)
    session.add(SetupCode(hash=_hash(code), expires_at=at + LASTS))
    return code


def create_first(
    session: Session, code: str, somebody: Somebody, *, address: str, at: datetime
) -> Person:
    """Create the first administrator for whoever has a code; no code is good for anything then.

    Args:
        session: commits the person and the end of all codes together.
        code: as it was shown; spaces, hyphens and small letters do not matter.
        somebody: who it is to be; their company is made, as our own, if it is the first one.
        address: the network address that the code comes from.
        at: now.

    Raises:
        AlreadyBegun: somebody administers this service.
        CodeRefused: whoever asks has no code, or has tried too often; say so to `refused`.
        BadAddress: the e-mail address is none.
        PasswordUnfit: the password is too short or too long.
        OrganisationNotFound: there are companies, but none of this name.
    """
    # Two who hold codes of two processes wait for each other here, and one finds none.
    known = session.scalars(select(SetupCode).with_for_update()).all()
    if not is_open(session):
        raise AlreadyBegun("somebody administers this service; sign in")
    fits = any(one.hash == _hash(code) and one.expires_at > at for one in known)
    if not fits or accounts.failures(session, _subject(address), at=at) >= MOST_TRIES:
        raise CodeRefused("this code is not valid; starting `kb serve` again shows a new one")
    facts = administration.Facts(
        name=somebody.name,
        organisation_id=people.organisation_or_first(session, somebody.organisation, at=at).id,
        roles={Role.ADMINISTRATOR},
        language=somebody.language,
    )
    person = administration.put_person(session, OPERATOR, somebody.email, facts, at=at)
    accounts.set_password(session, person, somebody.password, at=at)
    session.execute(delete(SetupCode))
    events.record(
        session, "setup.finish", person_id=person.id, subject="person", subject_id=person.id, at=at
    )
    return person


def refused(session: Session, address: str, *, at: datetime) -> None:
    """Remember that a code from this network address was refused."""
    accounts.fail(session, _subject(address), at=at)
    events.record(session, "setup.refuse", person_id=None, subject="setup", subject_id=None, at=at)


def _hash(code: str) -> bytes:
    letters = "".join(letter for letter in code.upper() if letter.isalnum())
    return hashlib.sha256(letters.encode()).digest()


def _subject(address: str) -> bytes:
    return accounts.subject("setup", accounts.network(address))
