"""Creating with an Idempotency-Key: sent again, it creates nothing and answers the same."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

from fastapi import Header, Response
from pydantic import BaseModel
from sqlalchemy.orm import Session

from kb import idempotency
from kb.visibility import Reader

KeyHeader = Annotated[
    str | None,
    Header(
        alias="Idempotency-Key",
        min_length=1,
        max_length=200,
        pattern=r"^[\x21-\x7e]+$",
        description="Any text of your own, new for each thing to create; lets you send again.",
        examples=["6f1c0a52-7f0b-4e1d-9a51-0a2c0c1b9d7e"],
    ),
]


@dataclass(frozen=True, slots=True)
class Asked:
    """A creating request: who sent it, under which key, and what it holds."""

    reader: Reader
    key: str | None
    operation: str
    body: BaseModel
    at: datetime

    @property
    def digest(self) -> bytes:
        """32 bytes that change when the operation or the body does."""
        text = f"{self.operation}\n{self.body.model_dump_json()}"
        return hashlib.sha256(text.encode()).digest()


def once(
    session: Session,
    asked: Asked,
    create: Callable[[], BaseModel],
    *,
    readable: Callable[[str], object],
) -> Response:
    """The answer 201 of `create`, or the one that the same request was given before.

    Args:
        session: the transaction of the request.
        asked: the request.
        create: does it and gives the answer.
        readable: given an earlier answer, raises if its reader may no longer see what it tells.
    """
    if asked.key is None or asked.reader.person_id is None:
        return _created(create().model_dump_json())
    found = idempotency.begin(session, asked.reader.person_id, asked.key, asked.digest, at=asked.at)
    if isinstance(found, idempotency.Kept):
        readable(found.body)
        return _created(found.body, status=found.status)
    body = create().model_dump_json()
    idempotency.keep(found, 201, body)
    return _created(body)


def _created(body: str, *, status: int = 201) -> Response:
    return Response(body, status, media_type="application/json")
