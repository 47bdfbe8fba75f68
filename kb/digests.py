"""The daily mail of what is new: who is due for one, and that each gets one a day."""

from collections.abc import Sequence
from datetime import date, datetime
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from kb import jobs
from kb.models import Digest, Escalation, Person

JOB = "digest"
"""The kind of the job; its subject is the person."""


def promise_all(session: Session, *, zone: ZoneInfo, hour: int, at: datetime) -> None:
    """From `hour` of the day in `zone` on, promise a mail to everybody who had none that day.

    Everybody who has escalated something and wants the mail is promised one; whether there is
    news is asked then.
    """
    local = at.astimezone(zone)
    if local.hour < hour:
        return
    for person_id in _without(session, local.date()):
        jobs.promise(session, JOB, person_id, at=at)


def had(session: Session, person_id: int, day: date) -> bool:
    """Whether the mail of this day was sent, or found to be needless."""
    found = session.get(Digest, person_id)
    return found is not None and found.day >= day.isoformat()


def note(session: Session, person_id: int, day: date) -> None:
    """Keep that the mail of this day is done."""
    session.merge(Digest(person_id=person_id, day=day.isoformat()))


def _without(session: Session, day: date) -> Sequence[int]:
    return session.scalars(
        select(Escalation.person_id)
        .distinct()
        .join(Person, Person.id == Escalation.person_id)
        .outerjoin(Digest, Digest.person_id == Escalation.person_id)
        .where(
            Person.active,
            ~Person.service,
            Person.digest,
            (Digest.day.is_(None)) | (Digest.day < day.isoformat()),
        )
        .order_by(Escalation.person_id)
    ).all()
