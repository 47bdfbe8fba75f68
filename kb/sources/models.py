"""The tables of the connected ticket systems."""

from datetime import datetime
from typing import Any

from sqlalchemy import (
    JSON,
    CheckConstraint,
    ForeignKey,
    Index,
    LargeBinary,
    String,
    UniqueConstraint,
    false,
)
from sqlalchemy import text as sql
from sqlalchemy.orm import Mapped, mapped_column

from kb.db import Base


class Source(Base):
    """A connected ticket system; its name is the `source` of its tickets.

    `account` is encrypted.  `mark` is how far changes were read, as JSON.  Whoever syncs holds
    the lease; `not_before` keeps all away when the system asked for a pause.
    """

    __tablename__ = "sources"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(100), unique=True)
    kind: Mapped[str] = mapped_column(String(50))
    account: Mapped[bytes] = mapped_column(LargeBinary)
    added_at: Mapped[datetime]
    paused: Mapped[bool] = mapped_column(default=False)
    mark: Mapped[str | None]
    caught_up_at: Mapped[datetime | None]
    leased_until: Mapped[datetime | None]
    not_before: Mapped[datetime | None]
    failure: Mapped[str | None]
    failed_at: Mapped[datetime | None]
    suggests: Mapped[bool] = mapped_column(default=False, server_default=false())
    """Whether new tickets there get a note about similar cases."""
    tells: Mapped[bool] = mapped_column(default=False, server_default=false())
    """Whether closed tickets there get a note about their draft."""
    keeps_level: Mapped[bool] = mapped_column(default=False, server_default=false())
    """Whether a ticket stays on the highest level that it was ever seen on."""
    takes: Mapped[bool] = mapped_column(default=False, server_default=false())
    """Whether our people may hand cases on to it."""


class SourceScope(Base):
    """Who may see the cases of a project, queue, …; without an audience administrators alone.

    The row is made when the first case of a scope comes, so that the table lists what is there.
    """

    __tablename__ = "source_scopes"
    __table_args__ = (UniqueConstraint("source_id", "scope"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    source_id: Mapped[int] = mapped_column(ForeignKey("sources.id", ondelete="CASCADE"))
    scope: Mapped[str] = mapped_column(String(400))
    audience_id: Mapped[int | None] = mapped_column(ForeignKey("audiences.id"), index=True)
    internal_audience_id: Mapped[int | None] = mapped_column(ForeignKey("audiences.id"), index=True)
    level: Mapped[int] = mapped_column(CheckConstraint("level BETWEEN 1 AND 3", name="level"))


class SourceCaseRow(Base):
    """A case that a source has or had, and whether it is to be fetched.

    `due_at` is set as long as fetching is promised; `failure` tells why it did not work.
    """

    __tablename__ = "source_cases"
    __table_args__ = (
        UniqueConstraint("source_id", "external_id"),
        Index(
            "ix_source_cases_promised",
            "source_id",
            "due_at",
            sqlite_where=sql("due_at IS NOT NULL"),
            postgresql_where=sql("due_at IS NOT NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    source_id: Mapped[int] = mapped_column(ForeignKey("sources.id", ondelete="CASCADE"))
    external_id: Mapped[str] = mapped_column(String(200))
    scope: Mapped[str | None] = mapped_column(String(400))
    promises: Mapped[int] = mapped_column(default=0)
    due_at: Mapped[datetime | None]
    attempts: Mapped[int] = mapped_column(default=0)
    failure: Mapped[str | None]
    gone_at: Mapped[datetime | None]
    gone_reason: Mapped[str | None] = mapped_column(String(200))


class HandedOn(Base):
    """A ticket for which a case was, or will be, opened in another system.

    `key` names it there before its number is known, so that it is opened once.
    """

    __tablename__ = "handed_on"
    __table_args__ = (
        UniqueConstraint("ticket_id", "source_id"),
        UniqueConstraint("source_id", "external_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    ticket_id: Mapped[int] = mapped_column(ForeignKey("tickets.id", ondelete="CASCADE"))
    source_id: Mapped[int] = mapped_column(ForeignKey("sources.id", ondelete="CASCADE"))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("people.id", ondelete="SET NULL"))
    """Who handed it on; None: a command."""
    at: Mapped[datetime]
    key: Mapped[str] = mapped_column(String(40))
    scope: Mapped[str] = mapped_column(String(400))
    title: Mapped[str] = mapped_column(String(1_000))
    text: Mapped[str]
    """All that goes out, in Markdown."""
    external_id: Mapped[str | None] = mapped_column(String(200))
    link: Mapped[str | None]
    answer: Mapped[str | None]
    answered_at: Mapped[datetime | None]


class Upload(Base):
    """A file of tickets that somebody sent on a page, and how far it is imported.

    Nobody but who sent it reads it.  `rows` and the counts grow in the transactions that store
    the tickets, so that an interrupted import goes on where it stopped.
    """

    __tablename__ = "uploads"

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"), index=True)
    name: Mapped[str] = mapped_column(String(200))
    source: Mapped[str] = mapped_column(String(100))
    at: Mapped[datetime]
    content: Mapped[bytes | None] = mapped_column(LargeBinary)
    """None: all of it is imported, or nobody imported it for days."""
    mapping: Mapped[dict[str, Any]] = mapped_column(JSON)  # Any: see kb.sources.mapping
    audience_id: Mapped[int] = mapped_column(ForeignKey("audiences.id"))
    begun_at: Mapped[datetime | None]
    done_at: Mapped[datetime | None]
    rows: Mapped[int] = mapped_column(default=0)
    new: Mapped[int] = mapped_column(default=0)
    changed: Mapped[int] = mapped_column(default=0)
    unchanged: Mapped[int] = mapped_column(default=0)
    refused: Mapped[int] = mapped_column(default=0)
    refusals: Mapped[list[dict[str, Any]]] = mapped_column(JSON)  # Any: a Reject, as its fields
    """The first of them."""
