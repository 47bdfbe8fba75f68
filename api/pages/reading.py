"""Reading lists: what one's teams should read, and how far one is; coaches make and order them."""

from typing import Annotated, Literal

from fastapi import APIRouter, Form, Request, Response
from fastapi.responses import RedirectResponse
from pydantic import BaseModel, Field

from api.deps import NowDep, SessionDep, WriteSessionDep
from api.fields import LARGEST_ID, NUL_FREE, Id, Name
from api.pages.paths import own_path
from api.pages.session import SenderDep, VisitorDep
from api.pages.templating import page
from articles import reading

router = APIRouter(prefix="/reading", include_in_schema=False)

Number = Annotated[str, Field(min_length=1, max_length=60), NUL_FREE]


class ListForm(BaseModel):
    """A list to begin, and for whom."""

    team: Annotated[int, Field(ge=1, le=LARGEST_ID)]
    name: Name


class EntryForm(BaseModel):
    """What is to become of an article on a list."""

    number: Number
    act: Literal["add", "up", "down", "remove"]


class ReadForm(BaseModel):
    """Whether somebody has read an article, and on which page they say so."""

    number: Number
    read: bool
    to: Annotated[str, Field(alias="next", max_length=200)] = "/reading"


@router.get("")
def listed(request: Request, session: SessionDep, visitor: VisitorDep, at: NowDep) -> Response:
    """The reading lists of each team of the visitor."""
    return page(
        request,
        "reading.html",
        visitor,
        teams=reading.of_reader(session, visitor.reader, at=at),
        coaches=reading.coaches(visitor.reader),
    )


@router.get("/new/{team_id}")
def new_here(
    request: Request, session: SessionDep, visitor: VisitorDep, at: NowDep, team_id: Id
) -> Response:
    """What the people of a team use most, for those who are new there."""
    found = reading.new_here(session, visitor.reader, team_id, at=at)
    return page(request, "reading_list.html", visitor, list=found, coaches=False)


@router.get("/{list_id}")
def shown(
    request: Request, session: SessionDep, visitor: VisitorDep, at: NowDep, list_id: Id
) -> Response:
    """A reading list; its coaches order it here."""
    found = reading.get(session, visitor.reader, list_id, at=at)
    coaches = reading.coaches(visitor.reader)
    return page(request, "reading_list.html", visitor, list=found, coaches=coaches)


@router.post("")
def make(
    session: WriteSessionDep, sender: SenderDep, at: NowDep, form: Annotated[ListForm, Form()]
) -> Response:
    """Begin a list, and lead to where articles are put on it."""
    made = reading.make(session, sender.reader, form.team, form.name, at=at)
    return RedirectResponse(f"/reading/{made}", 303)


@router.post("/read")
def mark(
    session: WriteSessionDep, sender: SenderDep, at: NowDep, form: Annotated[ReadForm, Form()]
) -> Response:
    """Keep that an article is read, or is not after all."""
    reading.mark(session, sender.reader, form.number, read=form.read, at=at)
    return RedirectResponse(own_path(form.to), 303)


@router.post("/{list_id}/entries")
def change(
    session: WriteSessionDep,
    sender: SenderDep,
    at: NowDep,
    list_id: Id,
    form: Annotated[EntryForm, Form()],
) -> Response:
    """Put an article on a list, move it there, or take it off."""
    if form.act == "add":
        reading.add(session, sender.reader, list_id, form.number, at=at)
    elif form.act == "remove":
        reading.remove(session, sender.reader, list_id, form.number, at=at)
    else:
        down = form.act == "down"
        reading.move(session, sender.reader, list_id, form.number, down=down, at=at)
    return RedirectResponse(f"/reading/{list_id}", 303)


@router.post("/{list_id}/drop")
def drop(session: WriteSessionDep, sender: SenderDep, at: NowDep, list_id: Id) -> Response:
    """Take a list away."""
    reading.drop(session, sender.reader, list_id, at=at)
    return RedirectResponse("/reading", 303)
