"""How much is solved, escalated and written, in numbers: of what the reader may see alone."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from statistics import median
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, and_, case, exists, func, literal, or_, select
from sqlalchemy.orm import Session, aliased

from articles.models import Article, ArticleLink, LinkOutcome, LinkRole
from articles.visibility import visible_articles
from kb.escalations import visible_escalations
from kb.models import (
    SOLVED,
    DocumentKind,
    Escalation,
    Event,
    Feedback,
    Membership,
    Organisation,
    Person,
    Team,
    Ticket,
    Unanswered,
    Verdict,
)
from kb.visibility import Reader, visible_tickets

FOUND = 10
"""An escalation was avoidable if what solved it was among so many first hits."""


class By(StrEnum):
    """What figures are told apart by."""

    ALL = "all"
    TEAM = "team"
    LANGUAGE = "language"
    COMPANY = "company"
    MONTH = "month"


@dataclass(slots=True)
class Figures:
    """What happened in a time, of one team, language or company, or of all."""

    tickets_in: int = 0
    solved: int = 0
    solved_first: int = 0
    escalations: int = 0
    avoidable: int = 0
    linked: int = 0
    reused: int = 0
    unanswered: int = 0
    days: list[float] = field(default_factory=list)
    """Of each article published in the time: days since its ticket was solved."""

    @property
    def link_rate(self) -> float | None:
        """The share of solved tickets with an article, in [0, 1]; None: none was solved."""
        return self.linked / self.solved if self.solved else None

    @property
    def days_to_publish(self) -> float | None:
        """The median of `days`; None: nothing was published."""
        return median(self.days) if self.days else None


def figures(
    session: Session, reader: Reader, *, by: By, since: datetime, until: datetime, zone: ZoneInfo
) -> dict[str, Figures]:
    """What happened in [since, until), by the name of the team, language, company or month.

    People of another company get the tickets that their own teams work on and the searches of
    their own people, and no others.

    Args:
        session: where all of it is stored.
        reader: who asks.
        by: what is told apart.
        since: the beginning.
        until: the end, which is not part of it.
        zone: where months begin and end.

    Returns:
        Most tickets first; months in their order, each as 2026-11.
    """
    if by is not By.MONTH:
        return _figures(session, reader, by=by, since=since, until=until)
    return {
        month: whole(session, reader, since=begin, until=end)
        for month, begin, end in _months(since, until, zone)
    }


def whole(session: Session, reader: Reader, *, since: datetime, until: datetime) -> Figures:
    """All that happened in [since, until)."""
    return _figures(session, reader, by=By.ALL, since=since, until=until).get("", Figures())


def _months(
    since: datetime, until: datetime, zone: ZoneInfo
) -> Iterator[tuple[str, datetime, datetime]]:
    """The months that [since, until) touches, the first and the last one cut to it."""
    first = since.astimezone(zone).replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    while first < until:
        following = (first + timedelta(days=32)).replace(day=1)
        yield f"{first:%Y-%m}", max(first, since), min(following, until)
        first = following


def _figures(
    session: Session, reader: Reader, *, by: By, since: datetime, until: datetime
) -> dict[str, Figures]:
    mine = _mine(reader)
    name = _named(reader, by)
    told: dict[str, Figures] = defaultdict(Figures)
    opened = and_(mine, Ticket.opened_at >= since, Ticket.opened_at < until)
    for key, number in _counted(session, name, opened):
        told[key].tickets_in = number
    closed = and_(
        mine, Ticket.state.in_(SOLVED), Ticket.closed_at >= since, Ticket.closed_at < until
    )
    for attribute, condition in (
        ("solved", closed),
        ("solved_first", and_(closed, Ticket.level == 1)),
        ("linked", and_(closed, _has_article(reader))),
        ("reused", and_(closed, _has_reused_article(reader))),
    ):
        for key, number in _counted(session, name, condition):
            setattr(told[key], attribute, number)
    _add_escalations(session, reader, told, name, since=since, until=until)
    for key, number in _unanswered(session, reader, by, since=since, until=until):
        told[key].unanswered += number
    for key, days in _published(session, reader, name, since=since, until=until):
        told[key].days.append(days)
    return dict(sorted(told.items(), key=lambda item: (-item[1].tickets_in, item[0])))


def _named(reader: Reader, by: By) -> ColumnElement[str]:
    columns: dict[By, ColumnElement[str | None]] = {
        By.TEAM: Ticket.queue.expression,
        By.LANGUAGE: Ticket.language.expression,
        By.COMPANY: _company(reader),
    }
    if by is By.ALL:
        return literal("")
    return func.coalesce(columns[by], "")


def _company(reader: Reader) -> ColumnElement[str | None]:
    """Who asked: as in `kb.faces`, who is not of a ticket's own team reads no other company."""
    theirs = (
        select(func.lower(Organisation.name))
        .join(Person, Person.organisation_id == Organisation.id)
        .where(Person.id == reader.person_id)
        .scalar_subquery()
    )
    shown = or_(
        Ticket.internal_audience_id.in_(reader.audience_ids),
        func.lower(Ticket.organisation) == theirs,
    )
    return case((shown, Ticket.organisation))


