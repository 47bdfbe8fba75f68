"""Published articles, as their readers see them."""

from dataclasses import replace
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Path
from pydantic import Field

from api.cursors import Part, PositionDep, part
from api.deps import ReaderDep, SessionDep
from api.fields import NUL_FREE, Limit, Row, example
from api.problems import documented
from api.routes import PREFIX
from articles import rendering, store
from articles.models import ArticleState
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

Number = Annotated[
    str,
    Path(min_length=1, max_length=60, description="Its number: KB-12, also kb 12 or 12."),
    NUL_FREE,
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
        html=rendering.html(view.markdown),
    )


def as_reader(reader: Reader) -> Reader:
    """Who works on articles sees unpublished changes; here they read what everybody reads."""
    return replace(reader, roles=frozenset())
