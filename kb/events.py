"""The record of who did what to what: rows are added here and nowhere changed."""

from datetime import datetime

from sqlalchemy.orm import Session

from kb import audit
from kb.db import AT_END
from kb.models import Event


def record(
    session: Session,
    verb: str,
    *,
    person_id: int | None,
    subject: str,
    subject_id: int | None,
    at: datetime,
    detail: str = "",
) -> None:
    """Add an event; `verb` is a stable `domain.verb`, `detail` never holds ticket text.

    It joins the chain at the end of the transaction, where nobody has to wait for long.
    """
    session.info.setdefault(AT_END, {})["audit"] = audit.seal
    session.add(
        Event(
            at=at,
            verb=verb,
            person_id=person_id,
            subject_kind=subject,
            subject_id=subject_id,
            detail=detail,
        )
    )
