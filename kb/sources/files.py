"""Tickets from JSON Lines and CSV files; docs/reference/import.md describes the columns."""

import csv
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from kb.errors import InvalidInput
from kb.models import AuthorRole, TicketState
from kb.sources import mapping as mappings
from kb.tickets import MessageRecord, TicketRecord

TITLE_LIMIT = 1_000
TEXT_LIMIT = 1_000_000
"""Characters of one text; longer ones are attachments that lost their way."""

MESSAGE_LIMIT = 5_000

TIME_FORMATS = ("%d.%m.%Y %H:%M:%S", "%d.%m.%Y %H:%M", "%d.%m.%Y", "%d-%m-%Y %H:%M", "%d-%m-%Y")
"""What exports in German and Dutch write, besides ISO 8601."""

LANGUAGES = {"de", "nl", "en"}


class BadFile(InvalidInput):
    """The file as a whole cannot be read."""


@dataclass(frozen=True, slots=True)
class Reject:
    """A row that was refused: where it is, which field, and why."""

    line: int
    field: str
    reason: str


@dataclass(frozen=True, slots=True)
class Audiences:
    """The audiences that rows may name, and those of rows that name none."""

    by_name: Mapping[str, int]
    default: int
    internal: int


def read(
    path: Path,
    source: str,
    audiences: Audiences,
    *,
    mapping: mappings.Mapping | None = None,
    progress: Callable[[int], None] = lambda _: None,
) -> Iterator[TicketRecord | Reject]:
    """Each row as a ticket, or why it was refused; the file is never held as a whole.

    Args:
        path: a `.csv` file, or JSON Lines under any other name.
        source: the name of the ticket system that the file comes from.
        audiences: who may read what.
        mapping: for foreign column names and values.
        progress: is told how many more bytes have been read.

    Raises:
        BadFile: the file is empty, is not text in its encoding, or lacks a header.
    """
    mapping = mapping or mappings.Mapping()
    rows = _csv_rows if path.suffix.lower() == ".csv" else _json_rows
    for line, row in rows(path, mapping, progress):
        if isinstance(row, Reject):
            yield row
        else:
            yield _record(line, row, source, audiences, mapping)


def _text(value: Any) -> Any:  # Any: a foreign value, checked here
    """Numbers become text; text that a database cannot hold is refused."""
    if isinstance(value, bool | float | int):
        return str(value)
    if isinstance(value, str):
        if "\x00" in value:
            raise ValueError("holds a NUL character")
        value.encode()  # a lone surrogate is no character
    return value


def _time(value: Any) -> Any:  # Any: a foreign value, checked here
    """ISO 8601, Unix seconds or a local form; without a zone it is UTC."""
    if isinstance(value, int | float) and not isinstance(value, bool):
        return datetime.fromtimestamp(value, UTC)
    if not isinstance(value, str):
        return value
    text = value.strip()
    if len(text) > 6 and text[-6] == " " and text[-5] in "+-":  # noqa: PLR2004  "… +0000"
        text = text[:-6] + text[-5:]
    for parse in (datetime.fromisoformat, *(_by(form) for form in TIME_FORMATS)):
        try:
            parsed = parse(text)
        except ValueError:
            continue
        return parsed if parsed.tzinfo else parsed.replace(tzinfo=UTC)
    raise ValueError("is no date; write 2026-01-31T09:30:00+01:00")


def _by(form: str) -> Callable[[str], datetime]:
    return lambda text: datetime.strptime(text, form)


def _language(value: Any) -> Any:  # Any: a foreign value, checked here
    """de-AT is de; a language that we do not know is left to be detected."""
    if isinstance(value, str):
        short = value.strip().lower()[:2]
        return short if short in LANGUAGES else None
    return value


Line = Annotated[str, BeforeValidator(_text), Field(min_length=1, max_length=TITLE_LIMIT)]
Short = Annotated[str, BeforeValidator(_text), Field(max_length=200)]
Long = Annotated[str, BeforeValidator(_text), Field(max_length=TEXT_LIMIT)]
Time = Annotated[datetime, BeforeValidator(_time)]


class MessageRow(BaseModel):
    """A message of a row; whoever does not say that it is for all means internal."""

    model_config = ConfigDict(extra="ignore")

    text: Long
    at: Time | None = None
    author: Short | None = None
    role: AuthorRole = AuthorRole.UNKNOWN
    internal: bool = True
    accepted: bool = False


