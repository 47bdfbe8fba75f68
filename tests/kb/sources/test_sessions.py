"""Reports of remote sessions: read from exports, attached once, for our own people alone."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlalchemy import select
from sqlalchemy.orm import Session

from api.cli import main
from indexer.search import search
from kb import tickets
from kb.db import Database
from kb.models import Message
from kb.sources import sessions
from kb.sources.sessions import Attached, Refused, Report, SessionFileBroken
from tests.factories import MONDAY, make_reader, make_ticket, ticket_record
from tests.fakes import index_all, make_finder

CSV = """\
Session ID;User;Computer;Start time;End time;Ticket;Notes
a1;kim;PC-31;2026-01-05 09:00:00;2026-01-05 09:20:00;#1;Replaced the swordfish driver.
a2;kim;PC-32;2026-01-05 10:00:00;;77;Nobody answered.
a3;kim;PC-33;yesterday;;1;
"""
TEAMS = {"records": [{
    "id": "b1", "username": "kim", "devicename": "PC-31", "start_date": "2026-01-05T09:00:00Z",
    "end_date": "2026-01-05T09:20:00Z", "notes": "Replaced the driver.", "servicecase": 1,
}]}  # fmt: skip
NESTED = {"list": [{
    "sid": 5, "from": {"cid": 100, "alias": "kim@ad"}, "to": {"cid": 200}, "case": "1",
    "start-time": 1767603600, "end-time": 1767604800, "comment": "Replaced the driver.",
}]}  # fmt: skip


@pytest.fixture
def file(tmp_path: Path) -> Path:
    made = tmp_path / "sessions.csv"
    made.write_text(CSV, encoding="utf-8-sig")
    return made


def one(path: Path, given: object, *, ticket: str | None = None) -> Report:
    path.write_text(json.dumps(given))
    (report,) = sessions.read(path, ticket=ticket)
    assert isinstance(report, Report)
    return report


def test_reads_the_lists_and_names_of_several_tools(file: Path) -> None:
    assert one(file, TEAMS, ticket="ServiceCase").text == (
        "Remote session b1, 2026-01-05 09:00–09:20 UTC, 20 min, kim → PC-31\n\nReplaced the driver."
    )
    nested = one(file, NESTED)
    assert (nested.ticket, nested.agent, nested.computer) == ("1", "kim@ad", "200")
    assert nested.text.startswith("Remote session 5, 2026-01-05 09:00–09:20 UTC, 20 min")


@pytest.mark.parametrize("text", ["", "[1, 2]", "{", '{"other": []}', "a,b\n1,2\n"])
def test_refuses_what_holds_no_sessions(file: Path, text: str) -> None:
    file.write_text(text)
    with pytest.raises(SessionFileBroken):
        sessions.read(file)


def test_attaches_once_and_says_what_it_refuses(session: Session, file: Path) -> None:
    make_ticket(session)
    reports = sessions.read(file)
    refused = (
        Refused(2, "test has no ticket 77"),
        Refused(3, "a time is neither ISO 8601 nor seconds since 1970"),
    )

    assert sessions.attach(session, "test", reports, at=MONDAY) == Attached(1, 0, refused)
    assert sessions.attach(session, "test", reports, at=MONDAY) == Attached(0, 1, refused)


def test_stays_when_the_source_tells_the_ticket_anew(session: Session, file: Path) -> None:
    make_ticket(session)
    sessions.attach(session, "test", sessions.read(file), at=MONDAY)

    tickets.record(session, ticket_record(session, title="New title"))
    session.flush()

    (message,) = session.scalars(select(Message))
    assert "swordfish" in message.text


def test_our_own_people_find_it_and_nobody_else(
    database: Database, file: Path, tmp_path: Path
) -> None:
    with database.write() as session:
        make_ticket(session, audience="partner")
        sessions.attach(session, "test", sessions.read(file), at=MONDAY)
        ours = make_reader(session, "internal", "partner")
        theirs = make_reader(session, "partner", email="engineer@partner.example")
    finder = make_finder(database, tmp_path / "index")
    index_all(finder)

    with database.read() as session:
        found = search(session, finder, ours, "swordfish driver", limit=5)
        hidden = search(session, finder, theirs, "swordfish driver", limit=5)
        assert any("swordfish" in hit.snippet for hit in found.hits)
        assert not any("swordfish" in hit.snippet for hit in hidden.hits)


def test_the_command_tells_what_it_did(
    file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KB_DATA_DIR", str(tmp_path / "data"))

    done = CliRunner().invoke(main, ["import", "sessions", str(file), "--source", "rt"])

    assert done.exit_code == 1
    assert "0 sessions attached, 0 known, 3 refused" in done.output
    assert "session 2: rt has no ticket 77" in done.output
