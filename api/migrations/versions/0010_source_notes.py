"""What is written back into connected systems, each switched on per source."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0010"
down_revision: str | None = "0009"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

COLUMNS = ("suggests", "tells", "keeps_level")


def upgrade() -> None:
    for name in COLUMNS:
        op.add_column(
            "sources", sa.Column(name, sa.Boolean(), nullable=False, server_default=sa.false())
        )


def downgrade() -> None:
    with op.batch_alter_table("sources") as batch_op:
        for name in COLUMNS:
            batch_op.drop_column(name)
