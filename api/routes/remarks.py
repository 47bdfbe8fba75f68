"""What colleagues and readers say about an article."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import Field

from api.deps import (
    DraftingReaderDep,
    NowDep,
    ReaderDep,
    SessionDep,
    WriteSessionDep,
    WritingReaderDep,
)
from api.fields import Body, Id, Limit, Row, example
from api.problems import documented
from api.routes import PREFIX
from api.routes.articles import Number
from api.routes.drafts import Reason
from articles import remarks, reviews
from articles.models import RemarkKind
from kb.models import Licence

router = APIRouter(prefix=PREFIX, tags=["drafts"])


class RemarkOut(Row):
    """A remark on a version of an article."""

    model_config = example(
        {
            "id": 5,
            "article_id": 12,
            "number": "KB-12",
            "title": "VPN tunnel drops every hour with firmware 7.1",
            "version": 2,
            "kind": "edits_suggested",
            "text": "Say which firmware has the fault.",
            "person_id": 3,
            "person": "Ines Kern",
            "at": "2026-01-07T08:00:00Z",
            "open": True,
        }
    )

    id: int
    article_id: int
    number: str
    title: str
    version: int
    kind: RemarkKind
    text: str
    person_id: int
    person: str
    at: datetime
    open: bool = Field(description="whether somebody has to see to it")


class Saying(Body):
    """What is to be said."""

    model_config = example({"text": "Say which firmware has the fault."})

    text: Reason


class DueOut(Row):
    """A published article that somebody should look at again."""

    model_config = example(
        {
            "id": 12,
            "number": "KB-12",
            "title": "VPN tunnel drops every hour with firmware 7.1",
            "language": "en",
            "looked_at": "2025-01-07T08:00:00Z",
            "used": True,
            "owner": "Ines Kern",
            "mine": False,
        }
    )

    id: int
    number: str
    title: str
    language: str | None
    looked_at: datetime = Field(description="when it was last written or confirmed")
    used: bool = Field(description="whether it has solved a case within 90 days")
    owner: str | None = Field(description="the name of the colleague who looks after it")
    mine: bool = Field(description="whether that is you")


@router.get("/reviews-due", responses=documented(403), summary="List the reviews due")
def reviews_due(
    session: SessionDep,
    reader: ReaderDep,
    at: NowDep,
    limit: Limit = 20,
    mine: Annotated[bool, Query(description="those alone that you look after")] = False,
) -> list[DueOut]:
    """Articles not looked at for a year, or for half a year if they are used; yours first."""
    reader.must_hold(Licence.CANDIDATE)
    found = reviews.due(session, reader, at=at, limit=limit, mine=mine)
    return [DueOut.model_validate(one) for one in found]


@router.post(
    "/drafts/{draft_id}/confirm",
    status_code=204,
    responses=documented(403, 404),
    summary="Confirm an article",
)
def confirm(session: WriteSessionDep, reader: DraftingReaderDep, at: NowDep, draft_id: Id) -> None:
    """Note that the published text was looked at again and is right."""
    remarks.confirm(session, reader, draft_id, at=at)


@router.get("/flags", responses=documented(403), summary="List what readers have flagged")
def flags(session: SessionDep, reader: ReaderDep) -> list[RemarkOut]:
    """The open flags on articles that you may see, those on your own first, then the oldest."""
    reader.must_hold(Licence.CANDIDATE)
    found = remarks.waiting(session, reader, [RemarkKind.FLAG])
    return [RemarkOut.model_validate(one) for one in found]


@router.get(
    "/drafts/{draft_id}/remarks", responses=documented(403, 404), summary="List the remarks"
)
def listed(session: SessionDep, reader: ReaderDep, draft_id: Id) -> list[RemarkOut]:
    """The remarks on an article, oldest first; from outside our company one sees one's own."""
    reader.must_hold(Licence.CANDIDATE)
    return [RemarkOut.model_validate(one) for one in remarks.of_article(session, reader, draft_id)]


@router.post(
    "/drafts/{draft_id}/remarks",
    status_code=201,
    responses=documented(403, 404),
    summary="Comment on a draft",
)
def comment(
    session: WriteSessionDep, reader: DraftingReaderDep, at: NowDep, draft_id: Id, saying: Saying
) -> list[RemarkOut]:
    """Say something about the newest version."""
    remarks.comment(session, reader, draft_id, saying.text, at=at)
    return listed(session, reader, draft_id)


@router.post(
    "/drafts/{draft_id}/return",
    responses=documented(403, 404, 409),
    summary="Suggest edits to a draft",
)
def suggest_edits(
    session: WriteSessionDep, reader: DraftingReaderDep, at: NowDep, draft_id: Id, saying: Saying
) -> list[RemarkOut]:
    """Give a draft, or a change that waits, back to its author; the next version answers it."""
    remarks.suggest_edits(session, reader, draft_id, saying.text, at=at)
    return listed(session, reader, draft_id)


@router.post(
    "/remarks/{remark_id}/settle", responses=documented(403, 404), summary="Settle a remark"
)
def settle(
    session: WriteSessionDep, reader: DraftingReaderDep, at: NowDep, remark_id: Id
) -> list[RemarkOut]:
    """Note that a remark was seen to."""
    return listed(session, reader, remarks.settle(session, reader, remark_id, at=at))


@router.post(
    "/articles/{number}/flag",
    status_code=204,
    responses=documented(404),
    summary="Flag an article",
)
def flag(
    session: WriteSessionDep, reader: WritingReaderDep, at: NowDep, number: Number, saying: Saying
) -> None:
    """Say that a published article is wrong or out of date: whoever may edit it sees to it."""
    remarks.flag(session, reader, number, saying.text, at=at)
