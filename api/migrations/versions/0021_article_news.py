"""What is new in the library, by audience"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0021"
down_revision: str | None = "0020"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.create_table(
        "article_news",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("article_id", sa.Integer(), nullable=False),
        sa.Column("audience_id", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "published", "changed", "retired", name="newskind", native_enum=False, length=32
            ),
            nullable=False,
        ),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["article_id"],
            ["articles.id"],
            name=op.f("fk_article_news_article_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["audience_id"], ["audiences.id"], name=op.f("fk_article_news_audience_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_article_news")),
    )
    with op.batch_alter_table("article_news", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_article_news_article_id"), ["article_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_article_news_audience_id"), ["audience_id"], unique=False
        )
    # What is published already is the first news of each article.
    op.execute(
        "INSERT INTO article_news (article_id, audience_id, kind, at)"
        " SELECT a.id, a.audience_id, 'published', v.at FROM articles a"
        " JOIN article_versions v ON v.article_id = a.id AND v.number = a.published_version"
        " WHERE a.state = 'published' ORDER BY v.at, a.id"
    )


def downgrade() -> None:
    with op.batch_alter_table("article_news", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_article_news_audience_id"))
        batch_op.drop_index(batch_op.f("ix_article_news_article_id"))

    op.drop_table("article_news")
