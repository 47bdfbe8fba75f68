"""Sign-ins of browsers: rows that can be listed and ended, and secrets that only browsers hold."""

import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, or_, select
from sqlalchemy.orm import Session

from kb import events
from kb.errors import NotSignedIn
from kb.models import Person, SignIn, Token

LASTS = timedelta(hours=12)
"""A working day."""


class SignInEnded(NotSignedIn):
    """This sign-in is over, was ended, or never was."""


@dataclass(frozen=True, slots=True)
class Listed:
    """A sign-in as an administrator sees it."""

    id: int
    email: str
    began_at: datetime
    expires_at: datetime
    with_token: bool


def begin(session: Session, person_id: int, *, token_id: int | None = None, at: datetime) -> str:
    """Let a browser be `person_id` for a working day; the secret that it must show."""
    session.execute(delete(SignIn).where(SignIn.expires_at <= at))
    secret = secrets.token_urlsafe(32)
    session.add(
        SignIn(
            digest=_digest(secret),
            person_id=person_id,
            token_id=token_id,
            began_at=at,
            expires_at=at + LASTS,
        )
    )
    events.record(
        session,
        "session.begin",
        person_id=person_id,
        subject="person",
        subject_id=person_id,
        at=at,
    )
    return secret


def person(session: Session, secret: str, *, at: datetime) -> Person:
    """Who signed in with the browser that shows this secret.

    Raises:
        SignInEnded: it has ended, its token has, or it never was; they are not told apart.
    """
    found = session.scalar(
        select(Person)
        .join(SignIn, SignIn.person_id == Person.id)
        .outerjoin(Token, Token.id == SignIn.token_id)
        .where(
            SignIn.digest == _digest(secret),
            SignIn.expires_at > at,
            or_(SignIn.token_id.is_(None), Token.expires_at.is_(None), Token.expires_at > at),
        )
    )
    if found is None:
        raise SignInEnded("this sign-in has ended; sign in again")
    return found


def end(session: Session, secret: str, *, at: datetime) -> None:
    """End the sign-in of the browser that shows this secret; one that is over stays over."""
    row = session.scalar(select(SignIn).where(SignIn.digest == _digest(secret)))
    if row is not None:
        _ended(session, row, by=row.person_id, at=at)


def end_all(session: Session, person_id: int, *, by: int | None = None, at: datetime) -> int:
    """End every sign-in of a person, from their next request on; how many there were."""
    rows = session.scalars(select(SignIn).where(SignIn.person_id == person_id)).all()
    for row in rows:
        _ended(session, row, by=by, at=at)
    return len(rows)


def listed(session: Session, *, at: datetime, person_id: int | None = None) -> Sequence[Listed]:
    """The sign-ins that are in force, the oldest first, of one person or of all."""
    query = select(SignIn, Person.email).join(Person, Person.id == SignIn.person_id)
    query = query.where(SignIn.expires_at > at).order_by(SignIn.id)
    if person_id is not None:
        query = query.where(SignIn.person_id == person_id)
    return [
        Listed(
            row.SignIn.id,
            row.email,
            row.SignIn.began_at,
            row.SignIn.expires_at,
            with_token=row.SignIn.token_id is not None,
        )
        for row in session.execute(query)
    ]


def csrf(secret: str) -> str:
    """What forms of this browser must send back: nobody finds it without the secret."""
    return hashlib.sha256(f"form:{secret}".encode()).hexdigest()


def _ended(session: Session, row: SignIn, *, by: int | None, at: datetime) -> None:
    session.delete(row)
    events.record(
        session, "session.end", person_id=by, subject="person", subject_id=row.person_id, at=at
    )


def _digest(secret: str) -> bytes:
    return hashlib.sha256(secret.encode()).digest()
