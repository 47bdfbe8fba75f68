"""The language of a page: which one somebody wants."""

from typing import Annotated

from fastapi import APIRouter, Form, Request, Response
from fastapi.responses import RedirectResponse

from api.catalogues import NAMES, SOURCE
from api.pages.paths import own_path
from api.pages.session import OwnPage

router = APIRouter(include_in_schema=False)

COOKIE = "kb_language"
SECONDS = 365 * 86_400
LONGEST_HEADER = 500


@router.post("/language", dependencies=[OwnPage])
def choose(
    request: Request,
    language: Annotated[str, Form(max_length=10)],
    to: Annotated[str, Form(alias="next", max_length=2000)] = "/",
) -> Response:
    """Remember the language that this browser wants; one that we do not speak changes nothing."""
    answer = RedirectResponse(own_path(to), 303)
    if language in NAMES:
        answer.set_cookie(
            COOKIE,
            language,
            max_age=SECONDS,
            httponly=True,
            samesite="lax",
            secure=request.url.scheme == "https",
        )
    return answer


def forget(answer: Response) -> None:
    """Let this browser have no language of its own any more."""
    answer.delete_cookie(COOKIE, httponly=True, samesite="lax")


def wanted(request: Request, own: str | None) -> str:
    """The language chosen in this browser, else the person's `own`, else what the browser asks."""
    chosen = request.cookies.get(COOKIE, "")
    if chosen in NAMES:
        return chosen
    if own in NAMES:
        return own
    return preferred(request.headers.get("accept-language", ""))


def preferred(header: str) -> str:
    """The language of ours that an Accept-Language header likes best."""
    liked: list[tuple[float, str]] = []
    for part in header[:LONGEST_HEADER].split(","):
        name, _, weight = part.partition(";q=")
        code = name.strip().partition("-")[0].lower()
        if code in NAMES:
            liked.append((_weight(weight), code))
    best = max(liked, key=lambda item: item[0], default=(0.0, SOURCE))
    return best[1] if best[0] > 0 else SOURCE


def _weight(text: str) -> float:
    try:
        return float(text) if text else 1.0
    except ValueError:
        return 0.0
