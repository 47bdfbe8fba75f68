"""Published articles, as their readers see them."""

from datetime import datetime
from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Path, Response
from pydantic import Field

from api.cursors import Part, PositionDep, part
from api.deps import ReaderDep, SessionDep
from api.fields import NUL_FREE, Limit, Row, example
from api.problems import documented
from api.routes import PREFIX
from articles import attachments, rendering, store
from articles.attachments import ENDINGS, Content
from articles.models import ArticleState
from articles.store import ArticleView
from kb.visibility import Reader

router = APIRouter(prefix=f"{PREFIX}/articles", tags=["articles"])

SUMMARY = {
    "id": 12,
    "number": "KB-12",
    "title": "VPN tunnel drops every hour with firmware 7.1",
    "language": "en",
    "product": "vpn-gw-02",
    "tags": ["vpn"],
    "version": 2,
    "updated_at": "2026-01-07T08:00:00Z",
}

BYTES = {"schema": {"type": "string", "format": "binary"}, "example": "(the file)"}

Number = Annotated[
    str,
    Path(min_length=1, max_length=60, description="Its number: KB-12, also kb 12 or 12."),
    NUL_FREE,
]

Digest = Annotated[
    str, Path(pattern="^[0-9a-f]{64}$", description="SHA-256 of the file, as the HTML has it.")
]


class ArticleSummaryOut(Row):
    """An article as lists show it."""

    model_config = example(SUMMARY)

    id: int
    number: str
    title: str
    language: str | None
    product: str | None
    tags: list[str]
    version: int
    updated_at: datetime


class ArticleOut(ArticleSummaryOut):
    """An article with its text."""

    model_config = example(
        SUMMARY
        | {
            "markdown": "## Resolution\n\n1. Install firmware 7.2.1.\n",
            "html": "<h2>Resolution</h2>\n<ol>\n<li>Install firmware 7.2.1.</li>\n</ol>\n",
        }
    )

    markdown: str
    html: str = Field(description="the text as sanitised HTML")


@router.get("", responses=documented(), summary="List articles")
def listed(
    session: SessionDep, reader: ReaderDep, position: PositionDep, limit: Limit = 20
) -> Part[ArticleSummaryOut]:
    """The published articles that you may read, newest first, in parts."""
    found = store.listed(
        session,
        as_reader(reader),
        states=[ArticleState.PUBLISHED],
        before=position,
        limit=limit + 1,
    )
    return part(
        found, limit=limit, shown=ArticleSummaryOut.model_validate, id_of=lambda one: one.id
    )


@router.get("/{number}", responses=documented(404), summary="Show an article")
def shown(session: SessionDep, reader: ReaderDep, number: Number) -> ArticleOut:
    """The published version of an article."""
    view = store.by_number(session, as_reader(reader), number)
    return ArticleOut(
        **ArticleSummaryOut.model_validate(view).model_dump(),
        markdown=view.markdown,
        html=html_of(view),
    )


@router.get(
    "/{number}/files/{digest}",
    responses=documented(404) | {200: {"content": dict.fromkeys(ENDINGS, BYTES)}},
    response_class=Response,
    summary="Show an image or a file of an article",
)
def file(session: SessionDep, reader: ReaderDep, number: Number, digest: Digest) -> Response:
    """A file that a version of the article shows which you may read."""
    return served(attachments.get(session, reader, number, digest))


def html_of(view: ArticleView) -> str:
    """The text as sanitised HTML, its files where pages find them."""
    return rendering.html(view.markdown, attachments.addresses(view.number, view.files))


def served(found: Content) -> Response:
    """The file, in a way that no browser takes it for a page: only images are shown."""
    shown = "inline" if found.is_image else "attachment"
    return Response(
        found.content,
        media_type=found.media_type,
        headers={
            "Content-Disposition": f"{shown}; filename*=UTF-8''{quote(found.name, safe='')}",
            "Content-Security-Policy": "default-src 'none'; sandbox",
        },
    )


def as_reader(reader: Reader) -> Reader:
    """Who works on articles sees unpublished changes; here they read what everybody reads."""
    return reader.only_reading()
