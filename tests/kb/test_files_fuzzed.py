"""Whatever a file holds: rows or reasons come out, and what comes out can be stored."""

import json
from collections.abc import Iterable
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from kb import people, tickets
from kb.db import Database
from kb.sources import files
from kb.sources.files import Audiences, BadFile, Reject
from kb.sources.rows import COLUMNS, MESSAGE_COLUMNS
from kb.tickets import TicketRecord

FEW = settings(max_examples=150, deadline=timedelta(seconds=5))
AUDIENCES = Audiences({"internal": 1}, default=1, internal=1)

text = st.text(st.characters(codec=None), max_size=20)
number = st.integers() | st.floats() | st.integers(10**11, 10**20)
when = st.sampled_from(
    ["2026-01-05", "0001-01-01T00:00+23:59", "9999-12-31T23:59-23:59", "20260105T0900", "1.1.26"]
)
word = st.sampled_from(["open", "closed", "internal", "agent", "no", "1", "", "https://x.example"])
plain = st.none() | st.booleans() | number | text | when | word
message = st.dictionaries(st.sampled_from(MESSAGE_COLUMNS), plain)
value = plain | st.lists(message | plain, max_size=3) | st.dictionaries(text, plain, max_size=2)
good = st.fixed_dictionaries(
    {"id": st.sampled_from(["1", "2"]), "title": text, "opened_at": when | number}
)
row = st.builds(dict.__or__, good, st.dictionaries(st.sampled_from(COLUMNS), value, max_size=4))


def read(content: bytes, name: str) -> list[TicketRecord | Reject]:
    with TemporaryDirectory() as folder:
        path = Path(folder) / name
        path.write_bytes(content)
        try:
            return list(files.read(path, "fuzz", AUDIENCES))
        except BadFile:
            return []


def lines(rows: Iterable[dict[str, Any]]) -> bytes:
    return "\n".join(json.dumps(row) for row in rows).encode()


@FEW
@given(st.binary(max_size=300), st.sampled_from(["t.jsonl", "t.csv"]))
@example(b'id,title,opened_at\n"', "t.csv")
@example(b"\xef\xbb\xbf", "t.csv")
@example(b"\xff\xfe", "t.jsonl")
def test_any_bytes(content: bytes, name: str) -> None:
    assert all(isinstance(found, Reject) for found in read(content, name))


@FEW
@given(st.lists(st.lists(text | when | word, min_size=2, max_size=4), max_size=4))
def test_any_cells(cells: list[list[str]]) -> None:
    rows = "\n".join(",".join(line) for line in [["id", "title", "opened_at"], *cells])

    for found in read(rows.encode(errors="surrogatepass"), "t.csv"):
        assert isinstance(found, Reject | TicketRecord)


@FEW
@given(st.lists(row, max_size=4))
def test_any_values_come_out_as_rows_or_reasons(rows: list[dict[str, Any]]) -> None:
    found = read(lines(rows), "t.jsonl")

    assert len(found) == len(rows)
    ids = [record.external_id for record in found if isinstance(record, TicketRecord)]
    assert len(ids) == len(set(ids))


@pytest.fixture
def fuzzing(database: Database) -> Iterable[Session]:
    """A transaction that every example shares; none of them is committed."""
    with database.write() as session:
        people.put_audience(session, people.INTERNAL)
        yield session
        session.rollback()


@settings(FEW, suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
@given(rows=st.lists(row, max_size=4))
def test_what_comes_out_can_be_stored_and_is_then_known(
    fuzzing: Session, rows: list[dict[str, Any]]
) -> None:
    found = [item for item in read(lines(rows), "t.jsonl") if isinstance(item, TicketRecord)]

    tickets.record_all(fuzzing, found)
    again = tickets.record_all(fuzzing, found)[1]

    assert (again.new, again.changed) == (0, 0)
