"""Links between tickets and articles, and what a merged article was merged into."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0004"
down_revision: str | None = "0003"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.create_table(
        "article_links",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("ticket_id", sa.Integer(), nullable=False),
        sa.Column("article_id", sa.Integer(), nullable=False),
        sa.Column(
            "role",
            sa.Enum(
                "resolved_by",
                "reference",
                "created_from",
                name="linkrole",
                native_enum=False,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column(
            "outcome",
            sa.Enum(
                "unknown",
                "solved",
                "did_not_help",
                name="linkoutcome",
                native_enum=False,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["article_id"],
            ["articles.id"],
            name=op.f("fk_article_links_article_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name=op.f("fk_article_links_person_id")
        ),
        sa.ForeignKeyConstraint(
            ["ticket_id"],
            ["tickets.id"],
            name=op.f("fk_article_links_ticket_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_article_links")),
        sa.UniqueConstraint(
            "ticket_id",
            "article_id",
            "role",
            name=op.f("uq_article_links_ticket_id_article_id_role"),
        ),
    )
    with op.batch_alter_table("article_links", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_article_links_article_id"), ["article_id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_article_links_at"), ["at"], unique=False)

    with op.batch_alter_table("articles", schema=None) as batch_op:
        batch_op.add_column(sa.Column("merged_into_id", sa.Integer(), nullable=True))
        batch_op.create_index(
            batch_op.f("ix_articles_merged_into_id"), ["merged_into_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_articles_translation_of"), ["translation_of"], unique=False
        )
        batch_op.create_foreign_key(
            batch_op.f("fk_articles_merged_into_id"), "articles", ["merged_into_id"], ["id"]
        )
    op.execute(
        "INSERT INTO article_links (ticket_id, article_id, role, outcome, at)"
        " SELECT ticket_id, id, 'created_from', 'unknown', created_at FROM articles"
        " WHERE ticket_id IS NOT NULL"
    )


def downgrade() -> None:
    with op.batch_alter_table("articles", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_articles_merged_into_id"), type_="foreignkey")
        batch_op.drop_index(batch_op.f("ix_articles_translation_of"))
        batch_op.drop_index(batch_op.f("ix_articles_merged_into_id"))
        batch_op.drop_column("merged_into_id")

    with op.batch_alter_table("article_links", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_article_links_at"))
        batch_op.drop_index(batch_op.f("ix_article_links_article_id"))

    op.drop_table("article_links")
