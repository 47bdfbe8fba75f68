"""Where the kept part of the chain of events begins"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0014"
down_revision: str | None = "0013"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    with op.batch_alter_table("event_chain", schema=None) as batch_op:
        batch_op.add_column(sa.Column("pruned", sa.Integer(), server_default="0", nullable=False))
        batch_op.add_column(sa.Column("pruned_digest", sa.LargeBinary(length=32), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("event_chain", schema=None) as batch_op:
        batch_op.drop_column("pruned_digest")
        batch_op.drop_column("pruned")
