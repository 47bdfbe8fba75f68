"""Fixtures that most tests share."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings
from sqlalchemy.orm import Session

from kb.db import Database
from tests import audited, databases, faced

CASES = int(os.environ.get("KB_TEST_CASES", "300"))  # noqa: TID251  a setting of tests alone

settings.register_profile("thorough", max_examples=CASES, deadline=None)
"""For the night: `make isolation`, which shares the cases among processes."""


def cases_of(few: int) -> int:
    """How many cases a test generates: few, or as many as the profile `thorough` says."""
    return settings().max_examples if settings.get_current_profile_name() == "thorough" else few


@pytest.fixture(scope="session", autouse=True)
def _changes_are_recorded() -> Iterator[None]:
    """Whatever a test lets the program change, the program must record."""
    with audited.demanded():
        yield


@pytest.fixture(scope="session", autouse=True)
def _tickets_are_faced() -> Iterator[None]:
    """Nobody reads the words of a ticket but as its face shows them to them."""
    with faced.demanded():
        yield


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return databases.sqlite_template(tmp_path_factory.mktemp("template"))


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    with databases.postgres_server() as url:
        yield url


@pytest.fixture(scope="session")
def postgres(postgres_url: str) -> Iterator[Database]:
    with databases.migrated_postgres(postgres_url, "kb_tests") as database:
        yield database


@pytest.fixture(params=["sqlite", "postgres"])
def database(
    request: pytest.FixtureRequest, tmp_path: Path, sqlite_template: Path
) -> Iterator[Database]:
    """An empty, migrated database; each test that asks for it runs on both kinds."""
    if request.param == "sqlite":
        with databases.sqlite_copy(sqlite_template, tmp_path) as made:
            yield made
    else:
        shared: Database = request.getfixturevalue("postgres")
        databases.empty(shared)
        yield shared


@pytest.fixture
def session(database: Database) -> Iterator[Session]:
    """One open transaction that may write, rolled back at the end."""
    with database.write() as session:
        yield session
        session.rollback()
