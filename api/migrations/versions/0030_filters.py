"""What search filters by is read from an index, not from whole documents"""

from collections.abc import Sequence

from alembic import op

revision: str = "0030"
down_revision: str | None = "0029"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

FILTERS = [
    "audience_id",
    "withdrawn",
    "queue",
    "category",
    "source",
    "language",
    "kind",
    "solved",
    "happened_at",
]


def upgrade() -> None:
    op.create_index("ix_documents_filters", "documents", FILTERS)
    op.create_index("ix_documents_item", "documents", ["item", "audience_id"])
    op.drop_index(op.f("ix_documents_audience_id"), "documents")


def downgrade() -> None:
    op.create_index(op.f("ix_documents_audience_id"), "documents", ["audience_id"])
    op.drop_index("ix_documents_item", "documents")
    op.drop_index("ix_documents_filters", "documents")
