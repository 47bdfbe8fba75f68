"""Scopes of tokens, and accounts of systems"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0007"
down_revision: str | None = "0006"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.add_column(
        "people",
        sa.Column("service", sa.Boolean(), server_default=sa.false(), nullable=False),
    )
    # A token that the previous release makes meanwhile may only read.
    op.add_column(
        "tokens",
        sa.Column("scopes", sa.String(length=200), server_default="read", nullable=False),
    )
    op.execute("UPDATE tokens SET scopes = 'drafts figures read sign_in write'")


def downgrade() -> None:
    op.drop_column("tokens", "scopes")
    op.drop_column("people", "service")
