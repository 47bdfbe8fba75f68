"""The second level's desk: drafts with the evidence beside each sentence."""

from collections.abc import Sequence
from http import HTTPStatus
from typing import Annotated, Literal

from fastapi import APIRouter, Form, Query, Request, Response, UploadFile
from fastapi.responses import RedirectResponse
from sqlalchemy.orm import Session

from api import audiences, clusters, doubles
from api.cursors import PositionDep, part
from api.deps import NowDep, ServicesDep, SessionDep, WriteSessionDep
from api.fields import LARGEST_ID, Id, Name, Words
from api.pages.articles import safe
from api.pages.session import SenderDep, Visitor, VisitorDep
from api.pages.templating import page
from api.routes.drafts import Attaching, Markdown, Reason, Version, keep_file
from articles import care, remarks, review, reviews, store
from articles.duplicates import Duplicate
from articles.models import ArticleState, Decision, Governance, RemarkKind
from articles.review import EditConflict
from articles.store import ArticleNotFound, ArticleView, Comparison
from kb import tickets
from kb.models import Licence

router = APIRouter(prefix="/drafts", include_in_schema=False)

ROWS = 50
OUTCOMES = 10
RECURRING = 5
"""Problems without an article that the page names, the most frequent first."""
REJECTABLE = (ArticleState.DRAFT, ArticleState.PUBLISHED)


@router.get("")
def listed(
    request: Request,
    session: SessionDep,
    services: ServicesDep,
    visitor: VisitorDep,
    at: NowDep,
    position: PositionDep,
) -> Response:
    """What waits for a review, what recurs without an article, and what was no basis for one."""
    visitor.reader.must_hold(Licence.CANDIDATE)
    found = store.waiting(session, visitor.reader, after=position, limit=ROWS + 1)
    rows = part(found, limit=ROWS, shown=lambda one: one.id, id_of=lambda one: one.id)
    thin = store.outcomes(session, visitor.reader, decisions=[Decision.TOO_THIN], limit=OUTCOMES)
    undecided = store.outcomes(
        session, visitor.reader, decisions=[Decision.LINK, Decision.CHANGE], limit=ROWS
    )
    recurring = clusters.listed(session, visitor.reader, at=at)[:RECURRING]
    first = [cluster.id for cluster in recurring]
    return page(
        request,
        "drafts.html",
        visitor,
        flagged=remarks.waiting(session, visitor.reader, [RemarkKind.FLAG]),
        returned={
            one.article_id
            for one in remarks.waiting(session, visitor.reader, [RemarkKind.EDITS_SUGGESTED])
        },
        recurring=recurring,
        advice=clusters.advice(session, services.finder, visitor.reader, recurring, at=at),
        due=reviews.due(session, visitor.reader, at=at, limit=ROWS),
        cases=tickets.named(session, visitor.reader, first),
        drafts=found[:ROWS],
        named=audiences.names(session, visitor.reader),
        following=rows.next,
        reopened=store.reopened(session, visitor.reader, [one.ticket_id for one in found]),
        thin=thin,
        undecided=undecided,
    )


@router.post("/clusters/{cluster_id}")
def from_cluster(
    services: ServicesDep,
    sender: SenderDep,
    at: NowDep,
    cluster_id: Id,
    *,
    anyway: Annotated[bool, Form()] = False,
) -> Response:
    """Write one draft from the tickets of a cluster, and show it."""
    made = clusters.draft(services, sender.reader, cluster_id, anyway=anyway, at=at)
    return RedirectResponse(f"/drafts/{made.id}", 303)


@router.post("/clusters/{cluster_id}/article")
def use_for_cluster(
    services: ServicesDep,
    sender: SenderDep,
    at: NowDep,
    cluster_id: Id,
    article: Annotated[int, Form(ge=1, le=LARGEST_ID)],
    *,
    change: Annotated[bool, Form()] = False,
) -> Response:
    """Link the tickets of a cluster to an article, or let one of them change it."""
    clusters.use(services, sender.reader, cluster_id, article, change=change, at=at)
    return RedirectResponse("/drafts", 303)


