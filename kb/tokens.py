"""Bearer tokens of the API: shown once, stored as a hash."""

import hashlib
import secrets
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, select, update
from sqlalchemy.orm import Session

from kb import events
from kb.errors import InvalidInput, NotAllowed, NotFound, NotSignedIn
from kb.models import Person, Scope, Token

PREFIX = "kb_"
"""Lets a secret scanner recognise a leaked token."""

USED_STEP = timedelta(minutes=1)
"""`used_at` is exact to this, so that not every request writes."""


PERSONAL = frozenset({Scope.READ, Scope.WRITE, Scope.DRAFTS, Scope.FIGURES, Scope.SIGN_IN})
"""What a person's own token is for, unless they say less: all but administration."""


class TokenRefused(NotSignedIn):
    """The bearer token is unknown, expired or revoked."""


class ScopeMissing(NotAllowed):
    """The token was not made for this."""


class ScopesUnfit(InvalidInput):
    """A token without scopes, or one of a system with which people would sign in."""


class TokenNotFound(NotFound):
    """No such token."""


@dataclass(frozen=True, slots=True)
class Issued:
    """A fresh token; `secret` is not stored and cannot be shown again."""

    token_id: int
    secret: str


@dataclass(frozen=True, slots=True)
class Identified:
    """A token that is valid: whose it is, and what it is for."""

    token_id: int
    person: Person
    scopes: frozenset[str]

    def must_have(self, *wanted: str) -> None:
        """Stop here unless the token was made for all of `wanted`.

        Raises:
            ScopeMissing: says for what it was not.
        """
        must_cover(self.scopes, wanted)


def must_cover(scopes: Collection[str], wanted: Collection[str]) -> None:
    """Stop here unless a token of these scopes was made for all of `wanted`.

    Raises:
        ScopeMissing: says for what it was not.
    """
    missing = sorted(set(wanted) - set(scopes))
    if missing:
        raise ScopeMissing(f"this token was not made for {', '.join(missing)}")


def create(
    session: Session,
    person: Person,
    name: str,
    *,
    scopes: Collection[Scope] = PERSONAL,
    expires_at: datetime | None,
    by: int | None = None,
    at: datetime,
) -> Issued:
    """Make a token with which `person` can ask; 256 random bits, of which only a hash is kept.

    Raises:
        ScopesUnfit: it would be for nothing, or for a system to sign in like a person.
    """
    if not scopes:
        raise ScopesUnfit("say what the token is for")
    if person.service and Scope.SIGN_IN in scopes:
        raise ScopesUnfit("a service account does not sign in; leave out the scope sign_in")
    secret = PREFIX + secrets.token_urlsafe(32)
    token = Token(
        person_id=person.id,
        name=name,
        digest=_digest(secret),
        scopes=" ".join(sorted(set(scopes))),
        created_at=at,
        expires_at=expires_at,
    )
    session.add(token)
    session.flush()  # the caller is told the id
    events.record(
        session,
        "token.create",
        person_id=by,
        subject="person",
        subject_id=person.id,
        at=at,
        detail=f"token={token.id} scopes={token.scopes}",
    )
    return Issued(token.id, secret)


def owner(session: Session, secret: str, *, at: datetime) -> Person:
    """The person whose token `secret` is.

    Raises:
        TokenRefused: it is unknown or expired; the two are not told apart.
    """
    return identified(session, secret, at=at).person


def identified(session: Session, secret: str, *, at: datetime) -> Identified:
    """The token whose secret this is, and its owner.

    Raises:
        TokenRefused: it is unknown or expired; the two are not told apart.
    """
    return _valid(session, Token.digest == _digest(secret), at)


def stamp(session: Session, token_id: int, *, at: datetime) -> None:
    """Remember that the token was used; see `needs_stamp`."""
    session.execute(update(Token).where(Token.id == token_id).values(used_at=at))


def needs_stamp(session: Session, token_id: int, *, at: datetime) -> bool:
    """Whether the last remembered use is more than a minute ago."""
    used = session.scalar(select(Token.used_at).where(Token.id == token_id))
    return used is None or used <= at - USED_STEP


def listed(session: Session) -> list[tuple[Token, str]]:
    """All tokens with the address of their owner, oldest first."""
    rows = session.execute(
        select(Token, Person.email).join(Person, Person.id == Token.person_id).order_by(Token.id)
    )
    return [(token, email) for token, email in rows]


def of_person(session: Session, person_id: int) -> list[Token]:
    """The tokens of one person, newest first."""
    mine = select(Token).where(Token.person_id == person_id).order_by(Token.id.desc())
    return list(session.scalars(mine))


def revoke_own(session: Session, person_id: int, token_id: int, *, at: datetime) -> None:
    """Take back a token of one's own, from the next request on.

    Raises:
        TokenNotFound: this person has none with this id.
    """
    token = session.get(Token, token_id)
    if token is None or token.person_id != person_id:
        raise TokenNotFound(f"you have no token {token_id}")
    revoke(session, token_id, by=person_id, at=at)


def revoke(session: Session, token_id: int, *, by: int | None = None, at: datetime) -> None:
    """Take a token back, from the next request on.

    Raises:
        TokenNotFound: there is none with this id.
    """
    token = session.get(Token, token_id)
    if token is None:
        raise TokenNotFound(f"no token {token_id}; `kb token list` shows them")
    session.delete(token)
    events.record(
        session,
        "token.revoke",
        person_id=by,
        subject="person",
        subject_id=token.person_id,
        at=at,
        detail=f"token={token_id}",
    )


def _valid(session: Session, which: ColumnElement[bool], at: datetime) -> Identified:
    row = session.execute(
        select(Token, Person).join(Person, Person.id == Token.person_id).where(which)
    ).one_or_none()
    if row is None or (row.Token.expires_at is not None and row.Token.expires_at <= at):
        raise TokenRefused("the token is not valid; `kb token create` makes a new one")
    return Identified(row.Token.id, row.Person, frozenset(row.Token.scopes.split()))


def _digest(secret: str) -> bytes:
    # A plain hash is enough for 256 random bits; a slow one protects what people can guess.
    return hashlib.sha256(secret.encode()).digest()
