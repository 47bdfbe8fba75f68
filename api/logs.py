"""Logs with fields, and never with what people wrote.

A line about a request names its route template, not its path or query; an exception is logged as
its type and places, because messages of foreign exceptions quote values.
"""

import logging
import re
import sys
import time
import traceback
import uuid
from types import TracebackType
from typing import TextIO, cast

import structlog
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from structlog.typing import EventDict, Processor, WrappedLogger

from api.metrics import Metrics
from api.problems import PROGRAMS, Readers, of_problem, unexpected

log = structlog.get_logger()

REQUEST_ID = re.compile(rb"[A-Za-z0-9._-]{1,64}")
"""What a proxy may send as X-Request-ID; anything else is replaced."""

TALKATIVE = ("httpx", "httpx2", "httpcore", "alembic")
"""Libraries whose news are none, or name addresses with their queries."""

FRAMES = 30
"""Innermost places of an exception that are logged."""


def configure(form: str, stream: TextIO | None = None) -> None:
    """Let all loggers, also those of libraries, write lines of `form`, json or text."""
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        exceptions_without_text,
    ]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
    )
    renderer: Processor = (
        structlog.processors.JSONRenderer()
        if form == "json"
        else structlog.dev.ConsoleRenderer(colors=False)
    )
    handler = logging.StreamHandler(stream or sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, renderer],
        )
    )
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(logging.INFO)
    for name in TALKATIVE:
        logging.getLogger(name).setLevel(logging.WARNING)


def exceptions_without_text(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """Put the type and the places of an exception where its traceback would go."""
    given = event.pop("exc_info", None)
    error = sys.exc_info()[1] if given is True else given
    if isinstance(error, tuple):
        error = error[1]
    if isinstance(error, BaseException):
        event["error"] = type(error).__name__
        event["places"] = _places(error.__traceback__)
        event["causes"] = _causes(error)
    return event


class RequestLog:
    """ASGI middleware: one line and one measurement per request, and the last net for errors."""

    def __init__(self, app: ASGIApp, *, metrics: Metrics, readers: Readers = PROGRAMS) -> None:
        """Wrap `app`, which should hold all other middleware that may fail."""
        self.app = app
        self.metrics = metrics
        self._readers = readers

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on; an exception becomes a 500 without a word of its own."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        request_id = _request_id(scope)
        status, began = 0, time.perf_counter()

        async def noted(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = int(message["status"])
                message["headers"] = [
                    *message.get("headers", []),
                    (b"x-request-id", request_id.encode()),
                ]
            await send(message)

        with structlog.contextvars.bound_contextvars(request_id=request_id):
            try:
                await self.app(scope, receive, noted)
            except Exception:
                log.exception("request failed")
                if status:
                    raise  # the answer has begun; only breaking off tells the client
                await self._unexpected(scope, request_id)(scope, receive, noted)
            finally:
                self._note(scope, status, time.perf_counter() - began)

    def _unexpected(self, scope: Scope, request_id: str) -> Response:
        problem = unexpected(scope["path"])
        try:
            return self._readers.answer(Request(scope), problem, HTTPException(500, request_id))
        except Exception:  # what failed may be what pages are made with
            log.exception("error page failed")
            return of_problem(problem)

    def _note(self, scope: Scope, status: int, seconds: float) -> None:
        route = route_of(scope)
        self.metrics.observe(scope["method"], route, status, seconds)
        log.info(
            "request",
            method=scope["method"],
            route=route,
            status=status,
            ms=round(seconds * 1000, 1),
        )


def route_of(scope: Scope) -> str:
    """The template of the route that answered, as /api/v1/tickets/{ticket_id}; - for none."""
    return cast("str", getattr(scope.get("route"), "path", "-"))


def _request_id(scope: Scope) -> str:
    for name, value in scope["headers"]:
        if name == b"x-request-id" and REQUEST_ID.fullmatch(value):
            return cast("bytes", value).decode()
    return uuid.uuid4().hex


def _places(trace: TracebackType | None) -> list[str]:
    return [
        f"{frame.filename}:{frame.lineno} {frame.name}"
        for frame in traceback.extract_tb(trace)[-FRAMES:]
    ]


def _causes(error: BaseException) -> list[str]:
    names: list[str] = []
    cause = error.__cause__ or error.__context__
    while cause is not None and len(names) < FRAMES:
        names.append(type(cause).__name__)
        cause = cause.__cause__ or cause.__context__
    return names
