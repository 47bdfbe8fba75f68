"""What became of the tickets that somebody escalated: what solved them, and whether it was there.

An escalation keeps what a search found at its time.  So it can be told later, without guessing,
whether what solved the case could have been found then, and at which place.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, ScalarSelect, and_, exists, func, or_, select, update
from sqlalchemy.orm import Session, selectinload

from articles import links
from articles.models import Article, ArticleState, LinkOutcome
from kb import escalations, faces
from kb.escalations import visible_escalations
from kb.faces import Face
from kb.models import (
    SOLVED,
    DocumentKind,
    Escalation,
    Feedback,
    Ticket,
    Verdict,
)
from kb.visibility import Reader, visible_tickets


@dataclass(frozen=True, slots=True)
class Solution:
    """An article or a case that solved an escalated ticket."""

    kind: DocumentKind
    origin_id: int
    number: str
    title: str
    rank: int | None
    """At which place it was found when the ticket was escalated, from 1; None: it was not."""
    existed: bool
    """Whether it was there at that time."""

    @property
    def path(self) -> str:
        """Where its page is."""
        is_article = self.kind is DocumentKind.ARTICLE
        return f"/articles/{self.number}" if is_article else f"/tickets/{self.origin_id}"


@dataclass(frozen=True, slots=True)
class Returned:
    """An escalated ticket that is solved."""

    escalation: Escalation
    ticket: Face
    solutions: tuple[Solution, ...]
    at: datetime
    """When it last was news: the ticket was solved, or its article published or changed."""
    unread: bool


def inbox(session: Session, reader: Reader, *, limit: int) -> list[Returned]:
    """What `reader` escalated and what is solved since, the latest first; each ticket once."""
    rows = session.execute(
        select(
            Escalation,
            Ticket,
            _published(reader).label("published"),
            _news(reader).label("unread"),
        )
        .join(Ticket, Ticket.id == Escalation.ticket_id)
        .where(_returned(reader))
        .order_by(Ticket.closed_at.desc(), Ticket.id.desc())
        .limit(limit)
        .options(selectinload(Ticket.messages))
    ).all()
    return [
        Returned(
            row.Escalation,
            faces.of(reader, row.Ticket),
            tuple(_solutions(session, reader, row.Escalation)),
            max(filter(None, (row.Ticket.closed_at, row.published))),
            bool(row.unread),
        )
        for row in rows
    ]


def unread(session: Session, reader: Reader) -> int:
    """How much in the inbox of `reader` is new."""
    if not escalations.may_escalate(reader):
        return 0
    count = (
        select(func.count(Escalation.id))
        .join(Ticket, Ticket.id == Escalation.ticket_id)
        .where(_returned(reader), _news(reader))
    )
    return session.scalar(count) or 0


def mark_read(
    session: Session, reader: Reader, *, ticket_id: int | None = None, at: datetime
) -> None:
    """Let what became of this ticket, or of all, be no news any more; again changes nothing."""
    chosen = [Escalation.person_id == reader.person_id]
    if ticket_id is not None:
        chosen.append(Escalation.ticket_id == ticket_id)
    session.execute(update(Escalation).where(*chosen).values(read_at=at))


def _returned(reader: Reader) -> ColumnElement[bool]:
    """The last escalation by `reader` of each ticket that is solved."""
    later = Escalation.__table__.alias()
    return and_(
        Escalation.person_id == reader.person_id,
        visible_escalations(reader),
        Ticket.state.in_(SOLVED),
        Ticket.closed_at >= Escalation.at,
        ~exists().where(
            later.c.ticket_id == Escalation.ticket_id,
            later.c.person_id == Escalation.person_id,
            later.c.id > Escalation.id,
            later.c.audience_id.in_(reader.audience_ids),
        ),
    )


def _news(reader: Reader) -> ColumnElement[bool]:
    """It was solved, or its article was published or changed, since `reader` last looked."""
    published = _published(reader) > Escalation.read_at
    return or_(Escalation.read_at.is_(None), Escalation.read_at < Ticket.closed_at, published)


def _published(reader: Reader) -> ScalarSelect[datetime]:
    """When the article made from an escalated ticket last changed, if `reader` may read one."""
    return (
        select(func.max(Article.updated_at))
        .where(
            Article.ticket_id == Escalation.ticket_id,
            Article.state == ArticleState.PUBLISHED,
            Article.audience_id.in_(reader.audience_ids),
        )
        .scalar_subquery()
    )


def _solutions(session: Session, reader: Reader, row: Escalation) -> Iterator[Solution]:
    found = {
        (str(one["kind"]), one["origin_id"]): place
        for place, one in enumerate(row.suggested, start=1)
    }
    for link in links.of_ticket(session, reader, row.ticket_id):
        article = session.get_one(Article, link.article_id)
        if link.outcome is LinkOutcome.DID_NOT_HELP or article.state is not ArticleState.PUBLISHED:
            continue
        kind = DocumentKind.ARTICLE
        rank = found.get((kind.value, article.id))
        existed = rank is not None or article.created_at <= row.at
        yield Solution(kind, article.id, link.number, link.title, rank, existed)
    for case in _cases(session, reader, row.ticket_id):
        kinds = (DocumentKind.TICKET, DocumentKind.INTERNAL)
        places = [found[kind.value, case.id] for kind in kinds if (kind.value, case.id) in found]
        existed = bool(places) or case.opened_at <= row.at
        rank = min(places, default=None)
        yield Solution(
            DocumentKind.TICKET,
            case.id,
            case.external_id,
            faces.of(reader, case).title,
            rank,
            existed,
        )


def _cases(session: Session, reader: Reader, ticket_id: int) -> list[Ticket]:
    """The tickets of which somebody said, with this one in hand, that they solved it."""
    said = select(Feedback.origin_id).where(
        Feedback.ticket_id == ticket_id,
        Feedback.kind == DocumentKind.TICKET,
        Feedback.verdict == Verdict.SOLVED,
    )
    chosen = select(Ticket).where(Ticket.id.in_(said), visible_tickets(reader))
    loaded = chosen.options(selectinload(Ticket.messages))
    return list(session.scalars(loaded.order_by(Ticket.id)))
