"""The tables of articles: versions, and which ticket text each sentence came from."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import JSON, Enum, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from kb.db import Base


class ArticleState(StrEnum):
    """Where an article stands; only published ones are found."""

    DRAFT = "draft"
    PUBLISHED = "published"
    REJECTED = "rejected"
    ARCHIVED = "archived"


class Article(Base):
    """A piece of knowledge in Markdown: imported from a file, or drafted from a ticket.

    `audience_id` says who may read it; before publishing, that is whoever may read its sources.
    """

    __tablename__ = "articles"
    __table_args__ = (UniqueConstraint("source", "external_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(String(50), unique=True)
    """What people call it on the phone, e.g. KB-1234."""
    source: Mapped[str] = mapped_column(String(100))
    external_id: Mapped[str | None] = mapped_column(String(500))
    path: Mapped[str | None]
    """Where the file lies in the imported folder, with forward slashes."""
    ticket_id: Mapped[int | None] = mapped_column(ForeignKey("tickets.id"), unique=True)
    """The ticket that it was drafted from: at most one draft each."""
    state: Mapped[ArticleState] = mapped_column(
        Enum(
            ArticleState,
            native_enum=False,
            length=32,
            values_callable=lambda members: [member.value for member in members],
        ),
        index=True,
    )
    audience_id: Mapped[int] = mapped_column(ForeignKey("audiences.id"), index=True)
    language: Mapped[str | None] = mapped_column(String(3))
    tags: Mapped[list[str]] = mapped_column(JSON, default=list)
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]

    versions: Mapped[list["ArticleVersion"]] = relationship(
        lazy="raise", order_by="ArticleVersion.number", cascade="all, delete-orphan"
    )


class ArticleVersion(Base):
    """The text of an article at one time; rows are only ever added."""

    __tablename__ = "article_versions"
    __table_args__ = (UniqueConstraint("article_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    article_id: Mapped[int] = mapped_column(ForeignKey("articles.id", ondelete="CASCADE"))
    number: Mapped[int]
    title: Mapped[str]
    markdown: Mapped[str]
    author_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    """None: written by the program, from a ticket or a file."""
    at: Mapped[datetime]

    statements: Mapped[list["StatementRow"]] = relationship(
        lazy="raise", order_by="StatementRow.position", cascade="all, delete-orphan"
    )


class StatementRow(Base):
    """A sentence, step or code block of a version, in its order."""

    __tablename__ = "statements"
    __table_args__ = (UniqueConstraint("version_id", "position"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    version_id: Mapped[int] = mapped_column(ForeignKey("article_versions.id", ondelete="CASCADE"))
    position: Mapped[int]
    section: Mapped[str] = mapped_column(String(50))
    kind: Mapped[str] = mapped_column(String(20))
    text: Mapped[str]

    evidence: Mapped[list["EvidenceRow"]] = relationship(
        lazy="raise", order_by="EvidenceRow.id", cascade="all, delete-orphan"
    )


class EvidenceRow(Base):
    """Where a statement comes from: characters `start` to `end` of a text of a ticket."""

    __tablename__ = "evidence"

    id: Mapped[int] = mapped_column(primary_key=True)
    statement_id: Mapped[int] = mapped_column(
        ForeignKey("statements.id", ondelete="CASCADE"), index=True
    )
    ticket_id: Mapped[int] = mapped_column(ForeignKey("tickets.id"), index=True)
    part: Mapped[str] = mapped_column(String(20))
    """title, description, environment, resolution or message."""
    message_id: Mapped[int | None] = mapped_column(ForeignKey("messages.id"))
    start: Mapped[int]
    end: Mapped[int]
