"""Which article was used for which ticket, with what outcome: link rate and reuse come from it."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, and_, delete, exists, func, or_, select
from sqlalchemy.orm import Session, aliased, selectinload

from articles import store
from articles.models import Article, ArticleLink, ArticleVersion, LinkOutcome, LinkRole
from articles.visibility import visible_articles, visible_versions
from kb import events, faces, tickets
from kb.errors import InvalidInput
from kb.models import SOLVED, Role, Ticket
from kb.visibility import Reader, visible_tickets

MAY_LINK = (
    Role.FIRST_LEVEL,
    Role.SECOND_LEVEL,
    Role.PUBLISHER,
    Role.COACH,
    Role.ADMINISTRATOR,
)


class NotForPeople(InvalidInput):
    """That an article was created from a ticket is known from drafting; nobody sets it by hand."""


@dataclass(frozen=True, slots=True)
class LinkedArticle:
    """An article that a ticket is linked to, as the reader may see it."""

    article_id: int
    number: str
    title: str
    role: LinkRole
    outcome: LinkOutcome
    person_id: int | None
    at: datetime


@dataclass(frozen=True, slots=True)
class LinkedTicket:
    """A ticket that an article is linked to."""

    ticket_id: int
    number: str
    title: str
    role: LinkRole
    outcome: LinkOutcome
    person_id: int | None
    at: datetime


@dataclass(frozen=True, slots=True)
class LinkRate:
    """How many tickets were closed in a time, and how many of them an article is linked to."""

    closed: int
    linked: int


def unwritten(reader: Reader) -> ColumnElement[bool]:
    """The WHERE clause for second-level tickets that are solved and have no article yet.

    An article that `reader` may not see is none: the list must not tell of it.
    """
    linked = exists().where(
        ArticleLink.ticket_id == Ticket.id,
        ArticleLink.article_id == Article.id,
        visible_articles(reader),
    )
    drafted = exists().where(Article.ticket_id == Ticket.id, visible_articles(reader))
    return and_(
        Ticket.level >= tickets.SECOND_LEVEL,
        Ticket.state.in_(SOLVED),
        Ticket.resolution != "",
        ~linked,
        ~drafted,
    )


def link(
    session: Session,
    reader: Reader,
    ticket_id: int,
    article_id: int,
    *,
    role: LinkRole,
    outcome: LinkOutcome = LinkOutcome.UNKNOWN,
    at: datetime,
) -> None:
    """Note that the article was used for the ticket; again with another outcome changes that.

    Raises:
        RoleMissing: `reader` may not link.
        NotForPeople: the role is `created_from`.
        TicketNotFound: the ticket is absent or invisible.
        ArticleNotFound: the article is absent or invisible.
    """
    _check(session, reader, ticket_id, article_id, role)
    found = session.scalar(
        select(ArticleLink).where(_named(ticket_id, article_id, role)).with_for_update()
    )
    if found is None:
        found = ArticleLink(ticket_id=ticket_id, article_id=article_id, role=role)
        session.add(found)
    elif found.outcome is outcome:
        return
    found.outcome, found.person_id, found.at = outcome, reader.person_id, at
    session.flush()  # a second link in this transaction must find it
    _record(session, reader, article_id, "article.link", f"ticket={ticket_id} role={role}", at)


def unlink(
    session: Session,
    reader: Reader,
    ticket_id: int,
    article_id: int,
    *,
    role: LinkRole,
    at: datetime,
) -> None:
    """Take a link back; taking back what is not there is fine.

    Raises:
        RoleMissing: `reader` may not link.
        NotForPeople: the role is `created_from`.
        TicketNotFound: the ticket is absent or invisible.
        ArticleNotFound: the article is absent or invisible.
    """
    _check(session, reader, ticket_id, article_id, role)
    gone = session.scalars(
        delete(ArticleLink).where(_named(ticket_id, article_id, role)).returning(ArticleLink.id)
    ).all()
    if gone:
        detail = f"ticket={ticket_id} role={role}"
        _record(session, reader, article_id, "article.unlink", detail, at)


def of_ticket(session: Session, reader: Reader, ticket_id: int) -> list[LinkedArticle]:
    """The articles linked to a ticket, oldest link first, as far as `reader` may see them.

    Raises:
        TicketNotFound: the ticket is absent or invisible.
    """
    tickets.get(session, reader, ticket_id)
    rows = session.execute(
        select(ArticleLink, Article, ArticleVersion)
        .join(Article, Article.id == ArticleLink.article_id)
        .join(ArticleVersion, ArticleVersion.article_id == Article.id)
        .where(
            ArticleLink.ticket_id == ticket_id,
            visible_articles(reader),
            visible_versions(reader),
            ArticleVersion.number == func.coalesce(Article.published_version, Article.version),
        )
        .order_by(ArticleLink.at, ArticleLink.id)
    )
    return [
        LinkedArticle(
            article.id, article.number, version.title, row.role, row.outcome, row.person_id, row.at
        )
        for row, article, version in rows
    ]


def of_article(session: Session, reader: Reader, article_id: int) -> list[LinkedTicket]:
    """The tickets linked to an article, newest link first, as far as `reader` may see them.

    Raises:
        ArticleNotFound: the article is absent or invisible.
    """
    store.get(session, reader, article_id)
    rows = session.execute(
        select(ArticleLink, Ticket)
        .join(Ticket, Ticket.id == ArticleLink.ticket_id)
        .where(ArticleLink.article_id == article_id, visible_tickets(reader))
        .options(selectinload(Ticket.messages))
        .order_by(ArticleLink.at.desc(), ArticleLink.id.desc())
    )
    return [
        LinkedTicket(
            ticket.id,
            ticket.external_id,
            faces.of(reader, ticket).title,
            row.role,
            row.outcome,
            row.person_id,
            row.at,
        )
        for row, ticket in rows
    ]


def reuse(session: Session, reader: Reader, article_ids: Collection[int]) -> dict[int, int]:
    """For how many tickets each article was the answer, of those that `reader` may see.

    The tickets that an article was made from do not count: an article is no evidence for itself.
    """
    source = aliased(ArticleLink)
    made_from = exists().where(
        source.article_id == ArticleLink.article_id,
        source.ticket_id == ArticleLink.ticket_id,
        source.role == LinkRole.CREATED_FROM,
    )
    rows = session.execute(
        select(ArticleLink.article_id, func.count())
        .join(Ticket, Ticket.id == ArticleLink.ticket_id)
        .where(
            ArticleLink.article_id.in_(article_ids),
            ArticleLink.role == LinkRole.RESOLVED_BY,
            ArticleLink.outcome != LinkOutcome.DID_NOT_HELP,
            visible_tickets(reader),
            ~made_from,
        )
        .group_by(ArticleLink.article_id)
    )
    counts = {row[0]: row[1] for row in rows}
    return {article_id: counts.get(article_id, 0) for article_id in article_ids}


def solved(session: Session) -> list[tuple[int, int, datetime]]:
    """Ticket, article that solved it, and when that was known; whoever may see them.

    For learning alone: nothing of it may be shown.  As for `reuse`, what an article was made from
    does not count.
    """
    source = aliased(ArticleLink)
    made_from = exists().where(
        source.article_id == ArticleLink.article_id,
        source.ticket_id == ArticleLink.ticket_id,
        source.role == LinkRole.CREATED_FROM,
    )
    rows = session.execute(
        select(ArticleLink.ticket_id, ArticleLink.article_id, ArticleLink.at).where(
            ArticleLink.role == LinkRole.RESOLVED_BY,
            ArticleLink.outcome != LinkOutcome.DID_NOT_HELP,
            ~made_from,
        )
    )
    return [(row.ticket_id, row.article_id, row.at) for row in rows]


def link_rate(session: Session, reader: Reader, *, since: datetime, until: datetime) -> LinkRate:
    """Tickets that `reader` may see and that were closed in [since, until), and those with a link.

    An article made from a ticket counts as its link, as the method has it; one that did not help
    does not.
    """
    closed = and_(
        visible_tickets(reader),
        Ticket.state.in_(SOLVED),
        Ticket.closed_at >= since,
        Ticket.closed_at < until,
    )
    helped = exists().where(
        ArticleLink.ticket_id == Ticket.id,
        or_(
            ArticleLink.role == LinkRole.CREATED_FROM,
            ArticleLink.outcome != LinkOutcome.DID_NOT_HELP,
        ),
    )
    return LinkRate(
        closed=session.scalar(select(func.count(Ticket.id)).where(closed)) or 0,
        linked=session.scalar(select(func.count(Ticket.id)).where(closed, helped)) or 0,
    )


def _check(
    session: Session, reader: Reader, ticket_id: int, article_id: int, role: LinkRole
) -> None:
    reader.must_have(*MAY_LINK)
    if role is LinkRole.CREATED_FROM:
        raise NotForPeople("created_from is set by drafting alone")
    tickets.get(session, reader, ticket_id)
    store.get(session, reader, article_id)


def _named(ticket_id: int, article_id: int, role: LinkRole) -> ColumnElement[bool]:
    return and_(
        ArticleLink.ticket_id == ticket_id,
        ArticleLink.article_id == article_id,
        ArticleLink.role == role,
    )


def _record(
    session: Session, reader: Reader, article_id: int, verb: str, detail: str, at: datetime
) -> None:
    events.record(
        session,
        verb,
        person_id=reader.person_id,
        subject="article",
        subject_id=article_id,
        at=at,
        detail=detail,
    )
