"""The web application."""

from typing import Any

from fastapi import FastAPI, Request, Response
from fastapi.routing import APIRoute
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api import pages, problems, scopes
from api import scim as provisioning
from api.keys import signing_key
from api.limits import BodyLimit, RateLimit
from api.logs import RequestLog
from api.metrics import Metrics
from api.provider import Provider
from api.reads import Recorded
from api.routes import (
    PREFIX,
    administration,
    alarms,
    articles,
    care,
    clusters,
    decisions,
    drafts,
    escalations,
    feeds,
    handed_on,
    health,
    history,
    licences,
    links,
    me,
    reading,
    receivers,
    redactions,
    remarks,
    scim,
    search,
    tickets,
    typing_ahead,
    webhooks,
)
from api.wiring import Services

DESCRIPTION = """
Finds what IT support has already solved, and turns closed second-level tickets into articles.

Send `Authorization: Bearer TOKEN` with each request; `kb token create` makes a token.  What you
may not see looks like what is not there.  Every error is a problem document (RFC 9457).
"""

HEADERS = [
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"DENY"),
    (b"referrer-policy", b"same-origin"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"permissions-policy", b"camera=(), geolocation=(), microphone=()"),
    (
        b"content-security-policy",
        b"default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
        b"connect-src 'self'; form-action 'self'; "
        b"base-uri 'none'; frame-ancestors 'none'",
    ),
]
"""Headers of every answer."""

PRIVATE = (b"cache-control", b"no-store")
"""What depends on the reader is kept by nobody."""


class Guarded:
    """ASGI middleware: puts the security headers on every answer."""

    def __init__(self, app: ASGIApp) -> None:
        """Wrap `app`."""
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, and its answer back with the headers."""

        async def guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                given = [name for name, _ in message.get("headers", [])]
                kept = [] if PRIVATE[0] in given else [PRIVATE]
                message["headers"] = [*message.get("headers", []), *HEADERS, *kept]
            await send(message)

        await self.app(scope, receive, guarded if scope["type"] == "http" else send)


class KnowledgeBase(FastAPI):
    """FastAPI with the schema of our problem documents in its OpenAPI."""

    def openapi(self) -> dict[str, Any]:  # Any: the framework's own signature
        """The OpenAPI document."""
        document = super().openapi()
        schemas = document.setdefault("components", {}).setdefault("schemas", {})
        if "Problem" not in schemas:
            schema = problems.Problem.model_json_schema(ref_template="#/components/schemas/{model}")
            schemas |= schema.pop("$defs", {}) | {"Problem": schema}
        return document


def _operation(route: APIRoute) -> str:
    """What an operation is called in clients that are generated: tickets_close, search_find."""
    return f"{route.endpoint.__module__.rpartition('.')[2]}_{route.name}"


def _is_scim(request: Request) -> bool:
    return request.url.path.startswith(f"{provisioning.PREFIX}/")


def _has_own_words(request: Request) -> bool:
    """Whether the reader of an error wants it otherwise than as a problem document."""
    return _is_scim(request) or pages.READERS.people(request)


def _in_own_words(request: Request, problem: problems.Problem, error: Exception) -> Response:
    if _is_scim(request):
        return provisioning.of_problem(problem)
    return pages.READERS.page(request, problem, error)


def create_app(services: Services) -> FastAPI:
    """Build the application from its parts; tests pass their own."""
    metrics = Metrics(services)
    app = KnowledgeBase(
        title="Secondline knowledge base",
        version="1",
        description=DESCRIPTION,
        openapi_url=f"{PREFIX}/openapi.json",
        docs_url=None,  # its pages fetch scripts from elsewhere
        redoc_url=None,
        redirect_slashes=False,
        generate_unique_id_function=_operation,
        dependencies=[Recorded],
    )
    app.state.services, app.state.metrics = services, metrics
    app.state.provider = Provider(services.settings)
    readers = problems.Readers(people=_has_own_words, page=_in_own_words)
    problems.install(app, readers)
    provisioning.install(app)
    for router in (
        me.router,
        search.router,
        typing_ahead.router,
        tickets.router,
        handed_on.router,
        links.router,
        escalations.router,
        decisions.router,
        clusters.router,
        remarks.router,
        care.router,
        drafts.router,
        history.router,
        redactions.router,
        articles.router,
        reading.router,
        feeds.router,
        webhooks.router,
        alarms.router,
        health.router,
        scim.router,
        administration.router,
        licences.router,
        receivers.router,
    ):
        app.include_router(router)
    app.webhooks.include_router(receivers.outgoing)
    pages.install(app, signing_key(services.settings))
    scopes.check(app)
    # The last one added is the outermost.
    app.add_middleware(BodyLimit, limit=services.settings.request_limit)
    app.add_middleware(
        RateLimit,
        per_token=services.settings.token_rate,
        per_address=services.settings.address_rate,
        per_webhook=services.settings.webhook_rate,
        readers=readers,
    )
    app.add_middleware(RequestLog, metrics=metrics, readers=readers)
    app.add_middleware(Guarded)
    return app
