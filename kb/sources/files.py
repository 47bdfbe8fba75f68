"""Tickets from JSON Lines and CSV files; docs/howto/import.md describes the columns."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from pydantic import ValidationError

from kb.sources import mapping as mappings
from kb.sources.raw import BadFile, Reject, Row, Rows, csv_rows, json_rows
from kb.sources.rows import COLUMNS, MESSAGE_COLUMNS, NEEDED, MessageRow, TicketRow
from kb.tickets import MessageRecord, TicketRecord

__all__ = ["Audiences", "BadFile", "Reject", "read"]


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

    Of several good rows with one id the last counts and the others are refused: whoever imports
    the file again then finds everything as it is.  The file is read once before for this.

    Args:
        path: a `.csv` file, or JSON Lines under any other name.
        source: the name of the ticket system that the file comes from.
        audiences: who may read what.
        mapping: for foreign column names and values.
        progress: is told how many more bytes have been read.

    Raises:
        BadFile: the file is no regular file, or as a whole not what it should be.
    """
    reading = _Reading(path, source, audiences, mapping or mappings.Mapping())
    counting = reading.counting()
    for line, row in reading.rows(progress):
        record = reading.record(line, row)
        if isinstance(record, TicketRecord):
            counts = counting.get(record.external_id, line)
            if counts != line:
                reason = f"line {counts} has the same id and counts instead"
                record = Reject(
                    line,
                    "id",
                    reason,
                    record.external_id,
                    kind="same_id",
                    named={"other": counts},
                )
        yield record


@dataclass(frozen=True, slots=True)
class _Reading:
    path: Path
    source: str
    audiences: Audiences
    mapping: mappings.Mapping

    def rows(self, progress: Callable[[int], None] = lambda _: None) -> Rows:
        if not self.path.is_file():
            raise BadFile(f"{self.path} is no regular file")
        if self.path.suffix.lower() != ".csv":
            return json_rows(self.path, progress=progress)
        names, defaults = self.mapping.columns, self.mapping.defaults
        needed = [name for name in COLUMNS if name in names]
        needed += [name for name in NEEDED if name not in names and name not in defaults]
        theirs = [names.get(name, name) for name in needed]
        return csv_rows(self.path, self.mapping.csv, needed=theirs, progress=progress)

    def counting(self) -> dict[str, int]:
        """The line that counts, for each id that several rows have."""
        seen: set[str] = set()
        repeated: set[str] = set()
        for _, row in self.rows():
            if name := self._id(row):
                (repeated if name in seen else seen).add(name)
        if not repeated:
            return {}
        return {
            record.external_id: line
            for line, row in self.rows()
            if self._id(row) in repeated
            and isinstance(record := self.record(line, row), TicketRecord)
        }

    def _id(self, row: Row | Reject) -> str:
        if isinstance(row, Reject):
            return ""
        return str(self.mapping.ours(row, ["id"]).get("id", "")).strip()

    def record(self, line: int, row: Row | Reject) -> TicketRecord | Reject:
        """The ticket that the row describes, or why there is none."""
        if isinstance(row, Reject):
            return row
        try:
            checked = TicketRow.model_validate(
                _ours(row, self.mapping), context=self.mapping.context()
            )
        except ValidationError as error:
            return _reject(line, error, self._id(row) or None)
        audience_id = self.audiences.default
        if checked.audience is not None:
            if checked.audience not in self.audiences.by_name:
                reason = f"no audience {checked.audience!r}; `kb audience add` makes one"
                named = {"name": checked.audience}
                return Reject(line, "audience", reason, checked.id, kind="no_audience", named=named)
            audience_id = self.audiences.by_name[checked.audience]
        return _as_record(checked, self.source, audience_id, self.audiences.internal)


def record_of(row: Row, mapping: mappings.Mapping) -> TicketRecord:
    """The ticket that a foreign row describes, still without a source and without audiences.

    Raises:
        ValidationError: it does not fit the columns of a ticket.
    """
    checked = TicketRow.model_validate(_ours(row, mapping), context=mapping.context())
    return _as_record(checked, "", 0, 0)


def _ours(row: Row, mapping: mappings.Mapping) -> Row:
    ours = mapping.ours(row, COLUMNS)
    if isinstance(ours.get("messages"), list):
        ours["messages"] = [
            mapping.our_message(item, MESSAGE_COLUMNS) if isinstance(item, dict) else item
            for item in ours["messages"]
        ]
    return ours


def _as_record(
    row: TicketRow, source: str, audience_id: int, internal_audience_id: int
) -> TicketRecord:
    same = row.model_dump(
        exclude={"id", "version", "audience", "messages", "updated_at", "description", "resolution"}
    )
    description, messages = _described(row)
    return TicketRecord(
        source=source,
        external_id=row.id,
        source_version=row.version,
        audience_id=audience_id,
        internal_audience_id=internal_audience_id,
        updated_at=row.updated_at or row.closed_at or row.opened_at,
        description=description,
        resolution=row.resolution or _accepted(messages),
        messages=tuple(
            MessageRecord(
                text=message.text,
                at=message.at or row.opened_at,
                role=message.role,
                author=message.author,
                internal=message.internal,
                accepted=message.accepted,
            )
            for message in messages
        ),
        **same,
    )


def _described(row: TicketRow) -> tuple[str, list[MessageRow]]:
    """The description and the messages; in a forum the first message is the description."""
    if row.description or not row.messages or row.messages[0].internal:
        return row.description, row.messages
    return row.messages[0].text, row.messages[1:]


def _accepted(messages: list[MessageRow]) -> str | None:
    """The last message that was accepted as the answer, unless it is internal."""
    texts = [message.text for message in messages if message.accepted and not message.internal]
    return texts[-1] if texts else None


def _reject(line: int, error: ValidationError, name: str | None) -> Reject:
    first = error.errors(include_url=False, include_input=False)[0]
    reason = "is missing" if first["type"] == "missing" else first["msg"]
    place = ".".join(map(str, first["loc"]))
    named = {
        name: value for name, value in first.get("ctx", {}).items() if isinstance(value, str | int)
    }
    return Reject(line, place, reason, name, kind=first["type"], named=named)
