"""The database: the table base class, and how to open a transaction."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    DateTime,
    Dialect,
    Engine,
    MetaData,
    Text,
    create_engine,
    event,
    make_url,
)
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import DeclarativeBase, Session, sessionmaker
from sqlalchemy.types import TypeDecorator

NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s",
    "pk": "pk_%(table_name)s",
}

AT_END = "at the end"
"""Key in `Session.info`: by name, what is done last in a transaction, just before its commit."""

BUSY_SECONDS = 30
"""How long a SQLite writer waits for another one; bulk imports hold the lock under a second."""


class UtcTime(TypeDecorator[datetime]):
    """A time zone-aware datetime, also on SQLite, which would drop the zone."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        """Refuse a datetime without a zone, store the rest as UTC."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"datetime without time zone: {value!r}")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        """Give back UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Base(DeclarativeBase):
    """Base of all tables; the naming convention makes migrations reversible on both databases."""

    metadata = MetaData(naming_convention=NAMES)
    type_annotation_map = {datetime: UtcTime, str: Text}  # noqa: RUF012


class Database:
    """An open database; every door begins its transactions here.

    SQLite allows one writer.  A transaction that reads first and writes later can fail half-way
    there, so writers say so at the beginning and wait for their turn, and readers never wait.
    """

    def __init__(self, url: str) -> None:
        """Connect lazily to `url`, a SQLAlchemy database URL; the folder of SQLite must exist."""
        self.engine = _open_engine(url)
        self._writing = sessionmaker(self.engine, expire_on_commit=False)
        self._reading = sessionmaker(
            self.engine.execution_options(kb_reads_only=True), expire_on_commit=False
        )

    @property
    def is_sqlite(self) -> bool:
        """Whether this is SQLite, not PostgreSQL."""
        return self.engine.dialect.name == "sqlite"

    @contextmanager
    def write(self) -> Iterator[Session]:
        """A transaction that may write: committed at the end, rolled back by an exception."""
        with self._writing.begin() as session:
            yield session
            if session.in_transaction():  # else the block has rolled it back
                for act in session.info.pop(AT_END, {}).values():
                    act(session)

    @contextmanager
    def read(self) -> Iterator[Session]:
        """A transaction that only reads; what it changed by mistake is rolled back."""
        with self._reading() as session:
            yield session

    def compact(self) -> None:
        """Rewrite the files of the database, so that they hold nothing that was deleted.

        Takes the time of copying everything, and locks: PostgreSQL table by table, SQLite all.
        """
        pooled = self.engine.raw_connection()
        raw = pooled.driver_connection
        if raw is None:
            raise RuntimeError("a fresh connection has its driver")
        if self.is_sqlite:
            raw.execute("VACUUM")
            raw.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        else:
            raw.autocommit = True
            raw.execute("VACUUM FULL")
        pooled.invalidate()  # the next one shall have none of these settings

    def close(self) -> None:
        """Give back all connections."""
        self.engine.dispose()


def added(session: Session, row: Base) -> bool:
    """Insert `row` unless another transaction has, which is waited for; whether it was inserted.

    Two processes that both find a row absent and add it would else fail on PostgreSQL.
    """
    try:
        with session.begin_nested():
            session.add(row)  # the end of the block writes it
    except IntegrityError:
        return False
    return True


def _open_engine(url: str) -> Engine:
    if make_url(url).get_backend_name() != "sqlite":
        return create_engine(url, pool_pre_ping=True)
    engine = create_engine(url, connect_args={"timeout": BUSY_SECONDS})
    event.listen(engine, "connect", _set_up_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _set_up_sqlite(connection: Any, _record: object) -> None:  # Any: a raw DBAPI connection
    connection.isolation_level = None  # the driver would begin transactions by its own rules
    cursor = connection.cursor()
    cursor.execute("PRAGMA journal_mode = WAL")
    # A commit must survive a power cut: FULL syncs the log at each commit.
    cursor.execute("PRAGMA synchronous = FULL")
    cursor.execute("PRAGMA foreign_keys = ON")
    cursor.close()


def _begin_sqlite(connection: Any) -> None:  # Any: the event passes an untyped connection
    only_reads = connection.get_execution_options().get("kb_reads_only", False)
    connection.exec_driver_sql("BEGIN" if only_reads else "BEGIN IMMEDIATE")
