"""What questions are bent by, and from what it was learned"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0018"
down_revision: str | None = "0017"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.create_table(
        "query_adapters",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("model", sa.String(length=500), nullable=False),
        sa.Column("rank", sa.Integer(), nullable=False),
        sa.Column("weights", sa.LargeBinary(), nullable=False),
        sa.Column("audience_ids", sa.JSON(), nullable=False),
        sa.Column("cases", sa.Integer(), nullable=False),
        sa.Column("before", sa.JSON(), nullable=False),
        sa.Column("after", sa.JSON(), nullable=False),
        sa.Column("learned_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_query_adapters")),
        sa.UniqueConstraint("model", name=op.f("uq_query_adapters_model")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "adapter_sources",
        sa.Column("adapter_id", sa.Integer(), nullable=False),
        sa.Column("document_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["adapter_id"],
            ["query_adapters.id"],
            name=op.f("fk_adapter_sources_adapter_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("adapter_id", "document_id", name=op.f("pk_adapter_sources")),
    )


def downgrade() -> None:
    op.drop_table("adapter_sources")
    op.drop_table("query_adapters")