@router.get("/{draft_id}")
def shown(
    request: Request,
    session: SessionDep,
    services: ServicesDep,
    visitor: VisitorDep,
    draft_id: Id,
    done: Annotated[str, Query(max_length=20)] = "",
) -> Response:
    """A draft, its evidence, and what may be done with it."""
    visitor.reader.must_hold(Licence.CANDIDATE)
    near = doubles.near(session, services, visitor.reader, draft_id)
    return _page(request, session, visitor, draft_id, done=done, duplicates=near)


@router.post("/{draft_id}/edit")
def edit(
    request: Request,
    session: WriteSessionDep,
    sender: SenderDep,
    at: NowDep,
    draft_id: Id,
    base: Annotated[Version, Form()],
    title: Annotated[Words, Form()],
    markdown: Annotated[Markdown, Form()],
) -> Response:
    """Write a new version; where somebody was faster, show both texts and lose none."""
    try:
        review.edit(
            session, sender.reader, draft_id, base=base, title=title, markdown=markdown, at=at
        )
    except EditConflict as conflict:
        return _page(request, session, sender, draft_id, conflict=conflict)
    return RedirectResponse(f"/drafts/{draft_id}?done=edited", 303)


@router.post("/{draft_id}/files")
def attach(
    request: Request,
    session: WriteSessionDep,
    sender: SenderDep,
    at: NowDep,
    draft_id: Id,
    file: UploadFile,
    description: Annotated[Words, Form()],
    base: Annotated[Version, Form()],
) -> Response:
    """Write a new version that ends with the file."""
    sent = Attaching(file=file, description=description, base=base)
    try:
        keep_file(session, sender.reader, draft_id, sent, at=at)
    except EditConflict as conflict:
        return _page(request, session, sender, draft_id, conflict=conflict)
    return RedirectResponse(f"/drafts/{draft_id}?done=edited", 303)


@router.post("/{draft_id}/undo")
def undo(
    session: WriteSessionDep,
    sender: SenderDep,
    at: NowDep,
    draft_id: Id,
    base: Annotated[Version, Form()],
    placeholder: Annotated[list[Name], Form()],
) -> Response:
    """Show again what the reviewer found harmless."""
    review.undo(session, sender.reader, draft_id, base=base, placeholders=placeholder, at=at)
    return RedirectResponse(f"/drafts/{draft_id}?done=edited", 303)


@router.post("/{draft_id}/publish")
def publish(
    session: WriteSessionDep,
    sender: SenderDep,
    at: NowDep,
    draft_id: Id,
    version: Annotated[Version, Form()],
    audience: Annotated[Name, Form()],
) -> Response:
    """Let the chosen audience find it."""
    sender.reader.must_hold(Licence.CONTRIBUTOR)
    review.publish(
        session,
        sender.reader,
        draft_id,
        version=version,
        audience_id=audiences.chosen(session, sender.reader, audience),
        at=at,
    )
    return RedirectResponse(f"/drafts/{draft_id}?done=published", 303)


@router.post("/{draft_id}/reject")
def reject(
    session: WriteSessionDep,
    sender: SenderDep,
    at: NowDep,
    draft_id: Id,
    reason: Annotated[Reason, Form()],
) -> Response:
    """Turn the draft down."""
    review.reject(session, sender.reader, draft_id, reason=reason, at=at)
    return RedirectResponse(f"/drafts/{draft_id}?done=rejected", 303)


@router.post("/{draft_id}/comment")
def comment(
    session: WriteSessionDep,
    sender: SenderDep,
    at: NowDep,
    draft_id: Id,
    text: Annotated[Reason, Form()],
) -> Response:
    """Say something about the newest version."""
    remarks.comment(session, sender.reader, draft_id, text, at=at)
    return RedirectResponse(f"/drafts/{draft_id}#remarks", 303)


