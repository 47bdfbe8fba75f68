"""Errors as pages that say what to do."""

from http import HTTPStatus
from urllib.parse import quote

from fastapi import Request, Response
from fastapi.responses import RedirectResponse

from api.pages.templating import page
from api.problems import HEADERS, Problem

MACHINES = ("/api/", "/health/", "/metrics")
"""What begins so is read by programs."""


def wanted(request: Request) -> bool:
    """Whether a person will read the answer."""
    asks = "text/html" in request.headers.get("accept", "")
    return asks and not request.url.path.startswith(MACHINES)


def shown(request: Request, problem: Problem, error: Exception) -> Response:
    """The page for a problem; who is not signed in is asked to."""
    if problem.status == HTTPStatus.UNAUTHORIZED:
        asked = request.url.path if request.method == "GET" else "/"
        if request.method == "GET" and request.url.query:
            asked = f"{asked}?{request.url.query}"
        return RedirectResponse(f"/sign-in?next={quote(asked, safe='')}", 303)
    visitor = getattr(request.state, "visitor", None)
    answer = page(
        request, "error.html", visitor, status=problem.status, problem=problem, error=error
    )
    answer.headers.update(HEADERS.get(problem.status, {}))
    return answer
