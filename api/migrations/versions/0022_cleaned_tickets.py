"""Tickets keep what readers outside their own team do not read of them"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0022"
down_revision: str | None = "0021"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    with op.batch_alter_table("audiences", schema=None) as batch_op:
        batch_op.add_column(sa.Column("first_id", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("second_id", sa.Integer(), nullable=True))
        batch_op.create_unique_constraint(
            batch_op.f("uq_audiences_first_id_second_id"), ["first_id", "second_id"]
        )
        for name in ("first_id", "second_id"):
            batch_op.create_foreign_key(
                batch_op.f(f"fk_audiences_{name}"), "audiences", [name], ["id"], ondelete="CASCADE"
            )
    with op.batch_alter_table("tickets", schema=None) as batch_op:
        batch_op.add_column(sa.Column("hidden", sa.JSON(), nullable=True))
        batch_op.add_column(sa.Column("rules", sa.Integer(), nullable=True))
        batch_op.create_index(batch_op.f("ix_tickets_rules"), ["rules"], unique=False)
    # The worker cleans them, and then outsiders find the cleaned text.
    op.execute("UPDATE tickets SET rules = 0 WHERE audience_id <> internal_audience_id")


def downgrade() -> None:
    with op.batch_alter_table("tickets", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_tickets_rules"))
        batch_op.drop_column("rules")
        batch_op.drop_column("hidden")
    with op.batch_alter_table("audiences", schema=None) as batch_op:
        for name in ("second_id", "first_id"):
            batch_op.drop_constraint(batch_op.f(f"fk_audiences_{name}"), type_="foreignkey")
        batch_op.drop_constraint(batch_op.f("uq_audiences_first_id_second_id"), type_="unique")
        batch_op.drop_column("second_id")
        batch_op.drop_column("first_id")
