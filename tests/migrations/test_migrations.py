from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import inspect

from api import schema
from kb.db import Database
from tests import databases


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
