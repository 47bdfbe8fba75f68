"""Errors as problem details (RFC 9457): the only place that knows HTTP status codes."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

import structlog
from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy.exc import IntegrityError, OperationalError
from starlette.exceptions import HTTPException

from kb.errors import (
    Conflict,
    InvalidInput,
    KbError,
    NotAllowed,
    NotFound,
    NotSignedIn,
    TooLarge,
    Unavailable,
)

log = structlog.get_logger()

MEDIA_TYPE = "application/problem+json"

STATUS: dict[type[KbError], int] = {
    NotFound: 404,
    Conflict: 409,
    NotAllowed: 403,
    NotSignedIn: 401,
    InvalidInput: 422,
    TooLarge: 413,
    Unavailable: 503,
}

HEADERS: dict[int, dict[str, str]] = {
    401: {"WWW-Authenticate": 'Bearer realm="kb"'},
    503: {"Retry-After": "5"},
}
"""What a status must say beside the body."""


class ChangedMeanwhile(Conflict):
    """Somebody else changed the same thing at the same time; trying again helps."""


class DatabaseUnavailable(Unavailable):
    """The database does not answer; trying again later may help."""


class Place(BaseModel):
    """A part of the request that does not fit, and why."""

    at: str = Field(description="where: body, query, path or header, then the names", min_length=1)
    because: str = Field(description="why it does not fit")


class Problem(BaseModel):
    """What went wrong, as RFC 9457 says it."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "type": "/problems/TicketNotFound",
                "title": "No such ticket, or not for this reader.",
                "status": 404,
                "detail": "no ticket 4711",
                "instance": "/api/v1/tickets/4711",
            }
        }
    )

    type: str = Field(description="names the kind of problem; about:blank if the status says it")
    title: str = Field(description="the kind of problem in a sentence")
    status: int = Field(description="the HTTP status")
    detail: str = Field(description="what went wrong this time")
    instance: str = Field(description="the path that was asked for")
    errors: list[Place] | None = Field(default=None, description="the places that do not fit")


def status_of(error: type[KbError]) -> int:
    """The status of the nearest base class that has one; 500 for a family nobody mapped."""
    return next((STATUS[base] for base in error.__mro__ if base in STATUS), 500)


@dataclass(frozen=True, slots=True)
class Readers:
    """Who reads answers: programs get the problem document, people a page made of it."""

    people: Callable[[Request], bool] = lambda _request: False
    page: Callable[[Request, Problem, Exception], Response] = lambda _request, problem, _error: (
        of_problem(problem)
    )

    def answer(
        self,
        request: Request,
        problem: Problem,
        error: Exception,
        headers: Mapping[str, str] | None = None,
    ) -> Response:
        """What whoever asked gets of a problem, with `headers` beside those of its status."""
        if not self.people(request):
            return of_problem(problem, headers)
        shown = self.page(request, problem, error)
        shown.headers.update(headers or {})
        return shown


PROGRAMS = Readers()
"""No people among them."""


def describe(
    path: str,
    status: int,
    detail: str,
    *,
    kind: type[KbError] | None = None,
    errors: list[Place] | None = None,
) -> Problem:
    """The problem of a request of `path`."""
    return Problem(
        type=f"/problems/{kind.__name__}" if kind else "about:blank",
        title=(kind.__doc__ or "").splitlines()[0] if kind else HTTPStatus(status).phrase,
        status=status,
        detail=detail,
        instance=path,
        errors=errors,
    )


def of_problem(problem: Problem, headers: Mapping[str, str] | None = None) -> JSONResponse:
    """The problem document, with the headers that its status asks for."""
    return JSONResponse(
        problem.model_dump(exclude_none=True),
        problem.status,
        media_type=MEDIA_TYPE,
        headers={**HEADERS.get(problem.status, {}), **(headers or {})},
    )


def unexpected(path: str) -> Problem:
    """What a client learns of an error that nobody foresaw: that it happened."""
    return describe(path, 500, "an unexpected error; the log names it by the request id")


def documented(*statuses: int) -> dict[int | str, dict[str, Any]]:  # Any: OpenAPI fragments
    """OpenAPI entries for problem answers; what any route may answer is always there."""
    wanted = sorted({400, 401, 403, 413, 422, 429, 500, 503, *statuses})
    return {status: _entry(status) for status in wanted}


def documented_open(*statuses: int) -> dict[int | str, dict[str, Any]]:  # Any: as above
    """As `documented`, for routes that need no sign-in and read no body."""
    return {status: _entry(status) for status in sorted({500, *statuses})}


def install(app: FastAPI, readers: Readers) -> None:
    """Make `app` answer every error, also the framework's own, with a problem."""

    def ours(request: Request, error: KbError) -> Response:
        kind = type(error)
        places = error.places if isinstance(error, InvalidInput) else ()
        named = [Place(at=f"body/{at}", because=because) for at, because in places]
        found = describe(
            request.url.path, status_of(kind), str(error), kind=kind, errors=named or None
        )
        return readers.answer(request, found, error)

    @app.exception_handler(KbError)
    def _ours(request: Request, error: KbError) -> Response:
        return ours(request, error)

    @app.exception_handler(RequestValidationError)
    def _malformed(request: Request, error: RequestValidationError) -> Response:
        # The framework's own entries hold the input; a place and a reason are enough.
        places = [
            Place(at="/".join(map(str, entry["loc"])), because=entry["msg"])
            for entry in error.errors()
        ]
        said = "the request does not fit its description"
        return readers.answer(request, describe(request.url.path, 422, said, errors=places), error)

    @app.exception_handler(HTTPException)
    def _framework(request: Request, error: HTTPException) -> Response:
        found = describe(request.url.path, error.status_code, str(error.detail))
        return readers.answer(request, found, error, error.headers)

    @app.exception_handler(IntegrityError)
    def _collided(request: Request, error: IntegrityError) -> Response:
        log.warning("write refused", reason=type(error.orig).__name__)
        return ours(request, ChangedMeanwhile("changed meanwhile; try again"))

    @app.exception_handler(OperationalError)
    def _gone(request: Request, error: OperationalError) -> Response:
        log.warning("database unavailable", reason=type(error.orig).__name__)
        return ours(request, DatabaseUnavailable("the database does not answer"))


def _entry(status: int) -> dict[str, Any]:  # Any: an OpenAPI fragment
    return {
        "description": f"{HTTPStatus(status).phrase}, as problem details",
        "content": {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}},
    }
