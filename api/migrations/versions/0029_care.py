"""Who looks after an article, and by which rules it may be changed"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0029"
down_revision: str | None = "0028"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    with op.batch_alter_table("articles") as table:
        table.add_column(
            sa.Column(
                "governance",
                sa.Enum(
                    "experience", "compliance", name="governance", native_enum=False, length=32
                ),
                nullable=False,
                server_default="experience",
            )
        )
        table.add_column(sa.Column("owner_id", sa.Integer(), nullable=True))
        table.create_foreign_key(
            op.f("fk_articles_owner_id"), "people", ["owner_id"], ["id"], ondelete="SET NULL"
        )
        table.create_index(op.f("ix_articles_owner_id"), ["owner_id"])


def downgrade() -> None:
    with op.batch_alter_table("articles") as table:
        table.drop_index(op.f("ix_articles_owner_id"))
        table.drop_constraint(op.f("fk_articles_owner_id"), type_="foreignkey")
        table.drop_column("owner_id")
        table.drop_column("governance")
