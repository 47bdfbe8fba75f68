"""Reading lists of one's teams, which coaches make and order, and what one has read."""

from datetime import datetime
from enum import StrEnum

from fastapi import APIRouter, Response
from pydantic import Field
from sqlalchemy.orm import Session

from api.deps import NowDep, ReaderDep, SessionDep, WriteSessionDep, WritingReaderDep
from api.fields import LARGEST_ID, Body, Id, Name, Row, example
from api.problems import documented
from api.routes import PREFIX
from api.routes.articles import Number
from articles import reading
from articles.reading import Listed
from kb.visibility import Reader

router = APIRouter(prefix=PREFIX, tags=["articles"])

ENTRY = {"number": "KB-12", "title": "VPN tunnel drops", "language": "en", "read": True}


class EntryOut(Row):
    """An article on a reading list."""

    model_config = Row.model_config | example(ENTRY)

    number: str
    title: str
    language: str | None
    read: bool


class ReadingListOut(Row):
    """A reading list, as far as you may read its articles."""

    model_config = Row.model_config | example(
        {"id": 3, "team_id": 2, "team": "Desk", "name": "VPN", "done": 1, "entries": [ENTRY]}
    )

    id: int | None = Field(description="null: what the team uses most, for those who are new")
    team_id: int
    team: str
    name: str
    done: int = Field(description="how many of the entries you have read")
    entries: list[EntryOut]


@router.get("/reading-lists", responses=documented(), summary="List the reading lists")
def listed(session: SessionDep, reader: ReaderDep, at: NowDep) -> list[ReadingListOut]:
    """Those of your teams, each with the one for those who are new there first."""
    teams = reading.of_reader(session, reader, at=at)
    return [_out(one) for team in teams for one in (team.new_here, *team.lists)]


@router.get(
    "/reading-lists/new/{team_id}", responses=documented(404), summary="Show what a team uses most"
)
def new_here(session: SessionDep, reader: ReaderDep, at: NowDep, team_id: Id) -> ReadingListOut:
    """For those who are new in a team of yours."""
    return _out(reading.new_here(session, reader, team_id, at=at))


@router.get("/reading-lists/{list_id}", responses=documented(404), summary="Show a reading list")
def shown(session: SessionDep, reader: ReaderDep, at: NowDep, list_id: Id) -> ReadingListOut:
    """A reading list of one of your teams, in its order."""
    return _out(reading.get(session, reader, list_id, at=at))


class ReadingListIn(Body):
    """A list to begin, and for whom."""

    model_config = example({"team_id": 2, "name": "VPN"})

    team_id: int = Field(ge=1, le=LARGEST_ID, description="a team that you belong to")
    name: Name


class Direction(StrEnum):
    """Where an article goes on its list."""

    UP = "up"
    DOWN = "down"


class Moving(Body):
    """The next place of an article."""

    model_config = example({"direction": "up"})

    direction: Direction


@router.post(
    "/reading-lists",
    status_code=201,
    responses=documented(404, 409),
    summary="Begin a reading list",
)
def make(
    session: WriteSessionDep, reader: WritingReaderDep, at: NowDep, wish: ReadingListIn
) -> ReadingListOut:
    """For a team of yours, if you are a coach; each list of a team has a name of its own."""
    made = reading.make(session, reader, wish.team_id, wish.name, at=at)
    return _out(reading.get(session, reader, made, at=at))


@router.delete(
    "/reading-lists/{list_id}",
    status_code=204,
    responses=documented(404),
    summary="Take a reading list away",
)
def drop(session: WriteSessionDep, reader: WritingReaderDep, at: NowDep, list_id: Id) -> Response:
    """What people have read of it stays read."""
    reading.drop(session, reader, list_id, at=at)
    return Response(status_code=204)


@router.put(
    "/reading-lists/{list_id}/entries/{number}",
    responses=documented(404),
    summary="Put an article on a reading list",
)
def add(
    session: WriteSessionDep, reader: WritingReaderDep, at: NowDep, list_id: Id, number: Number
) -> ReadingListOut:
    """At its end; one that is on it stays where it is."""
    reading.add(session, reader, list_id, number, at=at)
    return _changed(session, reader, list_id, at)


@router.delete(
    "/reading-lists/{list_id}/entries/{number}",
    responses=documented(404),
    summary="Take an article off a reading list",
)
def remove(
    session: WriteSessionDep, reader: WritingReaderDep, at: NowDep, list_id: Id, number: Number
) -> ReadingListOut:
    """One that is not on it is fine."""
    reading.remove(session, reader, list_id, number, at=at)
    return _changed(session, reader, list_id, at)


@router.post(
    "/reading-lists/{list_id}/entries/{number}/move",
    responses=documented(404),
    summary="Move an article on a reading list",
)
def move(
    session: WriteSessionDep,
    reader: WritingReaderDep,
    at: NowDep,
    list_id: Id,
    number: Number,
    wish: Moving,
) -> ReadingListOut:
    """By one place among those that you see; at the end of the list nothing changes."""
    down = wish.direction is Direction.DOWN
    reading.move(session, reader, list_id, number, down=down, at=at)
    return _changed(session, reader, list_id, at)


@router.put(
    "/articles/{number}/read",
    status_code=204,
    responses=documented(404),
    summary="Mark an article as read",
)
def mark(
    session: WriteSessionDep, reader: WritingReaderDep, at: NowDep, number: Number
) -> Response:
    """Note that you have read it; again changes nothing."""
    reading.mark(session, reader, number, read=True, at=at)
    return Response(status_code=204)


@router.delete(
    "/articles/{number}/read",
    status_code=204,
    responses=documented(404),
    summary="Mark an article as not read",
)
def unmark(
    session: WriteSessionDep, reader: WritingReaderDep, at: NowDep, number: Number
) -> Response:
    """Note that you have not read it after all."""
    reading.mark(session, reader, number, read=False, at=at)
    return Response(status_code=204)


def _changed(session: Session, reader: Reader, list_id: int, at: datetime) -> ReadingListOut:
    session.flush()  # the answer is read back
    return _out(reading.get(session, reader, list_id, at=at))


def _out(one: Listed) -> ReadingListOut:
    return ReadingListOut.model_validate(one)
