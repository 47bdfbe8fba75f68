"""The pages for people: server-rendered, usable without JavaScript.

A page calls the same functions as the JSON route beside it, never the route.
"""

from fastapi import FastAPI
from starlette.responses import Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

from api.pages import (
    administration,
    articles,
    desk,
    drafts,
    errors,
    escalations,
    inbox,
    languages,
    news,
    numbers,
    preferences,
    provider,
    reading,
    session,
    setup,
    sign_in,
    tickets,
    tokens,
)
from api.pages.templating import STATIC
from api.problems import Readers

READERS = Readers(people=errors.wanted, page=errors.shown)


class Assets(StaticFiles):
    """Files that browsers keep: for good where the address holds a digest of the content."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        """The file; without a digest the browser asks each time whether it has changed."""
        answer = await super().get_response(path, scope)
        kept = "public, max-age=31536000, immutable" if scope["query_string"] else "no-cache"
        answer.headers["Cache-Control"] = kept
        return answer


def install(app: FastAPI, key: str) -> None:
    """Add the pages to `app`; `key` signs their sessions."""
    app.state.signer = session.signer(key)
    app.state.provider_signer = provider.signer(key)
    for router in (
        setup.router,
        sign_in.router,
        provider.router,
        languages.router,
        desk.router,
        tickets.router,
        escalations.router,
        inbox.router,
        numbers.router,
        drafts.router,
        articles.router,
        reading.router,
        news.router,
        tokens.router,
        preferences.router,
        *administration.ROUTERS,
    ):
        app.include_router(router)
    app.mount("/static", Assets(directory=STATIC), name="static")