class TicketRow(BaseModel):
    """The columns of a ticket."""

    model_config = ConfigDict(extra="ignore")

    id: Annotated[str, BeforeValidator(_text), Field(min_length=1, max_length=200)]
    title: Line
    description: Long = ""
    opened_at: Time
    updated_at: Time | None = None
    closed_at: Time | None = None
    state: TicketState = TicketState.OPEN
    level: int = Field(default=1, ge=1, le=3)
    version: Annotated[str, BeforeValidator(_text), Field(max_length=100)] | None = None
    link: Annotated[str, Field(max_length=2_000, pattern="^https?://")] | None = None
    environment: Long = ""
    queue: Short | None = None
    organisation: Short | None = None
    category: Short | None = None
    item: Short | None = None
    language: Annotated[str | None, BeforeValidator(_language)] = None
    resolution: Long | None = None
    close_code: Annotated[str, BeforeValidator(_text), Field(max_length=100)] | None = None
    audience: Short | None = None
    messages: list[MessageRow] = Field(default_factory=list, max_length=MESSAGE_LIMIT)


COLUMNS = list(TicketRow.model_fields)
MESSAGE_COLUMNS = list(MessageRow.model_fields)


def _record(
    line: int,
    row: dict[str, Any],
    source: str,
    audiences: Audiences,
    mapping: mappings.Mapping,
) -> TicketRecord | Reject:
    ours = mapping.ours(row, COLUMNS)
    if isinstance(ours.get("messages"), list):
        ours["messages"] = [
            mapping.our_message(item, MESSAGE_COLUMNS) if isinstance(item, dict) else item
            for item in ours["messages"]
        ]
    try:
        checked = TicketRow.model_validate(ours)
    except ValidationError as error:
        return _reject(line, error)
    audience_id = audiences.default
    if checked.audience is not None:
        if checked.audience not in audiences.by_name:
            return Reject(line, "audience", f"no audience {checked.audience!r}; `kb audience add`")
        audience_id = audiences.by_name[checked.audience]
    return _as_record(checked, source, audience_id, audiences.internal)


def _as_record(
    row: TicketRow, source: str, audience_id: int, internal_audience_id: int
) -> TicketRecord:
    same = row.model_dump(exclude={"id", "version", "audience", "messages", "updated_at"})
    return TicketRecord(
        source=source,
        external_id=row.id,
        source_version=row.version,
        audience_id=audience_id,
        internal_audience_id=internal_audience_id,
        updated_at=row.updated_at or row.closed_at or row.opened_at,
        messages=tuple(
            MessageRecord(
                text=message.text,
                at=message.at or row.opened_at,
                role=message.role,
                author=message.author,
                internal=message.internal,
                accepted=message.accepted,
            )
            for message in row.messages
        ),
        **same,
    )


def _reject(line: int, error: ValidationError) -> Reject:
    first = error.errors(include_url=False, include_input=False)[0]
    reason = "is missing" if first["type"] == "missing" else first["msg"]
    return Reject(line, ".".join(map(str, first["loc"])), reason.removeprefix("Value error, "))


def _json_rows(
    path: Path, _mapping: mappings.Mapping, progress: Callable[[int], None]
) -> Iterator[tuple[int, dict[str, Any] | Reject]]:
    with path.open("rb") as file:
        for line, raw in enumerate(file, start=1):
            progress(len(raw))
            if raw.strip():
                yield line, _json_row(line, raw)


def _json_row(line: int, raw: bytes) -> dict[str, Any] | Reject:
    try:
        row = json.loads(raw.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        return Reject(line, "", f"not UTF-8 at byte {error.start}")
    except (ValueError, RecursionError) as error:
        return Reject(line, "", f"not JSON: {error}")
    if not isinstance(row, dict):
        return Reject(line, "", "not a JSON object")
    return row


def _csv_rows(
    path: Path, mapping: mappings.Mapping, progress: Callable[[int], None]
) -> Iterator[tuple[int, dict[str, Any] | Reject]]:
    csv.field_size_limit(TEXT_LIMIT * 2)
    lines = _decoded(path, mapping.csv.encoding, progress)
    reader = csv.DictReader(lines, delimiter=mapping.csv.delimiter, strict=True)
    try:
        if reader.fieldnames is None:
            raise BadFile(f"{path} is empty")
        title = mapping.columns.get("title", "title")
        if title not in reader.fieldnames:
            raise BadFile(
                f"{path} has no column {title!r}; it has: {', '.join(reader.fieldnames)}."
                " A mapping file says which column is which, and the delimiter"
            )
        for row in reader:
            if None in row or None in row.values():
                yield reader.line_num, Reject(reader.line_num, "", "more or fewer cells than names")
            else:
                yield reader.line_num, dict(row)
    except csv.Error as error:
        raise BadFile(f"{path}, line {reader.line_num}: {error}") from error


def _decoded(path: Path, encoding: str, progress: Callable[[int], None]) -> Iterator[str]:
    with path.open("rb") as file:
        for line, raw in enumerate(file, start=1):
            progress(len(raw))
            try:
                yield raw.decode(encoding if line == 1 else encoding.removesuffix("-sig"))
            except (UnicodeDecodeError, LookupError) as error:
                raise BadFile(
                    f"{path}, line {line}: not {encoding}; a mapping file can name another"
                    " encoding, such as csv: {encoding: cp1252}"
                ) from error
