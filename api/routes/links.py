"""Which articles were used for a ticket."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Path, Response
from pydantic import Field

from api.deps import NowDep, ReaderDep, SessionDep, WriteSessionDep, WritingReaderDep
from api.fields import LARGEST_ID, Body, Id, Row, example
from api.problems import documented
from api.routes import PREFIX
from articles import links
from articles.models import LinkOutcome, LinkRole

router = APIRouter(prefix=f"{PREFIX}/tickets/{{ticket_id}}/articles", tags=["tickets"])

LINK = {
    "article_id": 12,
    "number": "KB-12",
    "title": "VPN tunnel drops every hour with firmware 7.1",
    "role": "resolved_by",
    "outcome": "solved",
    "person_id": 3,
    "at": "2026-01-07T08:00:00Z",
}


class LinkOut(Row):
    """An article that a ticket is linked to."""

    model_config = example(LINK)

    article_id: int
    number: str
    title: str
    role: LinkRole
    outcome: LinkOutcome
    person_id: int | None = Field(description="who linked it; null: the program")
    at: datetime


class Linking(Body):
    """What the article was to the ticket; `created_from` is set by drafting alone."""

    model_config = example({"article_id": 12, "role": "resolved_by", "outcome": "solved"})

    article_id: Annotated[int, Field(ge=1, le=LARGEST_ID)]
    role: LinkRole = LinkRole.RESOLVED_BY
    outcome: LinkOutcome = LinkOutcome.UNKNOWN


@router.get("", responses=documented(404), summary="List the articles of a ticket")
def listed(session: SessionDep, reader: ReaderDep, ticket_id: Id) -> list[LinkOut]:
    """The articles that are linked to a ticket, as far as you may see them, oldest link first."""
    return [LinkOut.model_validate(one) for one in links.of_ticket(session, reader, ticket_id)]


@router.put("", responses=documented(403, 404), summary="Link an article to a ticket")
def link(
    session: WriteSessionDep, reader: WritingReaderDep, at: NowDep, ticket_id: Id, linking: Linking
) -> list[LinkOut]:
    """Note that an article was used; again with another outcome changes that."""
    links.link(
        session,
        reader,
        ticket_id,
        linking.article_id,
        role=linking.role,
        outcome=linking.outcome,
        at=at,
    )
    return [LinkOut.model_validate(one) for one in links.of_ticket(session, reader, ticket_id)]


@router.delete(
    "/{article_id}/{role}",
    status_code=204,
    responses=documented(403, 404),
    summary="Take a link back",
)
def unlink(
    session: WriteSessionDep,
    reader: WritingReaderDep,
    at: NowDep,
    ticket_id: Id,
    article_id: Id,
    role: Annotated[LinkRole, Path(description="What the article was to the ticket.")],
) -> Response:
    """Take a link back; taking back what is not there is fine."""
    links.unlink(session, reader, ticket_id, article_id, role=role, at=at)
    return Response(status_code=204)
