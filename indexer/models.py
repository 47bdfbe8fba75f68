"""Tables derived from documents: they may be emptied at any time, `kb reindex` fills them again."""

from datetime import datetime

from sqlalchemy import JSON, ForeignKey, Index, LargeBinary, String, false
from sqlalchemy.orm import Mapped, mapped_column

from kb.db import Base


class Clock(Base):
    """One row that counts changes of the index.

    A transaction that changes passages or vectors takes the next number here and thereby locks
    the row until it commits: numbers become visible in their order, and none is skipped.
    `identity` tells a snapshot on disk which database it belongs to.
    """

    __tablename__ = "index_clock"

    id: Mapped[int] = mapped_column(primary_key=True)
    change: Mapped[int]
    identity: Mapped[str] = mapped_column(String(32))


class PassageRow(Base):
    """A piece of a document, never altered: a changed one is removed and a new one added.

    A removed row stays, without its text, so that every process learns of the removal.
    """

    __tablename__ = "passages"
    __table_args__ = (
        Index("ix_passages_change", "change"),
        {"sqlite_autoincrement": True},  # ids never come back
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    document_id: Mapped[int] = mapped_column(ForeignKey("documents.id"), index=True)
    audience_id: Mapped[int]
    part: Mapped[str] = mapped_column(String(20))
    heading: Mapped[str]
    title: Mapped[str]
    text: Mapped[str]
    language: Mapped[str] = mapped_column(String(3))
    digest: Mapped[bytes] = mapped_column(LargeBinary(32))
    """SHA-256 of what is embedded: a passage with the same one keeps its vector."""
    change: Mapped[int]
    removed: Mapped[bool]


class VectorRow(Base):
    """The vector of a passage by one model: float16 bytes, `dimension` of the model long."""

    __tablename__ = "vectors"
    __table_args__ = (Index("ix_vectors_model_id_change", "model_id", "change"),)

    passage_id: Mapped[int] = mapped_column(
        ForeignKey("passages.id", ondelete="CASCADE"), primary_key=True
    )
    model_id: Mapped[int] = mapped_column(ForeignKey("models.id"), primary_key=True)
    vector: Mapped[bytes]
    change: Mapped[int]


class ModelRow(Base):
    """An embedding model that vectors were made with; one is active, another may be filling."""

    __tablename__ = "models"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(500), unique=True)
    dimension: Mapped[int]
    active: Mapped[bool] = mapped_column(default=False, server_default=false())


class QueryAdapterRow(Base):
    """What questions to one model are bent by; see `indexer.adapted`."""

    __tablename__ = "query_adapters"
    __table_args__ = ({"sqlite_autoincrement": True},)  # ids never come back

    id: Mapped[int] = mapped_column(primary_key=True)
    model: Mapped[str] = mapped_column(String(500), unique=True)
    rank: Mapped[int]
    weights: Mapped[bytes]
    """float32: `up` of shape (dimension, rank), then `down` of shape (rank, dimension)."""
    audience_ids: Mapped[list[int]] = mapped_column(JSON)
    """Of everything that it was learned from and judged with, as it was then."""
    cases: Mapped[int]
    before: Mapped[dict[str, float]] = mapped_column(JSON)
    after: Mapped[dict[str, float]] = mapped_column(JSON)
    learned_at: Mapped[datetime]


class AdapterSource(Base):
    """A document that an adapter was learned from."""

    __tablename__ = "adapter_sources"

    adapter_id: Mapped[int] = mapped_column(
        ForeignKey("query_adapters.id", ondelete="CASCADE"), primary_key=True
    )
    document_id: Mapped[int] = mapped_column(primary_key=True)
    """Without a foreign key: a document that is gone is one that nobody may see."""
