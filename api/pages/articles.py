"""The library: published articles as readers see them."""

from fastapi import APIRouter, Request, Response
from markupsafe import Markup

from api.cursors import PositionDep, part
from api.deps import SessionDep
from api.pages.session import VisitorDep
from api.pages.templating import page
from api.routes.articles import Number, as_reader
from articles import rendering, store
from articles.models import ArticleState
from articles.visibility import edits

router = APIRouter(prefix="/articles", include_in_schema=False)

ROWS = 50


@router.get("")
def listed(
    request: Request, session: SessionDep, visitor: VisitorDep, position: PositionDep
) -> Response:
    """The published articles, newest first."""
    found = store.listed(
        session,
        as_reader(visitor.reader),
        states=[ArticleState.PUBLISHED],
        before=position,
        limit=ROWS + 1,
    )
    rows = part(found, limit=ROWS, shown=lambda one: one.id, id_of=lambda one: one.id)
    return page(request, "articles.html", visitor, articles=found[:ROWS], following=rows.next)


@router.get("/{number}")
def shown(request: Request, session: SessionDep, visitor: VisitorDep, number: Number) -> Response:
    """An article in its published version."""
    article = store.by_number(session, as_reader(visitor.reader), number)
    return page(
        request,
        "article.html",
        visitor,
        article=article,
        text=safe(article.markdown),
        may_edit=edits(visitor.reader),
    )


def safe(markdown: str) -> Markup:
    """Markdown as HTML for templates."""
    return Markup(rendering.html(markdown))  # noqa: S704  sanitised a line before
