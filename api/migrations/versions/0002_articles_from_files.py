"""Articles remember their file, versions their audience, and each promised draft its outcome."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0002"
down_revision: str | None = "0001"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.create_table(
        "article_numbering",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("last", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_article_numbering")),
    )
    op.create_table(
        "draft_outcomes",
        sa.Column("ticket_id", sa.Integer(), nullable=False),
        sa.Column(
            "decision",
            sa.Enum("drafted", "too_thin", name="decision", native_enum=False, length=32),
            nullable=False,
        ),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("missing", sa.JSON(), nullable=False),
        sa.Column("notes", sa.JSON(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["ticket_id"],
            ["tickets.id"],
            name=op.f("fk_draft_outcomes_ticket_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("ticket_id", name=op.f("pk_draft_outcomes")),
    )
    with op.batch_alter_table("draft_outcomes", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_draft_outcomes_decision"), ["decision"], unique=False)

    op.create_table(
        "replacements",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.Column("placeholder", sa.String(length=200), nullable=False),
        sa.Column("kind", sa.String(length=50), nullable=False),
        sa.Column("ticket_id", sa.Integer(), nullable=False),
        sa.Column("part", sa.String(length=20), nullable=False),
        sa.Column("message_id", sa.Integer(), nullable=True),
        sa.Column("start", sa.Integer(), nullable=False),
        sa.Column("end", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["message_id"],
            ["messages.id"],
            name=op.f("fk_replacements_message_id"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["ticket_id"], ["tickets.id"], name=op.f("fk_replacements_ticket_id")
        ),
        sa.ForeignKeyConstraint(
            ["version_id"],
            ["article_versions.id"],
            name=op.f("fk_replacements_version_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_replacements")),
    )
    with op.batch_alter_table("replacements", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_replacements_ticket_id"), ["ticket_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_replacements_version_id"), ["version_id"], unique=False
        )

    with op.batch_alter_table("article_versions", schema=None) as batch_op:
        batch_op.add_column(sa.Column("audience_id", sa.Integer(), nullable=True))
    op.execute(
        "UPDATE article_versions SET audience_id = (SELECT articles.audience_id FROM articles"
        " WHERE articles.id = article_versions.article_id)"
    )
    with op.batch_alter_table("article_versions", schema=None) as batch_op:
        batch_op.alter_column("audience_id", existing_type=sa.Integer(), nullable=False)
        batch_op.create_index(
            batch_op.f("ix_article_versions_audience_id"), ["audience_id"], unique=False
        )
        batch_op.create_foreign_key(
            batch_op.f("fk_article_versions_audience_id"), "audiences", ["audience_id"], ["id"]
        )

    with op.batch_alter_table("articles", schema=None) as batch_op:
        batch_op.add_column(sa.Column("product", sa.String(length=200), nullable=True))
        batch_op.add_column(sa.Column("translation_of", sa.String(length=500), nullable=True))
        batch_op.add_column(sa.Column("front_matter", sa.Text(), nullable=False, server_default=""))
        batch_op.add_column(sa.Column("file_digest", sa.LargeBinary(length=32), nullable=True))
        batch_op.add_column(sa.Column("version", sa.Integer(), nullable=False, server_default="1"))
        batch_op.add_column(sa.Column("published_version", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("verdict", sa.Text(), nullable=True))
    op.execute(
        "UPDATE articles SET version = (SELECT max(article_versions.number) FROM article_versions"
        " WHERE article_versions.article_id = articles.id)"
        " WHERE id IN (SELECT article_id FROM article_versions)"
    )
    op.execute("UPDATE articles SET published_version = version WHERE state = 'published'")

    with op.batch_alter_table("evidence", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_evidence_message_id"), type_="foreignkey")
        batch_op.create_foreign_key(
            batch_op.f("fk_evidence_message_id"),
            "messages",
            ["message_id"],
            ["id"],
            ondelete="SET NULL",
        )


def downgrade() -> None:
    with op.batch_alter_table("evidence", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_evidence_message_id"), type_="foreignkey")
        batch_op.create_foreign_key(
            batch_op.f("fk_evidence_message_id"), "messages", ["message_id"], ["id"]
        )

    with op.batch_alter_table("articles", schema=None) as batch_op:
        batch_op.drop_column("verdict")
        batch_op.drop_column("published_version")
        batch_op.drop_column("version")
        batch_op.drop_column("file_digest")
        batch_op.drop_column("front_matter")
        batch_op.drop_column("translation_of")
        batch_op.drop_column("product")

    with op.batch_alter_table("article_versions", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_article_versions_audience_id"), type_="foreignkey")
        batch_op.drop_index(batch_op.f("ix_article_versions_audience_id"))
        batch_op.drop_column("audience_id")

    with op.batch_alter_table("replacements", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_replacements_version_id"))
        batch_op.drop_index(batch_op.f("ix_replacements_ticket_id"))

    op.drop_table("replacements")
    with op.batch_alter_table("draft_outcomes", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_draft_outcomes_decision"))

    op.drop_table("draft_outcomes")
    op.drop_table("article_numbering")
