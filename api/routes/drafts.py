"""Drafts: what waits for a review, with the evidence of each sentence."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Form, UploadFile
from pydantic import Field, StringConstraints
from sqlalchemy.orm import Session

from api import audiences, doubles
from api.cursors import Part, PositionDep, part
from api.deps import DraftingReaderDep, NowDep, ReaderDep, ServicesDep, SessionDep, WriteSessionDep
from api.fields import NUL_FREE, Body, Id, Limit, Name, Row, Words, example
from api.problems import documented
from api.routes import PREFIX
from articles import attaching, attachments, review, store
from articles.models import ArticleState, Decision
from articles.store import ArticleSummary
from kb.models import Licence
from kb.visibility import Reader

router = APIRouter(prefix=f"{PREFIX}/drafts", tags=["drafts"])

SUMMARY = {
    "id": 12,
    "number": "KB-12",
    "title": "VPN tunnel drops every hour with firmware 7.1",
    "state": "draft",
    "audience": "internal",
    "language": "en",
    "version": 1,
    "published_version": None,
    "ticket_id": 4711,
    "reopened": False,
    "created_at": "2026-01-06T14:31:00Z",
    "updated_at": "2026-01-06T14:31:00Z",
}
STATEMENT = {
    "section": "resolution",
    "kind": "step",
    "text": "Install firmware 7.2.1.",
    "supported": True,
    "evidence": [
        {
            "ticket_id": 4711,
            "part": "resolution",
            "message_id": None,
            "start": 0,
            "end": 25,
            "quote": "Installed firmware 7.2.1 on",
        }
    ],
}
DRAFT = SUMMARY | {
    "markdown": "## Resolution\n\n1. Install firmware 7.2.1.\n",
    "statements": [STATEMENT],
}

DUPLICATE = {
    "article_id": 7,
    "number": "KB-7",
    "title": "VPN tunnel drops every hour",
    "state": "published",
    "similarity": 0.81,
}

Markdown = Annotated[str, StringConstraints(min_length=1, max_length=review.LONGEST), NUL_FREE]
Reason = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=5_000), NUL_FREE
]
Version = Annotated[int, Field(ge=1, le=1_000_000)]


class EvidenceOut(Row):
    """The words of a ticket that a statement stands on."""

    ticket_id: int
    part: str = Field(description="title, description, environment, resolution or message")
    message_id: int | None
    start: int
    end: int
    quote: str


class StatementOut(Row):
    """A sentence, step or code block, with the evidence that you may see."""

    section: str
    kind: str
    text: str
    supported: bool = Field(description="whether there is any evidence, visible to you or not")
    evidence: list[EvidenceOut]


class DraftSummaryOut(Row):
    """A draft, or a changed article, as lists show it."""

    model_config = example(SUMMARY)

    id: int
    number: str
    title: str
    state: ArticleState
    audience: str
    language: str | None
    version: int = Field(description="the newest version; edits start from it")
    published_version: int | None
    ticket_id: int | None
    reopened: bool = Field(description="the ticket is open again: what solved it may not have")
    created_at: datetime
    updated_at: datetime


class DraftOut(DraftSummaryOut):
    """A draft with its text and evidence."""

    model_config = example(DRAFT)

    markdown: str
    statements: list[StatementOut]


class DuplicateOut(Row):
    """An article that says nearly the same."""

    model_config = example(DUPLICATE)

    article_id: int
    number: str
    title: str
    state: ArticleState
    similarity: float = Field(description="0 to 1: word triples in common")


class SavedOut(DraftOut):
    """A draft as it was saved or published, and what says nearly the same: a warning, no error."""

    model_config = example(DRAFT | {"duplicates": [DUPLICATE]})

    duplicates: list[DuplicateOut] = Field(description="articles that you may see, nearest first")


class Edit(Body):
    """A new wording; what is left out stays."""

    model_config = example({"base": 1, "title": "VPN tunnel drops every hour with firmware 7.1"})

    base: Version = Field(description="the version that was read; a newer one is a conflict")
    title: Words | None = None
    markdown: Markdown | None = None


class Attaching(Body):
    """A file for the text."""

    model_config = example({"file": "(the file)", "description": "the MTU field", "base": 1})

    file: UploadFile = Field(
        description=f"PNG, JPEG, GIF, WebP or PDF, up to {attachments.LARGEST:,} bytes"
    )
    description: Words = Field(description="what it shows, for those who cannot see it")
    base: Version = Field(description="the version that was read; a newer one is a conflict")


class Publishing(Body):
    """Who shall read it."""

    model_config = example({"audience": "internal", "version": 1})

    audience: Name | None = Field(
        default=None, description="one of your audiences; left out: whoever may read it now"
    )
    version: Version | None = Field(default=None, description="the version that was reviewed")


class Rejection(Body):
    """Why it is not published."""

    model_config = example({"reason": "KB-7 says the same."})

    reason: Reason


class NamedOut(Row):
    """An article as it is called."""

    id: int
    number: str
    title: str


class ComparedOut(Row):
    """An article that was compared with a ticket."""

    article: NamedOut
    same_issue: float = Field(description="0 to 1: what it holds of the issue")
    same_steps: float = Field(description="0 to 1: what it holds of the steps")


class OutcomeOut(Row):
    """What became of the promise to draft an article from a ticket."""

    model_config = example(
        {
            "ticket_id": 4712,
            "title": "VPN drops again",
            "decision": "link",
            "reason": "an article says all of this already",
            "missing": [],
            "article": {"id": 12, "number": "KB-12", "title": "VPN tunnel drops every hour"},
            "candidates": [
                {
                    "article": {"id": 12, "number": "KB-12", "title": "VPN tunnel drops"},
                    "same_issue": 0.8,
                    "same_steps": 1.0,
                }
            ],
            "person_id": None,
            "at": "2026-01-06T14:31:00Z",
        }
    )

    ticket_id: int
    title: str
    decision: Decision
    reason: str
    missing: list[str]
    article: NamedOut | None = Field(description="the draft, or the one to link or to change")
    candidates: list[ComparedOut]
    person_id: int | None = Field(description="who decided; null: the program")
    at: datetime


def _near_wording(
    services: ServicesDep, reader: DraftingReaderDep, draft_id: Id, wording: Edit
) -> list[int]:
    """Articles that search finds for the new wording."""
    reader.must_hold(Licence.CANDIDATE)
    with services.database.read() as session:
        now = store.get(session, reader, draft_id)
    return doubles.proposed(
        services,
        reader,
        draft_id,
        title=now.title if wording.title is None else wording.title,
        markdown=now.markdown if wording.markdown is None else wording.markdown,
    )


def _near_newest(services: ServicesDep, reader: DraftingReaderDep, draft_id: Id) -> list[int]:
    """Articles that search finds for the newest version."""
    reader.must_hold(Licence.CONTRIBUTOR)
    with services.database.read() as session:
        now = store.get(session, reader, draft_id)
    return doubles.proposed(services, reader, draft_id, title=now.title, markdown=now.markdown)


# Each stands before the writing session in a route, so that no writer waits for the search.
NearWordingDep = Annotated[list[int], Depends(_near_wording)]
NearNewestDep = Annotated[list[int], Depends(_near_newest)]


@router.get("", responses=documented(403), summary="List drafts")
def listed(
    session: SessionDep, reader: ReaderDep, position: PositionDep, limit: Limit = 20
) -> Part[DraftSummaryOut]:
    """What waits for a review, oldest first: drafts, and changes to published articles."""
    reader.must_hold(Licence.CANDIDATE)
    found = store.waiting(session, reader, after=position, limit=limit + 1)
    named = audiences.names(session, reader)
    again = store.reopened(session, reader, [one.ticket_id for one in found])
    return part(
        found,
        limit=limit,
        shown=lambda one: _summary(one, named, again),
        id_of=lambda one: one.id,
    )


@router.get("/outcomes", responses=documented(403), summary="List what became of promised drafts")
def outcomes(session: SessionDep, reader: ReaderDep, limit: Limit = 20) -> list[OutcomeOut]:
    """The latest attempts to draft from a ticket, newest first, with what a ticket lacked."""
    reader.must_hold(Licence.CANDIDATE)
    found = store.outcomes(session, reader, limit=limit)
    return [OutcomeOut.model_validate(one) for one in found]


@router.get("/{draft_id}", responses=documented(403, 404), summary="Show a draft")
def shown(session: SessionDep, reader: ReaderDep, draft_id: Id) -> DraftOut:
    """A draft with its text, and for each sentence the words of the ticket it stands on."""
    reader.must_hold(Licence.CANDIDATE)
    return draft_of(session, reader, draft_id)


@router.patch("/{draft_id}", responses=documented(403, 404, 409), summary="Edit a draft")
def edit(
    candidates: NearWordingDep,
    session: WriteSessionDep,
    reader: DraftingReaderDep,
    at: NowDep,
    draft_id: Id,
    wording: Edit,
) -> SavedOut:
    """Write a new version; sentences that stay word for word keep their evidence.

    The answer names articles that say nearly the same: one article on a problem is enough.
    """
    reader.must_hold(Licence.CANDIDATE)
    now = store.get(session, reader, draft_id)
    review.edit(
        session,
        reader,
        draft_id,
        base=wording.base,
        title=now.title if wording.title is None else wording.title,
        markdown=now.markdown if wording.markdown is None else wording.markdown,
        at=at,
    )
    return _saved(session, reader, draft_id, candidates)


@router.post("/{draft_id}/files", responses=documented(403, 404, 409, 413), summary="Attach a file")
def attach(
    session: WriteSessionDep,
    reader: DraftingReaderDep,
    at: NowDep,
    draft_id: Id,
    sent: Annotated[Attaching, Form(media_type="multipart/form-data")],
) -> DraftOut:
    """Write a new version that ends with an image, or with a link to a PDF file."""
    reader.must_hold(Licence.CANDIDATE)
    keep_file(session, reader, draft_id, sent, at=at)
    return draft_of(session, reader, draft_id)


def keep_file(
    session: Session, reader: Reader, draft_id: int, sent: Attaching, *, at: datetime
) -> None:
    """What both doors do with a file that was sent."""
    attaching.attach(
        session,
        reader,
        draft_id,
        sent.file.file.read(attachments.LARGEST + 1),
        filename=sent.file.filename or "",
        description=sent.description,
        base=sent.base,
        at=at,
    )


@router.post("/{draft_id}/publish", responses=documented(403, 404, 409), summary="Publish a draft")
def publish(
    candidates: NearNewestDep,
    session: WriteSessionDep,
    reader: DraftingReaderDep,
    at: NowDep,
    draft_id: Id,
    publishing: Publishing,
) -> SavedOut:
    """Let an audience find the newest version, from the next search on.

    The answer names articles that say nearly the same.
    """
    reader.must_hold(Licence.CONTRIBUTOR)
    wanted = publishing.audience
    review.publish(
        session,
        reader,
        draft_id,
        version=publishing.version,
        audience_id=None if wanted is None else audiences.chosen(session, reader, wanted),
        at=at,
    )
    return _saved(session, reader, draft_id, candidates)


@router.post("/{draft_id}/reject", responses=documented(403, 404, 409), summary="Reject a draft")
def reject(
    session: WriteSessionDep,
    reader: DraftingReaderDep,
    at: NowDep,
    draft_id: Id,
    rejection: Rejection,
) -> DraftOut:
    """Turn a draft down, or a change that waits; those who work on articles still read it."""
    review.reject(session, reader, draft_id, reason=rejection.reason, at=at)
    return draft_of(session, reader, draft_id)


def draft_of(session: Session, reader: Reader, draft_id: int) -> DraftOut:
    """A draft as doors show it.

    Raises:
        ArticleNotFound: it is absent or invisible.
    """
    view = store.get(session, reader, draft_id)
    again = store.reopened(session, reader, [view.ticket_id])
    summary = _summary(view, audiences.names(session, reader), again)
    return DraftOut(
        **summary.model_dump(),
        markdown=view.markdown,
        statements=[StatementOut.model_validate(one) for one in view.statements],
    )


def _saved(session: Session, reader: Reader, draft_id: int, candidates: list[int]) -> SavedOut:
    near = doubles.among(session, reader, draft_id, candidates)
    return SavedOut(
        **draft_of(session, reader, draft_id).model_dump(),
        duplicates=[DuplicateOut.model_validate(one) for one in near],
    )


def _summary(one: ArticleSummary, named: dict[int, str], again: set[int]) -> DraftSummaryOut:
    return DraftSummaryOut(
        id=one.id,
        number=one.number,
        title=one.title,
        state=one.state,
        audience=named[one.audience_id],
        language=one.language,
        version=one.version,
        published_version=one.published_version,
        ticket_id=one.ticket_id,
        reopened=one.ticket_id in again,
        created_at=one.created_at,
        updated_at=one.updated_at,
    )