def _mine(reader: Reader) -> ColumnElement[bool]:
    if not reader.outside:
        return visible_tickets(reader)
    own_teams = (
        select(Team.name)
        .join(Person, Person.organisation_id == Team.organisation_id)
        .where(Person.id == reader.person_id)
    )
    return and_(visible_tickets(reader), Ticket.queue.in_(own_teams))


def _counted(
    session: Session, name: ColumnElement[str], condition: ColumnElement[bool]
) -> Iterator[tuple[str, int]]:
    # The group is named once: databases do not see that two equal expressions are one.
    named = select(name.label("name")).where(condition).subquery()
    rows = session.execute(select(named.c.name, func.count()).group_by(named.c.name))
    return ((row[0], row[1]) for row in rows)


def _has_article(reader: Reader) -> ColumnElement[bool]:
    return exists().where(
        ArticleLink.ticket_id == Ticket.id,
        ArticleLink.article_id == Article.id,
        visible_articles(reader),
        or_(
            ArticleLink.role == LinkRole.CREATED_FROM,
            ArticleLink.outcome != LinkOutcome.DID_NOT_HELP,
        ),
    )


def _has_reused_article(reader: Reader) -> ColumnElement[bool]:
    source = aliased(ArticleLink)
    made_from = exists().where(
        source.article_id == ArticleLink.article_id,
        source.ticket_id == ArticleLink.ticket_id,
        source.role == LinkRole.CREATED_FROM,
    )
    return exists().where(
        ArticleLink.ticket_id == Ticket.id,
        ArticleLink.article_id == Article.id,
        visible_articles(reader),
        ArticleLink.role == LinkRole.RESOLVED_BY,
        ArticleLink.outcome != LinkOutcome.DID_NOT_HELP,
        ~made_from,
    )


def _add_escalations(
    session: Session,
    reader: Reader,
    told: dict[str, Figures],
    name: ColumnElement[str],
    *,
    since: datetime,
    until: datetime,
) -> None:
    rows = session.execute(
        select(name.label("name"), Escalation.ticket_id, Escalation.suggested)
        .join(Ticket, Ticket.id == Escalation.ticket_id)
        .where(
            _mine(reader),
            visible_escalations(reader),
            Escalation.at >= since,
            Escalation.at < until,
        )
    ).all()
    solved_by = _solved_by(session, reader, {row.ticket_id for row in rows})
    for row in rows:
        found = {(one["kind"], one["origin_id"]) for one in row.suggested[:FOUND]}
        told[row.name].escalations += 1
        told[row.name].avoidable += bool(found & solved_by.get(row.ticket_id, set()))