@router.post("/{draft_id}/return")
def suggest_edits(
    session: WriteSessionDep,
    sender: SenderDep,
    at: NowDep,
    draft_id: Id,
    text: Annotated[Reason, Form()],
) -> Response:
    """Give it back to its author."""
    remarks.suggest_edits(session, sender.reader, draft_id, text, at=at)
    return RedirectResponse(f"/drafts/{draft_id}#remarks", 303)


@router.post("/{draft_id}/confirm")
def confirm(session: WriteSessionDep, sender: SenderDep, at: NowDep, draft_id: Id) -> Response:
    """Note that the published text was looked at again and is right."""
    remarks.confirm(session, sender.reader, draft_id, at=at)
    return RedirectResponse("/drafts", 303)


@router.post("/{draft_id}/owner")
def hand_over(
    session: WriteSessionDep,
    sender: SenderDep,
    at: NowDep,
    draft_id: Id,
    owner: Annotated[Name | Literal[""], Form()] = "",
) -> Response:
    """Let a colleague look after it, or nobody."""
    care.hand_over(session, sender.reader, draft_id, owner or None, at=at)
    return RedirectResponse(f"/drafts/{draft_id}#care", 303)


@router.post("/{draft_id}/governance")
def govern(
    session: WriteSessionDep,
    sender: SenderDep,
    at: NowDep,
    draft_id: Id,
    governance: Annotated[Governance, Form()],
) -> Response:
    """Say by which rules it may be changed."""
    care.govern(session, sender.reader, draft_id, governance, at=at)
    return RedirectResponse(f"/drafts/{draft_id}#care", 303)


@router.post("/remarks/{remark_id}/settle")
def settle(session: WriteSessionDep, sender: SenderDep, at: NowDep, remark_id: Id) -> Response:
    """Note that a remark was seen to."""
    article_id = remarks.settle(session, sender.reader, remark_id, at=at)
    return RedirectResponse(f"/drafts/{article_id}#remarks", 303)


def _page(
    request: Request,
    session: Session,
    visitor: Visitor,
    draft_id: int,
    *,
    done: str = "",
    conflict: EditConflict | None = None,
    duplicates: Sequence[Duplicate] = (),
) -> Response:
    draft = store.get(session, visitor.reader, draft_id)
    waiting = draft.state is ArticleState.DRAFT or draft.version != draft.published_version
    looked_after = care.of_article(session, visitor.reader, draft_id)
    may_change = visitor.reader.holds(review.TO_CHANGE[looked_after.governance])
    reviewer = may_change and review.may_decide(session, visitor.reader, draft.audience_id)
    return page(
        request,
        "draft.html",
        visitor,
        status=HTTPStatus.CONFLICT if conflict else HTTPStatus.OK,
        draft=draft,
        care=looked_after,
        may_change=may_change,
        may_govern=visitor.reader.holds(Licence.COACH),
        reopened=store.reopened(session, visitor.reader, [draft.ticket_id]),
        text=safe(draft),
        audiences=audiences.names(session, visitor.reader),
        changes=_changes(session, visitor, draft),
        replaced=store.replacements(session, visitor.reader, draft_id),
        remarks=remarks.of_article(session, visitor.reader, draft_id),
        may_return=reviewer and waiting and draft.state in REJECTABLE,
        may_publish=reviewer and waiting,
        may_reject=reviewer and waiting and draft.state in REJECTABLE,
        conflict=conflict,
        duplicates=duplicates,
        done=done,
    )


def _changes(session: Session, visitor: Visitor, draft: ArticleView) -> Comparison | None:
    """What a waiting version changes for the readers of a published article."""
    before = draft.published_version
    if before is None or before == draft.version:
        return None
    try:
        return store.compare(session, visitor.reader, draft.id, before, draft.version)
    except ArticleNotFound:
        return None  # the version that readers see was written for others
