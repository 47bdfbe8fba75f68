"""What was decided about a closed ticket, about which article, and by whom."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0008"
down_revision: str | None = "0007"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    with op.batch_alter_table("draft_outcomes", schema=None) as batch_op:
        batch_op.add_column(sa.Column("article_id", sa.Integer(), nullable=True))
        batch_op.add_column(
            sa.Column("candidates", sa.JSON(), nullable=False, server_default=sa.text("'[]'"))
        )
        batch_op.add_column(sa.Column("wanted", sa.String(length=20), nullable=True))
        batch_op.add_column(sa.Column("person_id", sa.Integer(), nullable=True))
        batch_op.create_index(
            batch_op.f("ix_draft_outcomes_article_id"), ["article_id"], unique=False
        )
        batch_op.create_foreign_key(
            batch_op.f("fk_draft_outcomes_article_id"),
            "articles",
            ["article_id"],
            ["id"],
            ondelete="SET NULL",
        )
        batch_op.create_foreign_key(
            batch_op.f("fk_draft_outcomes_person_id"), "people", ["person_id"], ["id"]
        )
    op.execute(
        "UPDATE draft_outcomes SET article_id ="
        " (SELECT id FROM articles WHERE articles.ticket_id = draft_outcomes.ticket_id)"
    )


def downgrade() -> None:
    with op.batch_alter_table("draft_outcomes", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_draft_outcomes_person_id"), type_="foreignkey")
        batch_op.drop_constraint(batch_op.f("fk_draft_outcomes_article_id"), type_="foreignkey")
        batch_op.drop_index(batch_op.f("ix_draft_outcomes_article_id"))
        batch_op.drop_column("person_id")
        batch_op.drop_column("wanted")
        batch_op.drop_column("candidates")
        batch_op.drop_column("article_id")
