"""`kb import`: what comes in, what is refused and where that is told."""

import json
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from api import importing
from kb import people, tickets
from kb.db import Database
from kb.models import Document, DocumentKind, Ticket
from kb.sources.files import Reject
from kb.tickets import Recorded
from tests.api.cli.conftest import Kb
from tests.factories import MONDAY, ticket_record

ROW = {"id": "1", "title": "VPN drops", "opened_at": "2026-01-05T09:00:00Z"}
ARTICLE = "---\nid: {0}\ntitle: {0}\nlanguage: en\n---\n\nRestart it.\n"


def write(path: Path, *rows: dict[str, Any]) -> Path:
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return path


def listed(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def titles(database: Database) -> list[str]:
    with database.read() as session:
        return list(session.scalars(select(Ticket.title).order_by(Ticket.external_id)))


class TestTickets:
    def test_a_second_time_changes_nothing_and_a_third_what_changed(
        self, kb: Kb, database: Database, tmp_path: Path
    ) -> None:
        path = write(tmp_path / "t.jsonl", ROW, ROW | {"id": "2"})

        first = kb("import", "tickets", path, "--source", "s")
        second = kb("import", "tickets", path, "--source", "s")
        write(path, ROW, ROW | {"id": "2", "title": "VPN is slow"})
        third = kb("import", "tickets", path, "--source", "s")

        assert [run.exit_code for run in (first, second, third)] == [0, 0, 0]
        assert first.stdout == "2 new, 0 changed, 0 unchanged, 0 refused\n"
        assert second.stdout == "0 new, 0 changed, 2 unchanged, 0 refused\n"
        assert third.stdout == "0 new, 1 changed, 1 unchanged, 0 refused\n"
        assert titles(database) == ["VPN drops", "VPN is slow"]
        with database.read() as session:
            revisions = select(Document.revision).order_by(Document.origin_id)
            assert list(session.scalars(revisions)) == [1, 2]

    def test_bad_rows_are_listed_with_file_line_field_and_reason(
        self, kb: Kb, database: Database, tmp_path: Path
    ) -> None:
        path = write(tmp_path / "t.jsonl", ROW, ROW | {"id": "2", "level": 7}, ROW | {"id": "3"})

        result = kb("import", "tickets", path, "--source", "s")

        assert result.exit_code == 1
        assert result.stdout == "2 new, 0 changed, 0 unchanged, 1 refused\n"
        assert f"{path}, line 2: level " in result.stderr
        (reject,) = listed(tmp_path / "t.jsonl.rejects.jsonl")
        assert reject.pop("reason")
        assert reject == {"file": str(path), "line": 2, "field": "level", "id": "2"}
        assert len(titles(database)) == 2

    def test_a_list_of_earlier_refusals_does_not_stay(self, kb: Kb, tmp_path: Path) -> None:
        path = write(tmp_path / "t.jsonl", {"id": "1"})
        kb("import", "tickets", path, "--source", "s")
        write(path, ROW)

        kb("import", "tickets", path, "--source", "s")

        assert [file.name for file in tmp_path.glob("t.jsonl*")] == ["t.jsonl"]

    def test_refusals_of_a_read_only_folder_are_listed_with_our_data(
        self, kb: Kb, data_dir: Path, tmp_path: Path
    ) -> None:
        path = write(tmp_path / "t.jsonl", {"id": "1"})
        (tmp_path / "t.jsonl.rejects.jsonl.partial").mkdir()  # root may write everywhere
        data_dir.mkdir()

        result = kb("import", "tickets", path, "--source", "s")

        assert result.exit_code == 1
        assert len(listed(data_dir / "t.jsonl.rejects.jsonl")) == 1

    def test_a_place_for_refusals_that_cannot_be_written(self, kb: Kb, tmp_path: Path) -> None:
        path = write(tmp_path / "t.jsonl", {"id": "1"})

        result = kb("import", "tickets", path, "--source", "s", "--rejects", tmp_path / "no" / "r")

        assert result.exit_code == 1
        assert "cannot be written; choose with --rejects" in result.stderr

    def test_the_file_itself_is_no_place_for_refusals(self, kb: Kb, tmp_path: Path) -> None:
        path = write(tmp_path / "t.jsonl", ROW)

        result = kb("import", "tickets", path, "--source", "s", "--rejects", path)

        assert result.exit_code == 2
        assert listed(path) == [ROW]

    def test_an_audience_of_a_row_and_of_the_others(
        self, kb: Kb, database: Database, tmp_path: Path
    ) -> None:
        kb("audience", "add", "network")
        kb("audience", "add", "print")
        path = write(tmp_path / "t.jsonl", ROW | {"audience": "network"}, ROW | {"id": "2"})

        kb("import", "tickets", path, "--source", "s", "--audience", "print")

        with database.read() as session:
            ids = people.audiences_by_name(session)
            found = list(session.scalars(select(Ticket.audience_id).order_by(Ticket.external_id)))
        assert found == [ids["network"], ids["print"]]

    @pytest.mark.parametrize(
        ("arguments", "code", "reason"),
        [
            (["--audience", "nobody"], 1, "no audience 'nobody'; `kb audience add` makes one"),
            (["--source", " "], 2, "1 to 100 characters"),
            (["--source", "s" * 101], 2, "1 to 100 characters"),
            (["--mapping", "README.md"], 1, "README.md"),
            (["--mapping", "missing.yaml"], 2, "does not exist"),
        ],
    )
    def test_what_is_wrong_is_said_in_a_line(
        self, kb: Kb, tmp_path: Path, arguments: list[str], code: int, reason: str
    ) -> None:
        path = write(tmp_path / "t.jsonl", ROW)

        result = kb("import", "tickets", path, "--source", "s", *arguments)

        assert (result.exit_code, result.stdout) == (code, "")
        assert reason in result.stderr

    def test_a_file_that_cannot_be_read_changes_nothing(
        self, kb: Kb, database: Database, tmp_path: Path
    ) -> None:
        path = tmp_path / "t.csv"
        path.write_text("Nummer;Titel\n", encoding="utf-8")

        result = kb("import", "tickets", path, "--source", "s")

        assert (result.exit_code, titles(database)) == (1, [])
        assert "no column 'id', 'title', 'opened_at'" in result.stderr

    def test_progress_goes_to_stderr_alone(self, kb: Kb, tmp_path: Path) -> None:
        result = kb("import", "tickets", write(tmp_path / "t.jsonl", ROW), "--source", "s")

        assert "Importing" in result.stderr
        assert "Importing" not in result.stdout

    def test_more_rows_than_a_batch(
        self, kb: Kb, database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(importing, "BATCH", 3)
        rows = [ROW | {"id": str(number)} for number in range(7)] + [ROW | {"id": "0"}]

        result = kb("import", "tickets", write(tmp_path / "t.jsonl", *rows), "--source", "s")

        assert result.stdout == "7 new, 0 changed, 0 unchanged, 1 refused\n"
        assert len(titles(database)) == 7


class TestTwoAtOnce:
    def test_what_another_import_is_storing_is_not_stored_twice(self, database: Database) -> None:
        with database.write() as session:
            record = ticket_record(session)

        with ThreadPoolExecutor() as pool:
            with database.write() as session:
                tickets.record(session, record)
                session.flush()  # the other import must meet it before it is committed
                other = pool.submit(
                    importing.import_tickets, database, [record, record], refuse=fail, at=MONDAY
                )
                if not database.is_sqlite:
                    wait_until_somebody_waits(session)
            done = other.result()

        assert done == Recorded(0, 0, 1)
        assert titles(database) == ["VPN drops every hour"]


def wait_until_somebody_waits(session: Session) -> None:
    waiting = text("SELECT count(*) FROM pg_locks WHERE NOT granted")
    while not session.scalar(waiting):
        time.sleep(0.01)


def fail(reject: Reject) -> None:
    raise AssertionError(reject)


class TestArticles:
    def test_a_second_time_changes_nothing(
        self, kb: Kb, database: Database, tmp_path: Path
    ) -> None:
        folder = tmp_path / "articles"
        folder.mkdir()
        (folder / "a.md").write_text(ARTICLE.format("A"), encoding="utf-8")
        (folder / "b.md").write_text("---\ntitle: [\n---\n", encoding="utf-8")

        first = kb("import", "articles", folder)
        second = kb("import", "articles", folder)

        assert (first.exit_code, second.exit_code) == (1, 1)
        assert first.stdout == "1 new, 0 changed, 0 unchanged, 1 refused\n"
        assert second.stdout == "0 new, 0 changed, 1 unchanged, 1 refused\n"
        (reject,) = listed(tmp_path / "articles.rejects.jsonl")
        assert reject["file"] == str(folder / "b.md")
        with database.read() as session:
            kinds = session.scalars(select(Document.kind)).all()
        assert kinds == [DocumentKind.ARTICLE]

    def test_a_vanished_file_is_told_and_pruned_if_asked(
        self, kb: Kb, database: Database, tmp_path: Path
    ) -> None:
        folder = tmp_path / "articles"
        folder.mkdir()
        for name in ("A", "B"):
            (folder / f"{name}.md").write_text(ARTICLE.format(name), encoding="utf-8")
        kb("import", "articles", folder)
        (folder / "B.md").unlink()

        told = kb("import", "articles", folder)
        before = findable(database)
        pruned = kb("import", "articles", folder, "--prune")

        assert "its file B.md is gone, kept; --prune archives it" in told.stdout
        assert "its file B.md is gone, archived" in pruned.stdout
        assert (told.exit_code, pruned.exit_code) == (0, 0)
        assert (before, findable(database)) == (2, 1)

    def test_an_unknown_audience(self, kb: Kb, tmp_path: Path) -> None:
        result = kb("import", "articles", tmp_path, "--audience", "nobody")

        assert result.exit_code == 1
        assert "no audience 'nobody'" in result.stderr


def findable(database: Database) -> int:
    with database.read() as session:
        return session.scalar(select(func.count()).where(~Document.withdrawn)) or 0
