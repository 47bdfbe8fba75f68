"""The library: published articles as readers see them."""

from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Form, Query, Request, Response
from fastapi.responses import RedirectResponse
from markupsafe import Markup
from pydantic import BaseModel, Field

from api.cursors import PositionDep, part
from api.deps import NowDep, ServicesDep, SessionDep, WriteSessionDep
from api.fields import NUL_FREE
from api.pages.session import SenderDep, VisitorDep
from api.pages.templating import page
from api.routes.articles import Digest, Number, as_reader, html_of, served
from api.routes.drafts import Reason
from articles import attachments, links, reading, remarks, store, translations
from articles.models import ArticleState
from articles.store import ArticleView
from articles.visibility import edits
from indexer.search import Filters, search
from kb import feedback
from kb.models import DocumentKind, Verdict

router = APIRouter(prefix="/articles", include_in_schema=False)

ROWS = 50

TAGS = 30
"""Tags that the library offers."""

RELATED = 5

ARTICLES = Filters(kinds=frozenset({DocumentKind.ARTICLE}))

Choice = Annotated[str, Query(max_length=200), NUL_FREE]


class Opinion(BaseModel):
    """Whether an article helped, and what the reader did not find in it."""

    verdict: Verdict
    missing: Annotated[str, Field(max_length=2_000), NUL_FREE] = ""


@router.get("")
def listed(
    request: Request,
    session: SessionDep,
    visitor: VisitorDep,
    position: PositionDep,
    tag: Choice = "",
    language: Choice = "",
) -> Response:
    """The published articles, newest first, of all tags and languages or of one."""
    reader = as_reader(visitor.reader)
    found = store.listed(
        session,
        reader,
        states=[ArticleState.PUBLISHED],
        tag=tag,
        language=language,
        before=position,
        limit=ROWS + 1,
    )
    rows = part(found, limit=ROWS, shown=lambda one: one.id, id_of=lambda one: one.id)
    return page(
        request,
        "articles.html",
        visitor,
        articles=found[:ROWS],
        following=rows.next,
        tags=store.tags(session, reader, limit=TAGS),
        tag=tag,
        written=language,
    )


@router.get("/{number}")
def shown(
    request: Request,
    session: SessionDep,
    services: ServicesDep,
    visitor: VisitorDep,
    at: NowDep,
    number: Number,
    done: Annotated[str, Query(max_length=20)] = "",
) -> Response:
    """An article in its published version, in its other languages, and what is near it."""
    reader = as_reader(visitor.reader)
    article = store.by_number(session, reader, number)
    near = search(
        session,
        services.finder,
        reader,
        article.title,
        limit=RELATED,
        filters=ARTICLES,
        leave_out=[(DocumentKind.ARTICLE, article.id)],
    )
    others = translations.group(session, reader, article.id)
    return page(
        request,
        "article.html",
        visitor,
        article=article,
        text=safe(article),
        may_edit=edits(visitor.reader),
        times=links.reuse(session, visitor.reader, [article.id])[article.id],
        others=[one for one in others if one.article_id != article.id],
        related=near.hits,
        reading_lists=reading.lists_with(session, visitor.reader, article.id, at=at),
        read=reading.has_read(session, visitor.reader, article.id),
        done=done,
    )


@router.post("/{number}/opinion")
def opinion(
    session: WriteSessionDep,
    sender: SenderDep,
    at: NowDep,
    number: Number,
    given: Annotated[Opinion, Form()],
) -> Response:
    """Keep whether the article helped, and what is missing in it."""
    article = store.by_number(session, as_reader(sender.reader), number)
    feedback.give(
        session,
        sender.reader,
        (DocumentKind.ARTICLE, article.id),
        given.verdict,
        missing=given.missing.strip(),
        at=at,
    )
    return RedirectResponse(f"/articles/{article.number}?done=opinion", HTTPStatus.SEE_OTHER)


@router.post("/{number}/flag")
def flag(
    session: WriteSessionDep,
    sender: SenderDep,
    at: NowDep,
    number: Number,
    reason: Annotated[Reason, Form()],
) -> Response:
    """Keep what a reader found wrong, for those who may mend it."""
    article = store.by_number(session, as_reader(sender.reader), number)
    remarks.flag(session, sender.reader, article.number, reason, at=at)
    return RedirectResponse(f"/articles/{article.number}?done=flagged", HTTPStatus.SEE_OTHER)


@router.get("/{number}/files/{digest}")
def file(session: SessionDep, visitor: VisitorDep, number: Number, digest: Digest) -> Response:
    """A file that a version shows which the visitor may read."""
    return served(attachments.get(session, visitor.reader, number, digest))


def safe(article: ArticleView) -> Markup:
    """The text of an article as HTML for templates."""
    return Markup(html_of(article))  # noqa: S704  sanitised there
