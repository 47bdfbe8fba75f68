"""The columns of a ticket, and what their values must be; docs/howto/import.md lists them."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, tzinfo
from typing import Annotated, Any

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
    ValidationInfo,
)
from pydantic_core import PydanticCustomError

from kb.models import AuthorRole, TicketState

TITLE_LIMIT = 1_000
TEXT_LIMIT = 1_000_000
"""Characters of one text; longer ones are attachments that lost their way."""

MESSAGE_LIMIT = 5_000

TIME_FORMATS = ("%d.%m.%Y %H:%M:%S", "%d.%m.%Y %H:%M", "%d.%m.%Y", "%d-%m-%Y %H:%M", "%d-%m-%Y")
"""What exports in German and Dutch write, besides ISO 8601."""

MILLISECONDS_FROM = 100_000_000_000
"""A Unix time from here on counts milliseconds: in seconds it would lie after the year 5000."""

LANGUAGES = {"de", "nl", "en"}

NOT_INTERNAL = {"false", "0", "no", "n", "off", "f", "nein", "nee"}


def _text(value: Any) -> Any:  # Any: a foreign value, checked here
    """Numbers become text; text that a database cannot hold is refused."""
    if isinstance(value, bool | float | int):
        return str(value)
    if isinstance(value, str):
        if "\x00" in value:
            raise PydanticCustomError("nul", "holds a NUL character")
        _refuse_surrogates(value)
    return value


def _refuse_surrogates(value: str) -> None:
    try:
        value.encode()
    except UnicodeEncodeError as error:
        code = ord(value[error.start])
        if 0xDC80 <= code <= 0xDCFF:  # noqa: PLR2004  what "surrogateescape" makes of a byte
            raise PydanticCustomError(
                "other_encoding",
                "holds the byte {byte}, which is not in the file's encoding; a mapping file can"
                " name another for CSV (encoding: cp1252); JSON must be UTF-8",
                {"byte": f"{code - 0xDC00:#x}"},
            ) from error
        raise PydanticCustomError(
            "half_character", "holds half a character (a lone surrogate)"
        ) from error


def _time(value: Any, info: ValidationInfo) -> Any:  # Any: a foreign value, checked here
    """ISO 8601, Unix seconds or milliseconds, or a local form.

    Without a zone it is of the `zone` of the context, else UTC.
    """
    if isinstance(value, str):
        value = value.strip()
        if value.isdecimal() and len(value) in {9, 10, 13}:
            value = int(value)
    try:
        if isinstance(value, str):
            zone = info.context["zone"] if info.context else UTC
            return parsed_time(value, zone).astimezone(UTC)
        if isinstance(value, int | float) and not isinstance(value, bool):
            seconds = value / 1000 if abs(value) >= MILLISECONDS_FROM else value
            return datetime.fromtimestamp(seconds, UTC)
    except PydanticCustomError:
        raise
    except (ValueError, OverflowError, OSError) as error:
        raise PydanticCustomError("no_such_date", "is a date beyond all calendars") from error
    return value


def parsed_time(text: str, zone: tzinfo = UTC) -> datetime:
    """A time as exports write it; without a zone of its own it is of `zone`.

    Raises:
        ValueError: it is none.
    """
    if len(text) > 6 and text[-6] == " " and text[-5] in "+-":  # noqa: PLR2004  "… +0000"
        text = text[:-6] + text[-5:]
    for parse in (datetime.fromisoformat, *(_by(form) for form in TIME_FORMATS)):
        try:
            parsed = parse(text)
        except ValueError:
            continue
        return parsed if parsed.tzinfo else parsed.replace(tzinfo=zone)
    raise PydanticCustomError("no_date", "is no date; write 2026-01-31T09:30:00+01:00")


def _by(form: str) -> Callable[[str], datetime]:
    return lambda text: datetime.strptime(text, form)


def _language(value: Any) -> Any:  # Any: a foreign value, checked here
    """de-AT is de; a language that we do not know is left to be detected."""
    if isinstance(value, str):
        short = value.strip().lower()[:2]
        return short if short in LANGUAGES else None
    return value


def _internal(value: Any) -> bool:  # Any: a foreign value, checked here
    """Whatever does not clearly say no means internal."""
    return str(value).strip().lower() not in NOT_INTERNAL


def _messages(value: Any) -> Any:  # Any: a foreign value, checked by pydantic
    """A CSV cell holds messages as JSON."""
    if isinstance(value, str):
        try:
            return json.loads(value)
        except (ValueError, RecursionError) as error:
            raise PydanticCustomError(
                "no_json_cell", "not JSON: {error}", {"error": str(error)}
            ) from error
    return value


def _trimmed(limit: int) -> StringConstraints:
    return StringConstraints(strip_whitespace=True, min_length=1, max_length=limit)


Name = Annotated[str, _trimmed(200), BeforeValidator(_text)]
Title = Annotated[str, _trimmed(TITLE_LIMIT), BeforeValidator(_text)]
Short = Annotated[str, Field(max_length=200), BeforeValidator(_text)]
Code = Annotated[str, Field(max_length=100), BeforeValidator(_text)]
Link = Annotated[str, Field(max_length=2_000, pattern="^https?://"), BeforeValidator(_text)]
Long = Annotated[str, Field(max_length=TEXT_LIMIT), BeforeValidator(_text)]
Time = Annotated[datetime, BeforeValidator(_time)]


class MessageRow(BaseModel):
    """A message of a row; whoever does not say that it is for all means internal."""

    model_config = ConfigDict(extra="ignore")

    text: Long
    at: Time | None = None
    author: Short | None = None
    role: AuthorRole = AuthorRole.UNKNOWN
    internal: Annotated[bool, BeforeValidator(_internal)] = True
    accepted: bool = False


class TicketRow(BaseModel):
    """The columns of a ticket."""

    model_config = ConfigDict(extra="ignore")

    id: Name
    title: Title
    description: Long = ""
    opened_at: Time
    updated_at: Time | None = None
    closed_at: Time | None = None
    state: TicketState = TicketState.OPEN
    level: int = Field(default=1, ge=1, le=3)
    version: Code | None = None
    link: Link | None = None
    environment: Long = ""
    queue: Short | None = None
    organisation: Short | None = None
    category: Short | None = None
    item: Short | None = None
    language: Annotated[str | None, BeforeValidator(_language)] = None
    resolution: Long | None = None
    close_code: Code | None = None
    audience: Short | None = None
    messages: Annotated[
        list[MessageRow], BeforeValidator(_messages), Field(max_length=MESSAGE_LIMIT)
    ] = Field(default_factory=list)


COLUMNS = list(TicketRow.model_fields)
MESSAGE_COLUMNS = list(MessageRow.model_fields)
NEEDED = [name for name, column in TicketRow.model_fields.items() if column.is_required()]
