"""Looking as somebody else does: for administrators, for a while, and without changing anything.

Whoever shows the secret of a preview gets exactly what the other person gets.  A preview ends when
it is told to, when its time is over, or when either of the two people loses access.
"""

import hashlib
import secrets
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from kb import events, people
from kb.administration import must_administer
from kb.errors import Conflict, NotAllowed, NotFound, NotSignedIn
from kb.models import Person, Preview, Role
from kb.visibility import Reader, reader_of

LASTS = timedelta(minutes=30)
"""Long enough to look around, too short to be forgotten."""

PREFIX = "kb_preview_"
"""Tells the secret of a preview from a token."""


class PreviewOver(NotSignedIn):
    """This preview has ended."""


class PreviewReadsOnly(NotAllowed):
    """Who looks as somebody else changes nothing."""


class NothingToPreview(Conflict):
    """The person has no access at this time."""


class PreviewNotFound(NotFound):
    """No such preview, or it has ended."""


@dataclass(frozen=True, slots=True)
class Begun:
    """A preview that has begun; `secret` is not stored and cannot be shown again."""

    id: int
    secret: str
    until: datetime


@dataclass(frozen=True, slots=True)
class Seen:
    """A preview in force: as whom, and what they may read."""

    id: int
    person: Person
    reader: Reader
    until: datetime


def begin(session: Session, reader: Reader, person_id: int, *, at: datetime) -> Begun:
    """Let an administrator look as another person, for half an hour.

    Raises:
        PersonNotFound: there is no such person.
        NothingToPreview: they would see nothing but that their access has ended.
    """
    must_administer(reader)
    person = people.by_id(session, person_id)
    if reader_of(session, person, at=at).person_id is None:
        raise NothingToPreview(f"{person.name} has no access at this time: they would see nothing")
    secret = PREFIX + secrets.token_urlsafe(32)
    made = Preview(
        digest=_digest(secret),
        by_id=reader.person_id,
        person_id=person.id,
        began_at=at,
        until=at + LASTS,
    )
    session.add(made)
    session.flush()  # the caller is told the id
    _record(session, "preview.begin", made, at=at)
    return Begun(made.id, secret, made.until)


def seen(session: Session, secret: str, *, at: datetime) -> Seen:
    """The preview whose secret this is.

    Raises:
        PreviewOver: it has ended, or one of the two people lost access; they are not told apart.
    """
    found = _found(session, secret)
    if found is not None and found.until > at:
        by = reader_of(session, session.get_one(Person, found.by_id), at=at)
        person = session.get_one(Person, found.person_id)
        reader = reader_of(session, person, at=at)
        if Role.ADMINISTRATOR in by.roles and reader.person_id is not None:
            return Seen(found.id, person, replace(reader, previewed_by=by.person_id), found.until)
    raise PreviewOver("this preview has ended")


def end(session: Session, secret: str, *, at: datetime) -> None:
    """End the preview whose secret this is; one that is over stays over."""
    found = _found(session, secret)
    if found is not None:
        _end(session, found, at=at)


def end_by_id(session: Session, reader: Reader, preview_id: int, *, at: datetime) -> None:
    """End a preview, whoever began it.

    Raises:
        PreviewNotFound: there is none with this id.
    """
    must_administer(reader)
    found = session.get(Preview, preview_id)
    if found is None:
        raise PreviewNotFound(f"no preview {preview_id}, or it has ended")
    _end(session, found, at=at)


def end_overdue(session: Session, *, at: datetime) -> int:
    """Record the end of previews whose time is over; how many there were."""
    overdue = session.scalars(select(Preview).where(Preview.until <= at)).all()
    for one in overdue:
        _end(session, one, at=one.until)
    return len(overdue)


def _found(session: Session, secret: str) -> Preview | None:
    return session.scalar(select(Preview).where(Preview.digest == _digest(secret)))


def _end(session: Session, preview: Preview, *, at: datetime) -> None:
    session.delete(preview)
    _record(session, "preview.end", preview, at=min(at, preview.until))


def _record(session: Session, verb: str, preview: Preview, *, at: datetime) -> None:
    events.record(
        session,
        verb,
        person_id=preview.by_id,
        subject="person",
        subject_id=preview.person_id,
        at=at,
        detail=f"preview={preview.id} until={preview.until.isoformat()}",
    )


def _digest(secret: str) -> bytes:
    return hashlib.sha256(secret.encode()).digest()
