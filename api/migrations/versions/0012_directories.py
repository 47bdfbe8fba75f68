"""How directories name people and teams, and whom they have deleted"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0012"
down_revision: str | None = "0011"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.add_column("people", sa.Column("external_id", sa.String(length=200), nullable=True))
    op.add_column("people", sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("teams", sa.Column("external_id", sa.String(length=200), nullable=True))


def downgrade() -> None:
    op.drop_column("teams", "external_id")
    op.drop_column("people", "withdrawn_at")
    op.drop_column("people", "external_id")
