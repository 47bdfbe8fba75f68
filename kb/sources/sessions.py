"""Reports of remote-support sessions, attached to the tickets that they belong to."""

import csv
import io
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from kb import tickets
from kb.errors import InvalidInput
from kb.models import AuthorRole, Ticket
from kb.tickets import MessageRecord

NAMES: Mapping[str, tuple[str, ...]] = {
    "id": ("id", "sid", "session id", "connection id"),
    "start": ("start date", "start time", "start", "started", "begin"),
    "end": ("end date", "end time", "end", "ended"),
    "agent": ("username", "from.alias", "from.cid", "user", "supporter", "from"),
    "computer": ("devicename", "to.alias", "to.cid", "device", "computer", "to"),
    "note": ("notes", "note", "comment", "comments", "remarks"),
    "ticket": ("ticket", "ticket number", "ticket id", "case", "case number"),
}
"""Names of columns, as tools call them; `_` and `-` count as spaces, and case does not matter."""

LISTS = ("records", "connections", "sessions", "list", "items")
"""Members of a JSON object in which tools put their sessions."""

LONGEST_NOTE = 20_000
"""Characters."""


class SessionFileBroken(InvalidInput):
    """The file holds no sessions that can be read."""


@dataclass(frozen=True, slots=True)
class Report:
    """A session; `row` counts from 1."""

    row: int
    id: str
    ticket: str
    start: datetime
    end: datetime | None
    agent: str
    computer: str
    note: str

    @property
    def text(self) -> str:
        """What is found and read: when, who, where, and what was noted."""
        when = f"{self.start:%Y-%m-%d %H:%M}"
        if self.end is not None:
            minutes = round((self.end - self.start).total_seconds() / 60)
            when = f"{when}–{self.end:%H:%M} UTC, {minutes} min"
        who = " → ".join(filter(None, (self.agent, self.computer)))
        head = ", ".join(filter(None, (f"Remote session {self.id}", when, who)))
        return f"{head}\n\n{self.note}".strip()


@dataclass(frozen=True, slots=True)
class Refused:
    """A session that was not attached, and why."""

    row: int
    reason: str


@dataclass(frozen=True, slots=True)
class Attached:
    """What became of the sessions of a file."""

    new: int
    known: int
    refused: tuple[Refused, ...]


def read(path: Path, *, ticket: str | None = None) -> list[Report | Refused]:
    """The sessions of a CSV or JSON file, in its order.

    Args:
        path: an export; CSV with a line of names, separated by commas, semicolons or tabs, or
            JSON: a list, or an object that holds one.
        ticket: name of the column with the ticket's number; None: one of `NAMES`.

    Raises:
        SessionFileBroken: it is neither, or has no column for the ticket.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise SessionFileBroken(f"{path} cannot be read as UTF-8") from error
    rows = list(_json(path, text) if text.lstrip()[:1] in {"[", "{"} else _csv(text))
    names = NAMES if ticket is None else {**NAMES, "ticket": (_plain(ticket),)}
    if not any(name in row for row in rows for name in names["ticket"]):
        raise SessionFileBroken(
            f"{path} has no column {' or '.join(names['ticket'])}; name it with --ticket"
        )
    return [_report(number, row, names) for number, row in enumerate(rows, start=1)]


def attach(
    session: Session, source: str, reports: Sequence[Report | Refused], *, at: datetime
) -> Attached:
    """Add the sessions to the tickets of `source`, as internal messages; again changes nothing."""
    refused = [one for one in reports if isinstance(one, Refused)]
    new = known = 0
    for report in reports:
        if isinstance(report, Refused):
            continue
        ticket = session.scalar(
            select(Ticket)
            .where(
                Ticket.source == source,
                Ticket.external_id == report.ticket,
                Ticket.withdrawn_at.is_(None),
            )
            .options(selectinload(Ticket.messages))
        )
        if ticket is None:
            refused.append(Refused(report.row, f"{source} has no ticket {report.ticket}"))
            continue
        said = MessageRecord(
            text=report.text,
            at=report.start,
            role=AuthorRole.AGENT,
            author=f"remote session {report.id}",
            internal=True,
        )
        added = tickets.add_message(session, ticket, said, at=at)
        new, known = new + added, known + (not added)
    return Attached(new, known, tuple(sorted(refused, key=lambda one: one.row)))


def _json(path: Path, text: str) -> Iterator[dict[str, str]]:
    try:
        given = json.loads(text)
    except ValueError as error:
        raise SessionFileBroken(f"{path} is no JSON") from error
    if isinstance(given, dict):
        given = next((given[name] for name in LISTS if isinstance(given.get(name), list)), None)
    if not isinstance(given, list) or not all(isinstance(row, dict) for row in given):
        raise SessionFileBroken(f"{path} holds no list of sessions")
    return (_flat(row) for row in given)


def _flat(row: Mapping[str, object]) -> dict[str, str]:
    flat: dict[str, str] = {}
    for name, value in row.items():
        inner = value.items() if isinstance(value, dict) else ()
        flat |= {f"{_plain(name)}.{_plain(part)}": _text(below) for part, below in inner}
        if not isinstance(value, dict | list):
            flat[_plain(name)] = _text(value)
    return flat


def _csv(text: str) -> Iterator[dict[str, str]]:
    first = text.partition("\n")[0]
    delimiter = max(",;\t", key=first.count)
    try:
        for row in csv.DictReader(io.StringIO(text), delimiter=delimiter):
            yield {_plain(name): _text(value) for name, value in row.items() if name}
    except csv.Error as error:
        raise SessionFileBroken(f"the CSV cannot be read: {error}") from error


def _plain(name: str) -> str:
    return " ".join(name.replace("_", " ").replace("-", " ").lower().split())


def _text(value: object) -> str:
    return "" if value is None else str(value).replace("\x00", "").strip()


def _report(
    number: int, row: Mapping[str, str], names: Mapping[str, tuple[str, ...]]
) -> Report | Refused:
    said = {
        field: next((row[name] for name in known if row.get(name)), "")
        for field, known in names.items()
    }
    for field in ("id", "start", "ticket"):
        if not said[field]:
            return Refused(number, f"no {field}")
    try:
        start = _time(said["start"])
        end = _time(said["end"]) if said["end"] else None
    except ValueError:
        return Refused(number, "a time is neither ISO 8601 nor seconds since 1970")
    return Report(
        row=number,
        id=said["id"][:100],
        ticket=said["ticket"].removeprefix("#")[:200],
        start=start,
        end=end,
        agent=said["agent"],
        computer=said["computer"],
        note=said["note"][:LONGEST_NOTE],
    )


def _time(text: str) -> datetime:
    try:
        when = datetime.fromtimestamp(float(text), UTC)
    except (ValueError, OverflowError, OSError):
        when = datetime.fromisoformat(text)
    return when.replace(tzinfo=UTC) if when.tzinfo is None else when.astimezone(UTC)
