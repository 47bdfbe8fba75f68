"""Lists in parts: where the next part begins is told by an opaque cursor."""

import base64
import binascii
from collections.abc import Callable, Sequence
from typing import Annotated, Generic, TypeVar

from fastapi import Depends, Query
from pydantic import BaseModel, Field

from api.fields import LARGEST_ID
from kb.errors import InvalidInput

T = TypeVar("T")
S = TypeVar("S")


class BadCursor(InvalidInput):
    """The cursor is not one that a list has given."""


class Part(BaseModel, Generic[T]):
    """A part of a list; entries that are added meanwhile shift nothing."""

    items: list[T]
    next: str | None = Field(description="cursor of the next part; null: this was the last")


def part(
    found: Sequence[S], *, limit: int, shown: Callable[[S], T], id_of: Callable[[S], int]
) -> Part[T]:
    """The first `limit` of `found`, which holds one more if the list goes on."""
    kept = found[:limit]
    following = _pack(id_of(kept[-1])) if len(found) > limit else None
    return Part(items=[shown(one) for one in kept], next=following)


def _position(
    cursor: Annotated[
        str | None,
        Query(alias="next", max_length=200, description="`next` of the part before this one."),
    ] = None,
) -> int | None:
    return None if cursor is None else _unpack(cursor)


PositionDep = Annotated[int | None, Depends(_position)]
"""The id of the last entry of the part before; None begins at the top."""


def _pack(last_id: int) -> str:
    return base64.urlsafe_b64encode(f"last:{last_id}".encode()).decode().rstrip("=")


def _unpack(cursor: str) -> int:
    try:
        padded = cursor + "=" * (-len(cursor) % 4)
        word, _, number = base64.b64decode(padded, altchars=b"-_", validate=True).partition(b":")
        position = int(number)
    except (binascii.Error, ValueError) as error:
        raise BadCursor("`next` is not from a list: take it as it was given") from error
    if word != b"last" or not 0 < position <= LARGEST_ID:
        raise BadCursor("`next` is not from a list: take it as it was given")
    return position
