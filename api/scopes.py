"""Every route says what a token must be allowed for it; one that says nothing stops the start."""

from collections.abc import Iterator

from fastapi import FastAPI
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute, iter_route_contexts

from api.pages.session import knows_visitor
from api.previewing import READING_POSTS
from kb.models import Scope

OPEN = frozenset(
    {
        "GET /digest/stop/{signed}",
        "GET /health/live",
        "GET /setup",
        "GET /sign-in",
        "GET /sign-in/provider",
        "GET /sign-in/provider/back",
        "GET /sign-in/provider/out",
        "POST /digest/stop/{signed}",
        "POST /language",
        "POST /setup",
        "POST /sign-in",
        "POST /api/v1/sources/{name}/webhook",
    }
)
"""What answers everybody: whether the program lives, its language, the ways in and out of mails."""

MACHINES = ("/api/", "/feeds/", "/scim/", "/health/", "/metrics")
"""What begins so is asked with tokens; the rest are pages, asked with a session."""


class ScopeUndeclared(RuntimeError):
    """A route does not say who may ask it: a mistake of ours, told at the start."""


def check(app: FastAPI) -> None:
    """Let only a program begin in which each route says who may ask it.

    Raises:
        ScopeUndeclared: names the routes that do not.
    """
    found = undeclared(app)
    if found:
        raise ScopeUndeclared(f"routes without a scope: {', '.join(found)}")


def undeclared(app: FastAPI) -> list[str]:
    """The routes that need no scope and no session, and changing ones that need only `read`."""
    return sorted(
        name
        for found in iter_route_contexts(app.routes)
        if isinstance(route := found.original_route, APIRoute)
        for name in (f"{method} {found.path}" for method in found.methods or ())
        if not _is_guarded(name, route.dependant)
    )


def _is_guarded(name: str, dependant: Dependant) -> bool:
    method, _, path = name.partition(" ")
    if name in OPEN:
        return True
    if not path.startswith(MACHINES):
        return any(knows_visitor(one.call) for one in _all(dependant))
    scopes = {scope for one in _all(dependant) for scope in one.own_oauth_scopes or ()}
    changes = method != "GET" and name not in READING_POSTS
    return bool(scopes - {Scope.READ} if changes else scopes)


def _all(dependant: Dependant) -> Iterator[Dependant]:
    yield dependant
    for part in dependant.dependencies:
        yield from _all(part)
