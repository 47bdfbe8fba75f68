"""Reading exports: good rows become tickets, bad ones say where and why."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from kb.models import AuthorRole, TicketState
from kb.sources import files, raw
from kb.sources.files import Audiences, BadFile, Reject
from kb.sources.mapping import BadMapping, Mapping
from kb.sources.mapping import read as read_mapping
from kb.tickets import TicketRecord

AUDIENCES = Audiences({"internal": 1, "network": 2}, default=1, internal=1)
EXAMPLES = Path(__file__).parents[2] / "examples"
ROW = {"id": "1", "title": "VPN drops", "opened_at": "2026-01-05T09:00:00Z"}


BAD_ROWS: list[tuple[dict[str, Any], str, str]] = [
    ({"title": ""}, "title", "is missing"),
    ({"title": None}, "title", "is missing"),
    ({"title": "x" * 1_001}, "title", "at most 1000"),
    ({"title": "a\x00b"}, "title", "NUL"),
    ({"title": "\ud800"}, "title", "half a character"),
    ({"level": 4}, "level", "less than or equal to 3"),
    ({"state": "weird"}, "state", "'open', 'pending', 'resolved' or 'closed'"),
    ({"opened_at": "yesterday"}, "opened_at", "is no date"),
    ({"audience": "nobody"}, "audience", "no audience 'nobody'"),
    ({"link": "javascript:alert(1)"}, "link", "pattern"),
    ({"messages": [{"text": 1, "role": "boss"}]}, "messages.0.role", "'requester'"),
    ({"messages": "none"}, "messages", "not JSON"),
    ({"messages": {"text": "a"}}, "messages", "valid list"),
    ({"messages": ["a"]}, "messages.0", "dictionary"),
    ({"messages": [{"text": "x" * 1_000_001}]}, "messages.0.text", "at most 1000000"),
    ({"messages": [{"text": "a"}] * 5_001}, "messages", "at most 5000"),
    ({"title": " \t"}, "title", "at least 1"),
    ({"title": ["VPN"]}, "title", "valid string"),
    ({"id": "x" * 201}, "id", "at most 200"),
    ({"link": "https://x.example/\x00"}, "link", "NUL"),
    ({"opened_at": 1e300}, "opened_at", "beyond all calendars"),
    ({"opened_at": float("nan")}, "opened_at", "beyond all calendars"),
    ({"opened_at": "0001-01-01T00:00:00+14:00"}, "opened_at", "beyond all calendars"),
    ({"opened_at": "9" * 400}, "opened_at", "is no date"),
    ({"closed_at": True}, "closed_at", "valid datetime"),
]
"""What is wrong with a row; the field and a part of the reason that is given."""


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

    @pytest.mark.parametrize(("change", "field", "reason"), BAD_ROWS)
    def test_a_bad_row_is_refused_and_the_others_stay(
        self, tmp_path: Path, change: dict[str, Any], field: str, reason: str
    ) -> None:
        first, reject, last = read(jsonl(tmp_path, ROW, ROW | change, ROW | {"id": "3"}))

        assert isinstance(first, TicketRecord)
        assert isinstance(last, TicketRecord)
        assert isinstance(reject, Reject)
        assert (reject.line, reject.field) == (2, field)
        assert reason in reject.reason

    @pytest.mark.parametrize(
        ("line", "reason"),
        [
            ("{", "not JSON"),
            ("[1]", "not a JSON object"),
            ("[" * 100_000, "not JSON"),
            ('{"id": ' + "9" * 5_000 + "}", "not JSON"),
        ],
    )
    def test_a_line_that_is_no_row(self, tmp_path: Path, line: str, reason: str) -> None:
        (reject,) = read(jsonl(tmp_path, line))

        assert isinstance(reject, Reject)
        assert reason in reject.reason

    def test_a_line_in_another_encoding(self, tmp_path: Path) -> None:
        path = tmp_path / "tickets.jsonl"
        row = json.dumps(ROW | {"title": "Störung"}, ensure_ascii=False)
        path.write_bytes(row.encode("latin-1"))

        (reject,) = read(path)

        assert isinstance(reject, Reject)
        assert (reject.line, reject.field, reject.id) == (1, "title", "1")
        assert "holds the byte 0xf6" in reject.reason

    @pytest.mark.parametrize("start", ["[{", '[\n{"id": 1}\n]', "\ufeff [ {"])
    def test_a_json_array_is_no_json_lines(self, tmp_path: Path, start: str) -> None:
        with pytest.raises(BadFile, match=r"one object a line: jq"):
            read(jsonl(tmp_path, start))

    def test_utf_16_is_recognised(self, tmp_path: Path) -> None:
        path = tmp_path / "tickets.jsonl"
        path.write_text(json.dumps(ROW), encoding="utf-16")

        with pytest.raises(BadFile, match="is UTF-16; convert it"):
            read(path)

    def test_byte_order_mark_carriage_returns_and_blank_lines_do_not_matter(
        self, tmp_path: Path
    ) -> None:
        path = tmp_path / "tickets.jsonl"
        path.write_bytes(b"\xef\xbb\xbf" + json.dumps(ROW).encode() + b"\r\n\r\n  \n")

        assert only(read(path)).external_id == "1"

    def test_an_overlong_line_is_refused_and_the_next_one_read(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(raw, "LINE_LIMIT", 1_000)
        monkeypatch.setattr(raw, "CHUNK", 300)
        path = jsonl(tmp_path, ROW | {"description": "x" * 5_000}, ROW)

        reject, good = read(path)

        assert reject == Reject(1, "", "has more than 1,000 bytes", kind="row_too_long")
        assert isinstance(good, TicketRecord)

    def test_progress_tells_every_byte_once(self, tmp_path: Path) -> None:
        path = jsonl(tmp_path, ROW, "{", ROW | {"id": 2})
        told: list[int] = []

        list(files.read(path, "test", AUDIENCES, progress=told.append))

        assert sum(told) == path.stat().st_size

    @pytest.mark.parametrize(
        ("flag", "internal"),
        [(True, True), ("maybe", True), ("", True), (None, True), ("nein", False), (0, False)],
    )
    def test_only_a_clear_no_makes_a_message_public(
        self, tmp_path: Path, flag: object, internal: bool
    ) -> None:
        row = ROW | {"description": "x", "messages": [{"text": "a", "internal": flag}]}

        assert only(read(jsonl(tmp_path, row))).messages[0].internal is internal

    def test_an_empty_file_has_no_rows(self, tmp_path: Path) -> None:
        assert read(jsonl(tmp_path)) == []

    @pytest.mark.parametrize(
        "written",
        [
            "2026-01-05 10:00:00 +0100",
            "2026-01-05T09:00:00",
            "05.01.2026 09:00",
            1767603600,
            "1767603600",
            1767603600000,
        ],
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

        assert isinstance(reject, Reject)
        assert (reject.line, reject.field, reject.kind) == (2, "", "other_cells")
        assert reject.reason == (
            "has 2 cells, the header 3; a cell that holds ',' or a line break must stand in quotes"
        )
        assert isinstance(good, TicketRecord)

    @pytest.mark.parametrize(
        ("content", "reason"),
        [
            (b"", "is empty"),
            (b"Nr;Titel\n1;x\n", "no column 'id', 'title', 'opened_at'; it has: Nr;Titel"),
            (b"id,title,title,opened_at\n", "names a column twice"),
            (b"id,St\xf6rung\n", r"it has: id, St\\udcf6rung"),
            ("id,title,opened_at\n".encode("utf-16"), r"csv: {encoding: utf-16}"),
            (b'id,"title', "line 1: unexpected end of data"),
        ],
    )
    def test_a_file_that_cannot_be_read(self, tmp_path: Path, content: bytes, reason: str) -> None:
        path = tmp_path / "export.csv"
        path.write_bytes(content)

        with pytest.raises(BadFile, match=reason):
            read(path)

    @pytest.mark.parametrize(
        ("row", "line", "field", "reason"),
        [
            (b'2,"VPN" drops,2026-01-05', 2, "", "not CSV"),
            (b"2,St\xf6rung,2026-01-05", 2, "title", "encoding: cp1252"),
            (b"2,VPN\x00,2026-01-05", 2, "title", "NUL"),
            (b'2,"a\nb",2026-01-05,x', 2, "", "has 4 cells"),
        ],
    )
    def test_a_bad_row_is_refused_and_the_next_one_read(
        self, tmp_path: Path, row: bytes, line: int, field: str, reason: str
    ) -> None:
        path = tmp_path / "export.csv"
        path.write_bytes(b"id,title,opened_at\n" + row + b"\n\n3,Disk full,2026-01-05\n")

        reject, good = read(path)

        assert isinstance(reject, Reject)
        assert (reject.line, reject.field) == (line, field)
        assert reason in reject.reason
        assert isinstance(good, TicketRecord)

    def test_a_quotation_that_never_ends_is_refused(self, tmp_path: Path) -> None:
        path = tmp_path / "export.csv"
        path.write_text('id,title,opened_at\n1,VPN,2026-01-05\n2,"a\n3,b,c\n', encoding="utf-8")

        good, reject = read(path)

        assert isinstance(good, TicketRecord)
        assert reject == Reject(3, "", "not CSV: unexpected end of data", kind="no_csv")

    @pytest.mark.parametrize("encoding", ["cp1252", "utf-16", "utf-8", "utf-8-sig"])
    def test_a_named_encoding(self, tmp_path: Path, encoding: str) -> None:
        path = tmp_path / "export.csv"
        path.write_text("id,title,opened_at\n1,Störung,2026-01-05\n", encoding=encoding)
        mapping = Mapping.model_validate({"csv": {"encoding": encoding}})

        assert only(read(path, mapping)).title == "Störung"

    def test_a_mapped_column_must_be_there(self, tmp_path: Path) -> None:
        path = tmp_path / "export.csv"
        path.write_text("id,title,opened_at\n1,VPN,2026-01-05\n", encoding="utf-8")

        with pytest.raises(BadFile, match="no column 'Gruppe'"):
            read(path, Mapping(columns={"queue": "Gruppe"}))

    def test_messages_are_json_in_a_cell(self, tmp_path: Path) -> None:
        path = tmp_path / "export.csv"
        path.write_text(
            'id,title,opened_at,messages\n1,VPN,2026-01-05,"[{""text"": ""Looked at it""}]"\n',
            encoding="utf-8",
        )

        assert only(read(path)).messages[0].text == "Looked at it"

    def test_a_line_without_end_is_not_collected(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(raw, "LINE_LIMIT", 1_000)
        monkeypatch.setattr(raw, "CHUNK", 300)
        path = tmp_path / "export.csv"
        path.write_text("id,title,opened_at\n" + "x" * 5_000, encoding="utf-8")

        assert all(isinstance(row, Reject) for row in read(path))


class TestRepeatedIds:
    def test_the_last_one_counts_and_the_others_are_reported(self, tmp_path: Path) -> None:
        path = jsonl(tmp_path, ROW, ROW | {"id": 2}, ROW | {"id": 1, "title": "Newer"})

        overruled, other, counting = read(path)

        reason = "line 3 has the same id and counts instead"
        named = {"other": 3}
        assert overruled == Reject(1, "id", reason, "1", kind="same_id", named=named)
        assert isinstance(other, TicketRecord)
        assert isinstance(counting, TicketRecord)
        assert counting.title == "Newer"

    def test_a_bad_row_overrules_none(self, tmp_path: Path) -> None:
        path = jsonl(tmp_path, ROW, ROW | {"level": 9})

        good, bad = read(path)

        assert isinstance(good, TicketRecord)
        assert isinstance(bad, Reject)
        assert (bad.field, bad.id) == ("level", "1")


class TestForum:
    MESSAGES = (
        {"text": "It drops.", "role": "requester", "internal": False},
        {"text": "Raise the lifetime.", "role": "agent", "internal": False, "accepted": True},
    )

    def test_the_first_message_describes_and_the_accepted_one_resolves(
        self, tmp_path: Path
    ) -> None:
        ticket = only(read(jsonl(tmp_path, ROW | {"messages": self.MESSAGES})))

        assert (ticket.description, ticket.resolution) == ("It drops.", "Raise the lifetime.")
        assert [message.text for message in ticket.messages] == ["Raise the lifetime."]

    def test_what_is_internal_stays_a_message(self, tmp_path: Path) -> None:
        hidden = [message | {"internal": True} for message in self.MESSAGES]

        ticket = only(read(jsonl(tmp_path, ROW | {"messages": hidden})))

        assert (ticket.description, ticket.resolution) == ("", None)
        assert len(ticket.messages) == 2

    def test_what_the_row_says_itself_goes_first(self, tmp_path: Path) -> None:
        row = ROW | {"description": "a", "resolution": "b", "messages": self.MESSAGES}

        ticket = only(read(jsonl(tmp_path, row)))

        assert (ticket.description, ticket.resolution, len(ticket.messages)) == ("a", "b", 2)


class TestMapping:
    def test_dots_lead_into_objects(self, tmp_path: Path) -> None:
        mapping = Mapping(columns={"opened_at": "facts.created", "title": "facts.head.text"})
        row = {"id": 1, "facts": {"created": "2026-01-05", "head": {"text": "VPN"}}}

        assert only(read(jsonl(tmp_path, row), mapping)).title == "VPN"

    @pytest.mark.parametrize("time", ["2026-07-01 09:30", "01.07.2026 09:30"])
    def test_times_without_a_zone_are_of_that_of_the_file(self, tmp_path: Path, time: str) -> None:
        row = jsonl(tmp_path, ROW | {"opened_at": time, "messages": [{"text": "VPN", "at": time}]})
        found = only(read(row, Mapping(time_zone="Europe/Amsterdam")))

        assert found.opened_at == found.messages[0].at == datetime(2026, 7, 1, 7, 30, tzinfo=UTC)

    def test_numbers_may_be_keys(self, tmp_path: Path) -> None:
        path = tmp_path / "mapping.yaml"
        path.write_text("values: {state: {4: closed}}", encoding="utf-8")
        row = jsonl(tmp_path, ROW | {"state": 4})

        assert only(read(row, read_mapping(path))).state is TicketState.CLOSED

    @pytest.mark.parametrize(
        ("text", "reason"),
        [
            ("colums: {}", "colums: Extra inputs"),
            ("columns: [a]", "columns: Input should be a valid dict"),
            ("{", "mapping.yaml"),
            ("[]", "mapping.yaml"),
            ("csv: {delimiter: ab}", "csv.delimiter"),
            ("csv: {encoding: klingon}", "no text encoding 'klingon'"),
            ("csv: {encoding: base64}", "no text encoding 'base64'"),
            ("time_zone: Mars/Olympus", "no time zone 'Mars/Olympus'"),
            ("columns: {titel: Titel}", "columns: no column titel; there are id, title"),
            ("message_columns: {body: text}", "no column body; there are text"),
            ("values: {state: {no: open}}", "write it in quotes"),
        ],
    )
    def test_a_wrong_file_is_named(self, tmp_path: Path, text: str, reason: str) -> None:
        path = tmp_path / "mapping.yaml"
        path.write_text(text, encoding="utf-8")

        with pytest.raises(BadMapping, match=reason):
            read_mapping(path)

    @pytest.mark.parametrize(
        "path", sorted(EXAMPLES.rglob("mapping*/*.yaml")), ids=lambda p: p.name
    )
    def test_those_of_the_examples_are_right(self, path: Path) -> None:
        assert read_mapping(path).columns
