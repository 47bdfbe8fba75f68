"""Creating requests that may be sent twice: the second gets the answer of the first."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from kb.db import added
from kb.errors import Conflict
from kb.models import Idempotency

KEPT = timedelta(days=2)
"""How long an answer waits for a repetition; clients give up retrying within a day."""


class KeyReused(Conflict):
    """The idempotency key was used for another request."""


@dataclass(frozen=True, slots=True)
class Kept:
    """The answer that a request was given."""

    status: int
    body: str


def begin(
    session: Session, person_id: int, key: str, digest: bytes, *, at: datetime
) -> Kept | Idempotency:
    """The answer kept for this key, or the row to keep it in with `keep`.

    A request with the same key that is under way elsewhere is waited for.

    Raises:
        KeyReused: `digest` is not that of the first request.
    """
    row = Idempotency(person_id=person_id, key=key, digest=digest, status=0, body="", created_at=at)
    return row if added(session, row) else _kept(session, person_id, key, digest)


def keep(row: Idempotency, status: int, body: str) -> None:
    """Keep the answer, in the transaction that holds what it tells."""
    row.status, row.body = status, body


def forget(session: Session, *, at: datetime) -> None:
    """Drop answers that nobody will ask for again."""
    session.execute(delete(Idempotency).where(Idempotency.created_at < at - KEPT))


def _kept(session: Session, person_id: int, key: str, digest: bytes) -> Kept:
    found = session.scalars(
        select(Idempotency).where(Idempotency.person_id == person_id, Idempotency.key == key)
    ).one()
    if found.digest != digest:
        raise KeyReused("this Idempotency-Key was sent with another request; use a fresh one")
    return Kept(found.status, found.body)
