"""Reading foreign payloads: one place for what may be wrong with them."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError

from kb.models import AuthorRole
from kb.sources.ports import BadAnswer
from kb.tickets import MessageRecord


class Payload(BaseModel):
    """A part of an answer; what we do not know is ignored, what we need must be there."""

    model_config = ConfigDict(extra="ignore", frozen=True, coerce_numbers_to_str=True)


Kind = TypeVar("Kind", bound=Payload)


def checked(kind: type[Kind], given: Any) -> Kind:  # Any: foreign JSON
    """`given` as a `kind`.

    Raises:
        BadAnswer: something is missing or of another type; says where, without the value.
    """
    try:
        return kind.model_validate(given)
    except ValidationError as error:
        places = "; ".join(
            f"{'.'.join(map(str, item['loc'])) or 'answer'}: {item['msg']}"
            for item in error.errors(include_input=False)[:3]
        )
        raise BadAnswer(f"unexpected answer: {places}") from None


def part(given: Any, name: str) -> Any:  # Any: foreign JSON
    """The member `name` of an object; None without one, or if it is no object."""
    return given.get(name) if isinstance(given, dict) else None


def parsed(raw_body: bytes) -> Any:  # Any: foreign JSON
    """The JSON of a webhook.

    Raises:
        BadAnswer: it is none.
    """
    try:
        return json.loads(raw_body)
    except ValueError:
        raise BadAnswer("the webhook is no JSON") from None


def time(text: str) -> datetime:
    """A time as the systems write it; without a zone it is UTC.

    Raises:
        BadAnswer: it is none.
    """
    try:
        parsed_time = datetime.fromisoformat(text.strip())
    except ValueError:
        raise BadAnswer("a time is not written as its system promises") from None
    return parsed_time if parsed_time.tzinfo else parsed_time.replace(tzinfo=UTC)


def time_if_set(text: str | None) -> datetime | None:
    """The same, for times that are not there, are empty, or are the year 1970 or earlier."""
    if not text or text.startswith(("0000", "1970-01-01")):
        return None
    return time(text)


CLOSING = timedelta(seconds=1)
"""Redmine stamps the closing before the answer that came with it; a second may begin between."""


def resolution_of(messages: tuple[MessageRecord, ...], closed_at: datetime | None) -> str | None:
    """What solved a case in systems without a field for it: the last public answer by then.

    An internal note is never taken: the resolution is read by all who may read the case.
    """
    answers = [
        message
        for message in messages
        if not message.internal
        and message.role in {AuthorRole.AGENT, AuthorRole.CONTRACTOR}
        and (closed_at is None or message.at <= closed_at + CLOSING)
    ]
    return answers[-1].text if answers else None


def named(value: str | None) -> tuple[str, ...]:
    """The names in an option such as `Resolved, Fixed`."""
    return tuple(part.strip() for part in (value or "").split(",") if part.strip())


def number(external_id: str) -> int:
    """A case number as a number: what stands in an address must not lead elsewhere.

    Raises:
        BadAnswer: it is none.
    """
    if not external_id.isascii() or not external_id.isdigit():
        raise BadAnswer("the number of a case is not a number")
    return int(external_id)
