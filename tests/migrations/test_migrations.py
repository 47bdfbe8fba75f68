from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import func, inspect, select

from api import schema
from articles.models import ArticleVersion, EvidenceRow
from kb.db import Database
from tests import databases
from tests.articles.writing import make_draft


@pytest.fixture(params=["sqlite", "postgres"])
def fresh(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """A database of its own: these tests drop tables."""
    if request.param == "sqlite":
        database = Database(f"sqlite:///{tmp_path / 'kb.sqlite3'}")
        schema.upgrade(database)
        yield database
        database.close()
    else:
        url: str = request.getfixturevalue("postgres_url")
        with databases.migrated_postgres(url, "kb_migrations") as migrated:
            yield migrated


def test_the_tables_match_the_models(fresh: Database) -> None:
    schema.check(fresh)


def test_down_and_up_again(fresh: Database) -> None:
    schema.downgrade(fresh, "base")
    assert set(inspect(fresh.engine).get_table_names()) <= {"alembic_version"}

    schema.upgrade(fresh)

    schema.check(fresh)


def test_rows_survive_that_refer_to_an_altered_table(fresh: Database) -> None:
    """SQLite alters a table by dropping the old one, which must not delete by cascade."""
    with fresh.write() as session:
        article = make_draft(session)
        kept = session.scalar(select(func.count(EvidenceRow.id)))

    schema.downgrade(fresh, "0001")
    schema.upgrade(fresh)

    with fresh.read() as session:
        assert session.scalar(select(func.count(EvidenceRow.id))) == kept
        version = session.scalars(select(ArticleVersion)).one()
        assert (version.article_id, version.audience_id) == (article.id, article.audience_id)
