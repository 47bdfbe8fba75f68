"""Opening the database: made on first use, and told in a line what is wrong with it."""

import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import text

from api import schema
from kb.db import Database
from tests import databases
from tests.api.cli.conftest import Kb, run, url_of

ROOT = Path(__file__).parents[3]


class TestFirstUse:
    def test_makes_the_folder_and_the_tables(self, tmp_path: Path) -> None:
        folder = tmp_path / "new" / "data"

        result = run("audience", "list", KB_DATA_DIR=str(folder))

        assert (result.exit_code, result.output) == (0, "")
        assert (folder / "kb.sqlite3").exists()

    def test_by_several_processes_at_once_on_sqlite(self, tmp_path: Path) -> None:
        assert first_uses(tmp_path, {"KB_DATA_DIR": str(tmp_path / "data")}) == [0] * 3

    def test_by_several_processes_at_once_on_postgresql(
        self, postgres_url: str, tmp_path: Path
    ) -> None:
        with databases.migrated_postgres(postgres_url, "kb_first_use") as made:
            schema.downgrade(made, "base")

            assert first_uses(tmp_path, {"KB_DATABASE_URL": url_of(made)}) == [0] * 3


def first_uses(folder: Path, environment: dict[str, str]) -> list[int]:
    """The exit statuses of three processes that open the same new database."""
    command = [sys.executable, "-m", "api.cli", "audience", "add", "network"]
    settings = {"KB_DATA_DIR": str(folder), "PYTHONPATH": str(ROOT)} | environment
    running = [
        subprocess.Popen(command, env=settings, stdout=subprocess.DEVNULL)  # noqa: S603  our own
        for _ in range(3)
    ]
    return [process.wait() for process in running]


class TestCannotBeOpened:
    def test_a_file_that_is_no_database(self, tmp_path: Path) -> None:
        (tmp_path / "kb.sqlite3").write_text("no database at all " * 100, encoding="utf-8")

        told(f"({tmp_path}): file is not a database", KB_DATA_DIR=str(tmp_path))

    def test_a_folder_that_is_a_file(self, tmp_path: Path) -> None:
        (tmp_path / "data").touch()

        told("cannot be opened", KB_DATA_DIR=str(tmp_path / "data"))

    @pytest.mark.parametrize(
        "url",
        [
            "nonsense",
            "oracle9://x",
            "mysql://u:hunter2@127.0.0.1/x",
            "postgresql+psycopg://u:hunter2@127.0.0.1:1/x",
            "sqlite:////no/such/folder/kb.sqlite3",
        ],
    )
    def test_a_wrong_address_and_its_password_is_not_shown(self, url: str, tmp_path: Path) -> None:
        told("(KB_DATABASE_URL)", KB_DATABASE_URL=url, KB_DATA_DIR=str(tmp_path))

    def test_of_a_newer_release(self, tmp_path: Path, sqlite_template: Path) -> None:
        with databases.sqlite_copy(sqlite_template, tmp_path) as made, made.write() as session:
            session.execute(text("UPDATE alembic_version SET version_num = '9999'"))

        told("likely a newer release", KB_DATA_DIR=str(tmp_path))


def told(reason: str, **environment: str) -> None:
    result = run("audience", "list", **environment)
    assert (result.exit_code, result.stdout) == (1, "")
    assert reason in result.stderr
    assert "hunter2" not in result.stderr
    assert "Traceback" not in result.stderr


class TestDb:
    def test_upgrade_tells_where_it_stands(self, kb: Kb, database: Database) -> None:
        result = kb("db", "upgrade")

        assert result.stdout == f"the database is at {schema.revision(database)}\n"

    def test_check_of_a_whole_one(self, kb: Kb) -> None:
        result = kb("db", "check")

        assert (result.exit_code, result.stdout) == (0, "the database is whole\n")

    def test_check_names_a_table_that_differs(self, tmp_path: Path, sqlite_template: Path) -> None:
        with databases.sqlite_copy(sqlite_template, tmp_path) as made, made.write() as session:
            session.execute(text("ALTER TABLE audiences ADD COLUMN colour TEXT"))

        result = run("db", "check", KB_DATA_DIR=str(tmp_path))

        assert result.exit_code == 1
        assert "colour" in result.stderr

    def test_check_names_a_row_that_points_nowhere(
        self, tmp_path: Path, sqlite_template: Path
    ) -> None:
        shutil.copy(sqlite_template, tmp_path / "kb.sqlite3")
        with closing(sqlite3.connect(tmp_path / "kb.sqlite3")) as connection, connection:
            connection.execute("INSERT INTO grants (audience_id, team_id) VALUES (7, 8)")

        result = run("db", "check", KB_DATA_DIR=str(tmp_path))

        assert result.exit_code == 1
        assert "a row of grants points to a missing row of audiences" in result.stderr