def _solved_by(
    session: Session, reader: Reader, ticket_ids: Iterable[int]
) -> dict[int, set[tuple[str, int]]]:
    """The articles and cases that solved each ticket, as far as `reader` may see them."""
    solved: dict[int, set[tuple[str, int]]] = defaultdict(set)
    ids = list(ticket_ids)
    articles = select(Article.id).where(visible_articles(reader))
    linked = select(ArticleLink.ticket_id, ArticleLink.article_id).where(
        ArticleLink.ticket_id.in_(ids),
        ArticleLink.article_id.in_(articles),
        ArticleLink.role == LinkRole.RESOLVED_BY,
        ArticleLink.outcome != LinkOutcome.DID_NOT_HELP,
    )
    for ticket_id, article_id in session.execute(linked):
        solved[ticket_id].add((DocumentKind.ARTICLE.value, article_id))
    cases = select(Ticket.id).where(visible_tickets(reader))
    said = select(Feedback.ticket_id, Feedback.kind, Feedback.origin_id).where(
        Feedback.ticket_id.in_(ids),
        Feedback.verdict == Verdict.SOLVED,
        or_(
            and_(Feedback.kind == DocumentKind.ARTICLE, Feedback.origin_id.in_(articles)),
            and_(Feedback.kind == DocumentKind.TICKET, Feedback.origin_id.in_(cases)),
        ),
    )
    for row in session.execute(said):
        if row.ticket_id is not None:
            solved[row.ticket_id].add((row.kind.value, row.origin_id))
    return solved


def _published(
    session: Session,
    reader: Reader,
    name: ColumnElement[str],
    *,
    since: datetime,
    until: datetime,
) -> Iterator[tuple[str, float]]:
    first = (
        select(Event.subject_id, func.min(Event.at).label("at"))
        .where(Event.verb == "article.publish")
        .group_by(Event.subject_id)
        .subquery()
    )
    rows = session.execute(
        select(name.label("name"), first.c.at, Ticket.closed_at)
        .join(Article, Article.ticket_id == Ticket.id)
        .join(first, first.c.subject_id == Article.id)
        .where(
            _mine(reader),
            visible_articles(reader),
            first.c.at >= since,
            first.c.at < until,
            Ticket.closed_at.is_not(None),
        )
    )
    for row in rows:
        if row.closed_at is not None:
            yield row.name, max((row.at - row.closed_at).total_seconds() / 86_400, 0.0)


def _unanswered(
    session: Session, reader: Reader, by: By, *, since: datetime, until: datetime
) -> Iterator[tuple[str, int]]:
    """Searches of people who may read no more than `reader`.

    What somebody else found depends on what they may read: of those who may read more, even the
    number would tell something of it.
    """
    team = (
        select(Team.name)
        .join(Membership, Membership.team_id == Team.id)
        .where(Membership.person_id == Unanswered.person_id)
        .order_by(Membership.id)
        .limit(1)
        .scalar_subquery()
    )
    columns: dict[By, ColumnElement[str] | ColumnElement[str | None]] = {
        By.TEAM: team,
        By.LANGUAGE: Unanswered.language.expression,
        By.COMPANY: Organisation.name.expression,
        By.ALL: literal(""),
    }
    chosen = [Unanswered.at >= since, Unanswered.at < until]
    if reader.outside:
        theirs = select(Person.organisation_id).where(Person.id == reader.person_id)
        chosen.append(Organisation.id == theirs.scalar_subquery())
    named = (
        select(func.coalesce(columns[by], "").label("name"), Unanswered.audiences)
        .join(Person, Person.id == Unanswered.person_id)
        .join(Organisation, Organisation.id == Person.organisation_id)
        .where(*chosen)
        .subquery()
    )
    rows = session.execute(
        select(named.c.name, named.c.audiences, func.count()).group_by(
            named.c.name, named.c.audiences
        )
    )
    for name, audiences, number in rows:
        if reader.audience_ids.issuperset(map(int, audiences.split())):
            yield name, number


Value = Callable[[Figures], float | None]

VALUES: dict[str, Value] = {
    "tickets_in": lambda one: one.tickets_in,
    "solved": lambda one: one.solved,
    "solved_first": lambda one: one.solved_first,
    "escalations": lambda one: one.escalations,
    "avoidable": lambda one: one.avoidable,
    "link_rate": lambda one: one.link_rate,
    "reused": lambda one: one.reused,
    "days_to_publish": lambda one: one.days_to_publish,
    "unanswered": lambda one: one.unanswered,
}
"""Each figure by its stable name, in the order in which they are shown."""
