"""The pages for people: server-rendered, usable without JavaScript.

A page calls the same functions as the JSON route beside it, never the route.
"""

from pathlib import Path

from fastapi import FastAPI
from starlette.staticfiles import StaticFiles

from api.pages import articles, drafts, errors, search, session, sign_in, tickets
from api.problems import Readers

READERS = Readers(people=errors.wanted, page=errors.shown)


def install(app: FastAPI, key: str) -> None:
    """Add the pages to `app`; `key` signs their sessions."""
    app.state.signer = session.signer(key)
    for router in (
        sign_in.router,
        search.router,
        tickets.router,
        drafts.router,
        articles.router,
    ):
        app.include_router(router)
    folder = Path(__file__).parent / "static"
    app.mount("/static", StaticFiles(directory=folder), name="static")
