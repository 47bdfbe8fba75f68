"""Reading lists: what the people of a team should read, in which order, and how far each one is.

A list is for the people of its team alone.  Of its articles each of them gets those that they may
read, and nothing tells that there are others.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import (
    ColumnElement,
    CompoundSelect,
    Row,
    Select,
    and_,
    delete,
    exists,
    func,
    or_,
    select,
    union_all,
)
from sqlalchemy.orm import Session

from articles import store
from articles.models import (
    Article,
    ArticleLink,
    ArticleState,
    ArticleVersion,
    LinkOutcome,
    LinkRole,
    Reading,
    ReadingList,
    ReadingListEntry,
)
from articles.visibility import visible_articles, visible_versions
from kb import events
from kb.db import added
from kb.errors import Conflict, NotFound
from kb.models import DocumentKind, Feedback, Licence, Team, Ticket, Verdict
from kb.people import TeamNotFound
from kb.visibility import Reader, members_of, teams_of, visible_tickets

MOST_USED = 10
"""Articles on the list that is made by itself for those who are new in a team."""

OF_USE = (Verdict.SOLVED, Verdict.HELPFUL, Verdict.OPENED)
"""What people say or do with an article that shows that they use it."""


class ReadingListNotFound(NotFound):
    """No such reading list, or not for this reader."""


class ReadingListExists(Conflict):
    """The team has a reading list of this name."""


@dataclass(frozen=True, slots=True)
class Entry:
    """An article on a list, and whether the reader has read it."""

    number: str
    title: str
    language: str | None
    read: bool


@dataclass(frozen=True, slots=True)
class Listed:
    """A reading list as one reader gets it; id None: the one for those who are new in the team."""

    id: int | None
    team_id: int
    team: str
    name: str
    entries: tuple[Entry, ...]

    @property
    def done(self) -> int:
        """How many of the entries the reader has read."""
        return sum(entry.read for entry in self.entries)


@dataclass(frozen=True, slots=True)
class TeamLists:
    """The reading lists of a team; `new_here` may be empty."""

    id: int
    name: str
    new_here: Listed
    lists: tuple[Listed, ...]


def of_reader(session: Session, reader: Reader, *, at: datetime) -> list[TeamLists]:
    """The lists of each team of `reader`, teams and lists by their names."""
    teams = session.scalars(
        select(Team).where(Team.id.in_(teams_of(reader.person_id, at=at))).order_by(Team.name)
    ).all()
    found = session.scalars(
        select(ReadingList)
        .where(ReadingList.team_id.in_([team.id for team in teams]))
        .order_by(ReadingList.name)
    ).all()
    return [
        TeamLists(
            team.id,
            team.name,
            _new_here(session, reader, team, at=at),
            tuple(
                _listed(session, reader, row, team.name) for row in found if row.team_id == team.id
            ),
        )
        for team in teams
    ]


def get(session: Session, reader: Reader, list_id: int, *, at: datetime) -> Listed:
    """A reading list of a team of `reader`.

    Raises:
        ReadingListNotFound: it is absent, or of a team that they do not belong to.
    """
    row = _found(session, reader, list_id, at=at)
    return _listed(session, reader, row, session.get_one(Team, row.team_id).name)


def lists_with(
    session: Session, reader: Reader, article_id: int, *, at: datetime
) -> list[tuple[int, str]]:
    """Id and name of each list of the teams of `reader` that holds an article they may read."""
    rows = session.execute(
        select(ReadingList.id, ReadingList.name)
        .join(ReadingListEntry, ReadingListEntry.list_id == ReadingList.id)
        .where(
            ReadingListEntry.article_id == article_id,
            ReadingList.team_id.in_(teams_of(reader.person_id, at=at)),
        )
        .order_by(ReadingList.name, ReadingList.id)
    )
    return [(row.id, row.name) for row in rows]


def has_read(session: Session, reader: Reader, article_id: int) -> bool:
    """Whether `reader` has noted that they have read the article."""
    return session.get(Reading, (reader.person_id, article_id)) is not None


def new_here(session: Session, reader: Reader, team_id: int, *, at: datetime) -> Listed:
    """What the people of a team use most, of what `reader` may read: for those who are new there.

    Each link of theirs to a ticket counts, and each article that they opened or said well of.
    What was for a ticket that `reader` may not see does not count.

    Raises:
        TeamNotFound: `reader` does not belong to it.
    """
    return _new_here(session, reader, _own_team(session, reader, team_id, at=at), at=at)


def make(session: Session, reader: Reader, team_id: int, name: str, *, at: datetime) -> int:
    """Begin a reading list for a team of one's own; its id.

    Raises:
        TeamNotFound: `reader` does not belong to it.
        LicenceMissing: `reader` is no coach.
        ReadingListExists: the team has one of this name.
    """
    team = _own_team(session, reader, team_id, at=at)
    reader.must_hold(Licence.COACH)
    made = ReadingList(team_id=team.id, name=name)
    if not added(session, made):
        raise ReadingListExists(f"{team.name} has a reading list {name!r}; choose another name")
    _record(session, reader, "reading_list.make", made.id, at, f"team={team.id}")
    return made.id


def drop(session: Session, reader: Reader, list_id: int, *, at: datetime) -> None:
    """Take a reading list away; what people have read of it stays read.

    Raises:
        ReadingListNotFound: see `get`.
        LicenceMissing: `reader` is no coach.
    """
    row = _to_change(session, reader, list_id, at=at)
    session.execute(delete(ReadingList).where(ReadingList.id == row.id))
    _record(session, reader, "reading_list.drop", row.id, at)


def add(session: Session, reader: Reader, list_id: int, number: str, *, at: datetime) -> None:
    """Put a published article at the end of a list; again changes nothing.

    Raises:
        ReadingListNotFound: see `get`.
        LicenceMissing: `reader` is no coach.
        ArticleNotFound: it is absent, invisible or not published.
    """
    row = _to_change(session, reader, list_id, at=at)
    article = store.by_number(session, reader.only_reading(), number)
    if session.get(ReadingListEntry, (row.id, article.id)) is not None:
        return
    of_list = ReadingListEntry.list_id == row.id
    last = session.scalar(select(func.max(ReadingListEntry.position)).where(of_list)) or 0
    session.add(ReadingListEntry(list_id=row.id, article_id=article.id, position=last + 1))
    _record(session, reader, "reading_list.add", row.id, at, f"article={article.id}")


def remove(session: Session, reader: Reader, list_id: int, number: str, *, at: datetime) -> None:
    """Take an article off a list; one that is not on it is fine.

    Raises:
        ReadingListNotFound: see `get`.
        LicenceMissing: `reader` is no coach.
        ArticleNotFound: it is absent, invisible or not published.
    """
    row = _to_change(session, reader, list_id, at=at)
    article = store.by_number(session, reader.only_reading(), number)
    entry = session.get(ReadingListEntry, (row.id, article.id))
    if entry is not None:
        session.delete(entry)
        _record(session, reader, "reading_list.remove", row.id, at, f"article={article.id}")


def move(
    session: Session, reader: Reader, list_id: int, number: str, *, down: bool, at: datetime
) -> None:
    """Let an article change places with the one before it, or after it, that `reader` sees.

    The first one stays where it is moved up, and the last one where it is moved down.

    Raises:
        ReadingListNotFound: see `get`.
        LicenceMissing: `reader` is no coach.
        ArticleNotFound: it is absent, invisible or not published.
    """
    row = _to_change(session, reader, list_id, at=at)
    article = store.by_number(session, reader.only_reading(), number)
    entries = session.scalars(
        select(ReadingListEntry)
        .join(Article, Article.id == ReadingListEntry.article_id)
        .where(ReadingListEntry.list_id == row.id, _readable(reader))
        .order_by(ReadingListEntry.position, ReadingListEntry.article_id)
    ).all()
    place = next((i for i, one in enumerate(entries) if one.article_id == article.id), None)
    other = None if place is None else place + (1 if down else -1)
    if place is None or other is None or not 0 <= other < len(entries):
        return
    one, two = entries[place], entries[other]
    one.position, two.position = two.position, one.position
    _record(session, reader, "reading_list.move", row.id, at, f"article={article.id}")


def mark(session: Session, reader: Reader, number: str, *, read: bool, at: datetime) -> None:
    """Note that `reader` has read an article, or has not after all; again changes nothing.

    Raises:
        ArticleNotFound: it is absent, invisible or not published.
    """
    article = store.by_number(session, reader.only_reading(), number)
    known = session.get(Reading, (reader.person_id, article.id))
    if not read and known is not None:
        session.delete(known)
    elif read and known is None:
        added(session, Reading(person_id=reader.person_id, article_id=article.id, at=at))


def coaches(reader: Reader) -> bool:
    """Whether `reader` makes and orders the lists of their teams."""
    return reader.licence is Licence.COACH


def _readable(reader: Reader) -> ColumnElement[bool]:
    return and_(visible_articles(reader.only_reading()), Article.state == ArticleState.PUBLISHED)


def _own_team(session: Session, reader: Reader, team_id: int, *, at: datetime) -> Team:
    own = teams_of(reader.person_id, at=at)
    found = session.scalar(select(Team).where(Team.id == team_id, Team.id.in_(own)))
    if found is None:
        raise TeamNotFound(f"no team {team_id} that you belong to")
    return found


def _found(session: Session, reader: Reader, list_id: int, *, at: datetime) -> ReadingList:
    own = ReadingList.team_id.in_(teams_of(reader.person_id, at=at))
    found = session.scalar(select(ReadingList).where(ReadingList.id == list_id, own))
    if found is None:
        raise ReadingListNotFound(f"no reading list {list_id}")
    return found


def _to_change(session: Session, reader: Reader, list_id: int, *, at: datetime) -> ReadingList:
    """The list, locked: two who change it at once come one after the other."""
    found = _found(session, reader, list_id, at=at)
    reader.must_hold(Licence.COACH)
    session.refresh(found, with_for_update=True)
    return found


def _listed(session: Session, reader: Reader, row: ReadingList, team: str) -> Listed:
    rows = session.execute(
        _entries(reader)
        .join(ReadingListEntry, ReadingListEntry.article_id == Article.id)
        .where(ReadingListEntry.list_id == row.id)
        .order_by(ReadingListEntry.position, Article.id)
    )
    return Listed(row.id, row.team_id, team, row.name, _as_entries(rows))


def _new_here(session: Session, reader: Reader, team: Team, *, at: datetime) -> Listed:
    used = _uses(reader, members_of(team.id, at=at)).subquery()
    times = func.count().label("times")
    counted = select(used.c.article_id, times).group_by(used.c.article_id).subquery()
    rows = session.execute(
        _entries(reader)
        .join(counted, counted.c.article_id == Article.id)
        .order_by(counted.c.times.desc(), Article.id)
        .limit(MOST_USED)
    )
    return Listed(None, team.id, team.name, "", _as_entries(rows))


def _uses(reader: Reader, members: Select[int]) -> CompoundSelect[int]:
    """The articles that some people used, each as often as they did; see `new_here`."""
    linked = (
        select(ArticleLink.article_id.label("article_id"))
        .join(Ticket, Ticket.id == ArticleLink.ticket_id)
        .where(
            ArticleLink.person_id.in_(members),
            ArticleLink.role != LinkRole.CREATED_FROM,
            ArticleLink.outcome != LinkOutcome.DID_NOT_HELP,
            visible_tickets(reader),
        )
    )
    said = (
        select(Feedback.origin_id)
        .outerjoin(Ticket, Ticket.id == Feedback.ticket_id)
        .where(
            Feedback.person_id.in_(members),
            Feedback.kind == DocumentKind.ARTICLE,
            Feedback.verdict.in_(OF_USE),
            or_(Feedback.ticket_id.is_(None), visible_tickets(reader)),
        )
    )
    return union_all(linked, said)


def _entries(reader: Reader) -> Select[str, str, str | None, bool]:
    """The query for what `reader` may read, and what of it they have read."""
    reader = reader.only_reading()
    read = exists().where(Reading.article_id == Article.id, Reading.person_id == reader.person_id)
    return (
        select(Article.number, ArticleVersion.title, Article.language, read.label("read"))
        .join(ArticleVersion, ArticleVersion.article_id == Article.id)
        .where(_readable(reader), visible_versions(reader))
    )


def _as_entries(rows: Iterable[Row[str, str, str | None, bool]]) -> tuple[Entry, ...]:
    return tuple(Entry(row.number, row.title, row.language, bool(row.read)) for row in rows)


def _record(
    session: Session, reader: Reader, verb: str, list_id: int, at: datetime, detail: str = ""
) -> None:
    events.record(
        session,
        verb,
        person_id=reader.person_id,
        subject="reading_list",
        subject_id=list_id,
        at=at,
        detail=detail,
    )
