"""Local accounts: passwords, and what slows down guessing them.

Checking takes three steps, because hashing takes a tenth of a second and nobody shall wait for
it: `look_up` reads, `Attempt.succeeds` computes, `refused` writes.  An unknown address, an account
without a password and a blocked one answer alike and cost the same work.
"""

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from ipaddress import IPv4Address, ip_address, ip_network

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from kb import events, sign_ins
from kb.errors import InvalidInput
from kb.models import Password, Person, SignInFailure

SHORTEST = 12
"""Characters; length protects better than rules about signs (NIST SP 800-63B)."""

LONGEST = 1_000
"""Characters; hashing a longer text would only cost time."""

WINDOW = timedelta(minutes=15)
"""How long a refused attempt counts."""

MOST_PER_ACCOUNT = 10
"""Refused attempts at one account within the window; then its password is not looked at."""

MOST_PER_ADDRESS = 50
"""Refused attempts from one network address within the window: an office may share one."""


class PasswordUnfit(InvalidInput):
    """The password is too short or too long."""


@dataclass(frozen=True, slots=True)
class Attempt:
    """Somebody tries to sign in; what is needed to judge it without the database."""

    person_id: int | None
    hash: str
    blocked: bool
    subjects: tuple[bytes, ...]

    def succeeds(self, password: str) -> bool:
        """Whether this is the password; takes about as long for whoever it is."""
        right = _matches(self.hash, password[:LONGEST])
        return right and self.person_id is not None and not self.blocked


def set_password(
    session: Session, person: Person, password: str, *, by: int | None = None, at: datetime
) -> None:
    """Give `person` this password and end all their sign-ins.

    Raises:
        PasswordUnfit: it is shorter than 12 or longer than 1,000 characters.
    """
    if not SHORTEST <= len(password) <= LONGEST:
        raise PasswordUnfit(f"a password has {SHORTEST} to {LONGEST:,} characters")
    row = session.get(Password, person.id)
    if row is None:
        row = Password(person_id=person.id)
        session.add(row)
    row.hash, row.changed_at = _hasher().hash(password), at
    sign_ins.end_all(session, person.id, by=by, at=at)
    events.record(
        session, "password.set", person_id=by, subject="person", subject_id=person.id, at=at
    )


def network(address: str) -> str:
    """Whom attempts from this address count for: of IPv6 a /64, for a site has that many."""
    try:
        found = ip_address(address.partition("%")[0])
    except ValueError:
        return address
    if isinstance(found, IPv4Address):
        return str(found)
    if found.ipv4_mapped is not None:
        return str(found.ipv4_mapped)
    return str(ip_network((int(found) >> 64 << 64, 64)))


def look_up(session: Session, email: str, address: str, *, at: datetime) -> Attempt:
    """An attempt at the account with this e-mail address, from a network address."""
    email = email.strip().lower()
    row = session.execute(
        select(Person.id, Password.hash)
        .join(Password, Password.person_id == Person.id)
        .where(Person.email == email)
    ).one_or_none()
    subjects = (subject("account", email), subject("address", network(address)))
    blocked = any(
        failures(session, one, at=at) >= most
        for one, most in zip(subjects, (MOST_PER_ACCOUNT, MOST_PER_ADDRESS), strict=True)
    )
    if row is None:
        return Attempt(None, _decoy(), blocked, subjects)
    return Attempt(row.id, row.hash, blocked, subjects)


def refused(session: Session, attempt: Attempt, *, at: datetime) -> None:
    """Remember that the attempt failed; what no longer counts is forgotten."""
    fail(session, *([] if attempt.blocked else attempt.subjects), at=at)
    events.record(
        session,
        "session.refuse",
        person_id=None,
        subject="person",
        subject_id=attempt.person_id,
        at=at,
    )


def failures(session: Session, subject: bytes, *, at: datetime) -> int:
    """How often `subject` was refused within the window before `at`."""
    counted = select(func.count()).where(
        SignInFailure.subject == subject, SignInFailure.at > at - WINDOW
    )
    return session.scalar(counted) or 0


def fail(session: Session, *subjects: bytes, at: datetime) -> None:
    """Remember a refusal of each of `subjects`; what no longer counts is forgotten."""
    session.execute(delete(SignInFailure).where(SignInFailure.at <= at - WINDOW))
    session.add_all(SignInFailure(subject=subject, at=at) for subject in subjects)


def subject(kind: str, name: str) -> bytes:
    """What refusals count for, without telling its name."""
    return hashlib.sha256(f"{kind}:{name}".encode()).digest()


def _matches(hashed: str, password: str) -> bool:
    try:
        return _hasher().verify(hashed, password)
    except (VerificationError, InvalidHashError):
        return False


@cache
def _hasher() -> PasswordHasher:
    return PasswordHasher()


@cache
def _decoy() -> str:
    """A hash that is computed against when there is none, so that absence costs as much."""
    return _hasher().hash("nobody has this password")
