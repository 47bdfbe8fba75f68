"""Reading exports: good rows become tickets, bad ones say where and why."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from kb.models import AuthorRole, TicketState
from kb.sources import files
from kb.sources.files import Audiences, BadFile, Reject
from kb.sources.mapping import BadMapping, Mapping
from kb.sources.mapping import read as read_mapping
from kb.tickets import TicketRecord

AUDIENCES = Audiences({"internal": 1, "network": 2}, default=1, internal=1)
ROW = {"id": "1", "title": "VPN drops", "opened_at": "2026-01-05T09:00:00Z"}


def read(path: Path, mapping: Mapping | None = None) -> list[TicketRecord | Reject]:
    return list(files.read(path, "test", AUDIENCES, mapping=mapping))


def jsonl(folder: Path, *rows: Any) -> Path:
    path = folder / "tickets.jsonl"
    lines = (row if isinstance(row, str) else json.dumps(row) for row in rows)
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


def only(rows: list[TicketRecord | Reject]) -> TicketRecord:
    (row,) = rows
    assert isinstance(row, TicketRecord), row
    return row


class TestJsonLines:
    def test_the_least_row(self, tmp_path: Path) -> None:
        ticket = only(read(jsonl(tmp_path, ROW)))

        assert (ticket.source, ticket.external_id, ticket.title) == ("test", "1", "VPN drops")
        assert (ticket.state, ticket.level, ticket.audience_id) == (TicketState.OPEN, 1, 1)
        assert ticket.updated_at == ticket.opened_at == datetime(2026, 1, 5, 9, tzinfo=UTC)

    def test_an_unknown_internal_flag_means_internal(self, tmp_path: Path) -> None:
        row = ROW | {"messages": [{"text": "a"}, {"text": "b", "internal": False}]}

        ticket = only(read(jsonl(tmp_path, row)))

        assert [m.internal for m in ticket.messages] == [True, False]
        assert ticket.messages[0].role is AuthorRole.UNKNOWN

    @pytest.mark.parametrize(
        ("change", "field", "reason"),
        [
            ({"title": ""}, "title", "is missing"),
            ({"title": None}, "title", "is missing"),
            ({"title": "x" * 1_001}, "title", "at most 1000"),
            ({"title": "a\x00b"}, "title", "NUL"),
            ({"title": "\ud800"}, "title", "surrogates"),
            ({"level": 4}, "level", "less than or equal to 3"),
            ({"state": "weird"}, "state", "'open', 'pending', 'resolved' or 'closed'"),
            ({"opened_at": "yesterday"}, "opened_at", "is no date"),
            ({"audience": "nobody"}, "audience", "no audience 'nobody'"),
            ({"link": "javascript:alert(1)"}, "link", "pattern"),
            ({"messages": [{"text": 1, "role": "boss"}]}, "messages.0.role", "'requester'"),
            ({"messages": "none"}, "messages", "valid list"),
        ],
    )
    def test_a_bad_row_is_refused_and_the_others_stay(
        self, tmp_path: Path, change: dict[str, Any], field: str, reason: str
    ) -> None:
        first, reject, last = read(jsonl(tmp_path, ROW, ROW | change, ROW | {"id": "3"}))

        assert isinstance(first, TicketRecord)
        assert isinstance(last, TicketRecord)
        assert isinstance(reject, Reject)
        assert (reject.line, reject.field) == (2, field)
        assert reason in reject.reason

    @pytest.mark.parametrize(("line", "reason"), [("{", "not JSON"), ("[1]", "not a JSON object")])
    def test_a_line_that_is_no_row(self, tmp_path: Path, line: str, reason: str) -> None:
        (reject,) = read(jsonl(tmp_path, line))

        assert isinstance(reject, Reject)
        assert reason in reject.reason

    def test_a_line_in_another_encoding(self, tmp_path: Path) -> None:
        path = tmp_path / "tickets.jsonl"
        path.write_bytes('{"title": "Störung"}'.encode("latin-1"))

        assert read(path) == [Reject(1, "", "not UTF-8 at byte 13")]

    def test_an_empty_file_has_no_rows(self, tmp_path: Path) -> None:
        assert read(jsonl(tmp_path)) == []

    @pytest.mark.parametrize(
        "written",
        ["2026-01-05 10:00:00 +0100", "2026-01-05T09:00:00", "05.01.2026 09:00", 1767603600],
    )
    def test_dates_in_many_forms(self, tmp_path: Path, written: str | int) -> None:
        ticket = only(read(jsonl(tmp_path, ROW | {"opened_at": written})))

        assert ticket.opened_at == datetime(2026, 1, 5, 9, tzinfo=UTC)

    def test_a_language_we_do_not_know_is_left_to_be_detected(self, tmp_path: Path) -> None:
        assert only(read(jsonl(tmp_path, ROW | {"language": "de-AT"}))).language == "de"
        assert only(read(jsonl(tmp_path, ROW | {"language": "fr"}))).language is None


class TestCsv:
    def test_foreign_names_and_values(self, tmp_path: Path) -> None:
        path = tmp_path / "export.csv"
        path.write_text(
            '﻿Nr;Titel;Status;Am\r\n7;"Drucker\r\ndruckt nicht";Zu;5.1.2026 10:00\r\n',
            encoding="utf-8",
        )
        mapping = Mapping.model_validate(
            {
                "csv": {"delimiter": ";"},
                "columns": {"id": "Nr", "title": "Titel", "state": "Status", "opened_at": "Am"},
                "values": {"state": {"Zu": "closed"}},
                "defaults": {"level": 2},
            }
        )

        ticket = only(read(path, mapping))

        assert (ticket.external_id, ticket.level, ticket.state) == ("7", 2, TicketState.CLOSED)
        assert ticket.title == "Drucker\r\ndruckt nicht"

    def test_too_few_cells_are_refused_with_the_line(self, tmp_path: Path) -> None:
        path = tmp_path / "export.csv"
        path.write_text("id,title,opened_at\n1,VPN\n2,Disk full,2026-01-05\n", encoding="utf-8")

        reject, good = read(path)

        assert reject == Reject(2, "", "more or fewer cells than names")
        assert isinstance(good, TicketRecord)

    @pytest.mark.parametrize(
        ("content", "reason"),
        [
            (b"", "is empty"),
            (b"Nr;Titel\n1;x\n", "no column 'title'; it has: Nr;Titel"),
            (b"id,title,opened_at\n1,St\xf6rung,2026-01-05\n", "line 2: not utf-8-sig"),
            (b'id,title,opened_at\n1,"VPN\n', "unexpected end of data"),
        ],
    )
    def test_a_file_that_cannot_be_read(self, tmp_path: Path, content: bytes, reason: str) -> None:
        path = tmp_path / "export.csv"
        path.write_bytes(content)

        with pytest.raises(BadFile, match=reason):
            read(path)


class TestMapping:
    def test_dots_lead_into_objects(self, tmp_path: Path) -> None:
        mapping = Mapping(columns={"opened_at": "facts.created", "title": "facts.head.text"})
        row = {"id": 1, "facts": {"created": "2026-01-05", "head": {"text": "VPN"}}}

        assert only(read(jsonl(tmp_path, row), mapping)).title == "VPN"

    @pytest.mark.parametrize("text", ["colums: {}", "columns: [a]", "{", "csv: {delimiter: ab}"])
    def test_a_wrong_file_is_named(self, tmp_path: Path, text: str) -> None:
        path = tmp_path / "mapping.yaml"
        path.write_text(text, encoding="utf-8")

        with pytest.raises(BadMapping, match=r"mapping.yaml"):
            read_mapping(path)
