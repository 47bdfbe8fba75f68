"""Reading lists of one's teams, and what one has read."""

from fastapi import APIRouter, Response
from pydantic import Field

from api.deps import NowDep, ReaderDep, SessionDep, WriteSessionDep, WritingReaderDep
from api.fields import Id, Row, example
from api.problems import documented
from api.routes import PREFIX
from api.routes.articles import Number
from articles import reading
from articles.reading import Listed

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


def _out(one: Listed) -> ReadingListOut:
    return ReadingListOut.model_validate(one)
