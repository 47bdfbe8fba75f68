"""The rows of JSON Lines and CSV files as they stand there, one at a time."""

import codecs
import csv
import dataclasses
import json
import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, BinaryIO

from kb.errors import InvalidInput
from kb.sources.mapping import CsvFormat

LINE_LIMIT = 20_000_000
"""Bytes of one line, and characters of one CSV cell: a row is held in memory as a whole."""

CHUNK = 1 << 20
"""Bytes read at once of a line whose end is not in sight."""

UTF16_MARKS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)

Row = dict[str, Any]
"""Foreign values by foreign names; Any: checked by whoever makes a ticket of it."""

Rows = Iterator[tuple[int, "Row | Reject"]]
"""Rows, or why one was refused, each with its line from 1."""


class BadFile(InvalidInput):
    """The file as a whole cannot be read."""


class EmptyFile(BadFile):
    """The file holds nothing, or no row after the names of its columns."""


class NoTextFile(BadFile):
    """The file is a workbook, an archive, or something else that is no text."""


class BrokenCsv(BadFile):
    """The file is CSV that no reader understands."""


class ColumnMissing(BadFile):
    """The file has no column that was chosen, or that a ticket needs."""


class ColumnTwice(BadFile):
    """Two columns of the file have one name."""


class JsonArray(BadFile):
    """The file is one JSON array, not an object on each line."""


class WrongEncoding(BadFile):
    """The text of the file is encoded otherwise than was said."""


@dataclasses.dataclass(frozen=True, slots=True)
class Reject:
    """A row that was refused: where it is, which field, why, and which ticket if it said so."""

    line: int
    field: str
    reason: str
    id: str | None = None
    kind: str = ""
    """The sort of reason, and what is `named` in it: a page says it in the reader's language."""
    named: Mapping[str, str | int] = dataclasses.field(default_factory=dict)


def json_rows(path: Path, *, progress: Callable[[int], None]) -> Rows:
    """Each line of a JSON Lines file that is not blank.

    A byte that is not UTF-8 becomes a lone surrogate, for whoever reads that field to refuse.

    Raises:
        BadFile: it is UTF-16, or one JSON array.
    """
    with path.open("rb") as file:
        if _is_utf16(file):
            raise WrongEncoding(f"{path} is UTF-16; convert it: iconv -f utf-16 -t utf-8")
        line = 0
        while raw := file.readline(LINE_LIMIT + 1):
            line += 1
            progress(len(raw))
            if line == 1 and re.match(rb"(\xef\xbb\xbf)?\s*\[\s*(\{|$)", raw):
                raise JsonArray(
                    f"{path} is a JSON array, not JSON Lines; one object a line: jq -c '.[]'"
                )
            if len(raw) > LINE_LIMIT:
                _skip_rest(file, raw, progress)
                reason = f"has more than {LINE_LIMIT:,} bytes"
                yield line, Reject(line, "", reason, kind="row_too_long")
            elif raw.strip():
                yield line, _json_row(line, raw)


def _json_row(line: int, raw: bytes) -> Row | Reject:
    text = raw.decode("utf-8-sig" if line == 1 else "utf-8", errors="surrogateescape")
    try:
        row = json.loads(text)
    except (ValueError, RecursionError) as error:
        return Reject(line, "", f"not JSON: {error}", kind="no_json")
    if not isinstance(row, dict):
        return Reject(line, "", "not a JSON object", kind="no_object")
    return row


def _skip_rest(file: BinaryIO, raw: bytes, progress: Callable[[int], None]) -> None:
    while raw and not raw.endswith(b"\n"):
        raw = file.readline(CHUNK)
        progress(len(raw))


def csv_rows(
    path: Path, form: CsvFormat, *, needed: Collection[str], progress: Callable[[int], None]
) -> Rows:
    """Each row of a CSV file after its header; a row of several lines counts by its first.

    A byte that is not in the encoding becomes a lone surrogate, as in `json_rows`.

    Args:
        path: the file.
        form: how it is written.
        needed: the columns that its header must have.
        progress: is told how many more bytes have been read.

    Raises:
        BadFile: it is empty, lacks a needed column, names one twice, or is in another encoding.
    """
    csv.field_size_limit(LINE_LIMIT)
    lines = _decoded(path, form.encoding, progress)
    reader = csv.reader(lines, delimiter=form.delimiter, strict=True)
    names = _header(path, reader, needed)
    while True:
        line = reader.line_num + 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            yield line, Reject(line, "", f"not CSV: {error}", kind="no_csv")
            continue
        if len(cells) == len(names):
            yield line, dict(zip(names, cells, strict=True))
        elif cells:
            yield line, _other_cells(line, cells, names, form)


def _other_cells(line: int, cells: Sequence[str], names: Sequence[str], form: CsvFormat) -> Reject:
    reason = (
        f"has {len(cells)} cells, the header {len(names)}; a cell that holds"
        f" {form.delimiter!r} or a line break must stand in quotes"
    )
    named = {"cells": len(cells), "names": len(names)}
    return Reject(
        line, "", reason, kind="other_cells", named={**named, "delimiter": form.delimiter}
    )


def _header(path: Path, rows: Iterator[list[str]], needed: Collection[str]) -> list[str]:
    try:
        names = next(rows)
    except StopIteration:
        raise EmptyFile(f"{path} is empty; its first line must name the columns") from None
    except csv.Error as error:
        raise BrokenCsv(f"{path}, line 1: {error}") from error
    there = ", ".join(names).encode("utf-8", errors="backslashreplace").decode()
    if missing := [name for name in needed if name not in names]:
        raise ColumnMissing(
            f"{path} has no column {', '.join(map(repr, missing))}; it has: {there}."
            " A mapping file says which column is which, the delimiter and the encoding"
        )
    if len(set(names)) < len(names):
        raise ColumnTwice(f"{path} names a column twice: {there}")
    return names


def _decoded(path: Path, encoding: str, progress: Callable[[int], None]) -> Iterator[str]:
    """Lines of text with their ends; an overlong one in pieces."""
    with path.open("rb") as file:
        if _is_utf16(file) and "16" not in encoding:
            raise WrongEncoding(
                f"{path} is UTF-16; say so in a mapping file: csv: {{encoding: utf-16}}"
            )
        decoder = codecs.getincrementaldecoder(encoding)(errors="surrogateescape")
        begun = ""
        while raw := file.readline(CHUNK):
            progress(len(raw))
            try:
                *lines, begun = (begun + decoder.decode(raw)).split("\n")
            except UnicodeDecodeError as error:
                raise WrongEncoding(f"{path} is not {encoding}") from error
            yield from (line + "\n" for line in lines)
            if len(begun) > LINE_LIMIT:
                yield begun
                begun = ""
        if begun:
            yield begun


def _is_utf16(file: BinaryIO) -> bool:
    found = file.read(2) in UTF16_MARKS
    file.seek(0)
    return found
