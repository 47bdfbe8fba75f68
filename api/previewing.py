"""What a preview may do at the doors: everything that only reads."""

from fastapi import Request

from api.logs import route_of
from kb.previews import PreviewReadsOnly

READING = frozenset({"GET", "HEAD"})

READING_POSTS = frozenset({"POST /api/v1/search"})
"""What is sent by POST because it is long, and changes nothing."""


def must_only_read(request: Request) -> None:
    """Stop here if the request would change something.

    Raises:
        PreviewReadsOnly: it would.
    """
    if request.method in READING or f"{request.method} {route_of(request.scope)}" in READING_POSTS:
        return
    raise PreviewReadsOnly(
        "you are looking as somebody else, and that changes nothing; end it first"
    )


def is_preview(request: Request) -> bool:
    """Whether the asker, once known, looks as somebody else."""
    reader = getattr(request.state, "reader", None)
    return reader is not None and reader.previewed_by is not None
