"""Alembic's entry: which database, which tables."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Literal

from alembic import context
from sqlalchemy import Connection

import api.tables  # noqa: F401  (imports every module that defines a table)
from kb.db import Base, Database, UtcTime

TURN = 7_105_402_651
"""Number of the lock that who migrates PostgreSQL holds; any number nobody else uses."""


def _rendered(kind: str, item: Any, _context: object) -> str | Literal[False]:  # Any: alembic's
    """Migrations name no class of ours: it may be gone when they run."""
    if kind == "type" and isinstance(item, UtcTime):
        return "sa.DateTime(timezone=True)"
    return False


@contextmanager
def _without_cascades(connection: Connection) -> Iterator[None]:
    """SQLite alters a table by copying and dropping it: that must not delete what refers to it."""
    raw: Any = connection.connection.dbapi_connection  # Any: a raw DBAPI connection
    raw.execute("PRAGMA foreign_keys = OFF")  # has no effect inside a transaction, so before it
    try:
        yield
    finally:
        raw.execute("PRAGMA foreign_keys = ON")


@contextmanager
def _connected(database: Database) -> Iterator[Connection]:
    with database.engine.connect() as connection:
        if database.is_sqlite:
            with _without_cascades(connection), connection.begin():
                yield connection
        else:
            with connection.begin():
                # Processes that start together take turns; on SQLite every writer does so.
                connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({TURN})")
                yield connection


def run() -> None:
    """Migrate the database that `api.schema` put into the configuration."""
    database: Database = context.config.attributes["database"]
    with _connected(database) as connection:
        context.configure(
            connection=connection,
            target_metadata=Base.metadata,
            render_as_batch=database.is_sqlite,
            compare_type=True,
            render_item=_rendered,
        )
        with context.begin_transaction():
            context.run_migrations()


run()
