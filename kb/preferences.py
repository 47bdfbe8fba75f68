"""What people choose for themselves: the language of their pages and mails, and the daily mail."""

from datetime import datetime

from sqlalchemy.orm import Session

from kb import events
from kb.models import Person


def choose(session: Session, person: Person, *, language: str, digest: bool, at: datetime) -> None:
    """Keep what `person` has chosen: their language, and whether they get the daily mail."""
    if (person.language, person.digest) == (language, digest):
        return
    person.language, person.digest = language, digest
    _record(session, person, at=at, detail=f"language={language} digest={digest}")


def stop_digest(session: Session, person: Person, *, at: datetime) -> None:
    """Send `person` no daily mail any more; again changes nothing."""
    if person.digest:
        person.digest = False
        _record(session, person, at=at, detail="digest=False")


def _record(session: Session, person: Person, *, at: datetime, detail: str) -> None:
    events.record(
        session,
        "person.choose",
        person_id=person.id,
        subject="person",
        subject_id=person.id,
        at=at,
        detail=detail,
    )
