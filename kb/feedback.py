"""What people say of what they found: it solved their case, it was not this, what is missing."""

from collections.abc import Collection
from datetime import datetime, timedelta

from sqlalchemy import and_, func, or_, select, tuple_, update
from sqlalchemy.orm import Session

from kb import events, tickets
from kb.errors import NotFound
from kb.models import Document, DocumentKind, Feedback, Ticket, Verdict
from kb.visibility import Reader, visible_documents, visible_tickets

OF_HITS = frozenset({Verdict.SOLVED, Verdict.NOT_THIS})
"""What is said of something found."""

OF_READING = frozenset({Verdict.HELPFUL, Verdict.NOT_HELPFUL})
"""What is said of something read."""

RECENT = timedelta(hours=1)
"""For so long, what was said without a ticket in hand belongs to a ticket made then."""

Subject = tuple[DocumentKind, int]
"""A ticket or an article: the kind of its document, and its own id."""


class DocumentNotFound(NotFound):
    """No such ticket or article, or not for this reader."""


def give(
    session: Session,
    reader: Reader,
    subject: Subject,
    verdict: Verdict,
    *,
    ticket_id: int | None = None,
    missing: str = "",
    at: datetime,
) -> None:
    """Keep what `reader` says of a document; saying it again replaces what they said before.

    Args:
        session: where it is kept.
        reader: who says it.
        subject: what it is about.
        verdict: what they say.
        ticket_id: the ticket that they had in hand, if any.
        missing: what they did not find in it.
        at: when.

    Raises:
        DocumentNotFound: the document is absent or invisible.
        TicketNotFound: the ticket in hand is.
    """
    kind, origin_id = subject
    known = session.scalar(
        select(Document.id).where(
            Document.kind == kind, Document.origin_id == origin_id, visible_documents(reader)
        )
    )
    if known is None or reader.person_id is None:
        raise DocumentNotFound(f"no {kind.value} {origin_id}")
    if ticket_id is not None:
        tickets.get(session, reader, ticket_id)
    given = session.scalar(
        select(Feedback).where(
            Feedback.person_id == reader.person_id,
            Feedback.kind == kind,
            Feedback.origin_id == origin_id,
            Feedback.ticket_id.is_not_distinct_from(ticket_id),
            Feedback.verdict.in_(_kind_of(verdict)),
        )
    )
    if given is None:
        given = Feedback(
            person_id=reader.person_id, kind=kind, origin_id=origin_id, ticket_id=ticket_id
        )
        session.add(given)
    given.verdict, given.missing, given.at = verdict, missing, at
    events.record(
        session,
        "feedback.give",
        person_id=reader.person_id,
        subject=kind.value,
        subject_id=origin_id,
        at=at,
        detail=f"verdict={verdict.value} ticket={ticket_id}",
    )


def solved(session: Session, reader: Reader, subjects: Collection[Subject]) -> dict[Subject, int]:
    """How often each document solved a case, of the cases that `reader` may see.

    What was said without a ticket in hand counts for everybody.
    """
    rows = session.execute(
        select(Feedback.kind, Feedback.origin_id, func.count().label("number"))
        .outerjoin(Ticket, Ticket.id == Feedback.ticket_id)
        .where(
            tuple_(Feedback.kind, Feedback.origin_id).in_(list(subjects)),
            Feedback.verdict == Verdict.SOLVED,
            or_(Feedback.ticket_id.is_(None), visible_tickets(reader)),
        )
        .group_by(Feedback.kind, Feedback.origin_id)
    )
    counts = {(row.kind, row.origin_id): row.number for row in rows}
    return {subject: counts.get(subject, 0) for subject in subjects}


def of_ticket(session: Session, reader: Reader, ticket_id: int) -> dict[Subject, Verdict]:
    """What was said with this ticket in hand, of documents that `reader` may see.

    A judgement outweighs that it was opened; of several judgements the last one counts.

    Raises:
        TicketNotFound: the ticket is absent or invisible.
    """
    tickets.get(session, reader, ticket_id)
    rows = session.execute(
        select(Feedback.kind, Feedback.origin_id, Feedback.verdict)
        .join(
            Document,
            and_(Document.kind == Feedback.kind, Document.origin_id == Feedback.origin_id),
        )
        .where(Feedback.ticket_id == ticket_id, visible_documents(reader))
        .order_by(Feedback.verdict != Verdict.OPENED, Feedback.at, Feedback.id)
    )
    return {(row.kind, row.origin_id): row.verdict for row in rows}


def carry(session: Session, reader: Reader, ticket_id: int, *, at: datetime) -> None:
    """Let what `reader` tried in vain a moment ago, without a ticket, belong to this one."""
    session.execute(
        update(Feedback)
        .where(
            Feedback.person_id == reader.person_id,
            Feedback.ticket_id.is_(None),
            Feedback.verdict.in_([Verdict.NOT_THIS, Verdict.OPENED]),
            Feedback.at > at - RECENT,
        )
        .values(ticket_id=ticket_id)
    )


def _kind_of(verdict: Verdict) -> frozenset[Verdict]:
    """The verdicts of which each person gives one."""
    kinds = (OF_HITS, OF_READING, frozenset({Verdict.OPENED}))
    return next(kind for kind in kinds if verdict in kind)


def solving_articles(session: Session) -> list[tuple[int, int, datetime]]:
    """Ticket in hand, article that somebody said solved it, and when; whoever may see them.

    For learning alone: nothing of it may be shown.
    """
    rows = session.execute(
        select(Feedback.ticket_id, Feedback.origin_id, Feedback.at).where(
            Feedback.kind == DocumentKind.ARTICLE,
            Feedback.verdict == Verdict.SOLVED,
            Feedback.ticket_id.is_not(None),
        )
    )
    return [(row.ticket_id, row.origin_id, row.at) for row in rows]
