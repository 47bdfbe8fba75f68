"""Running commands on a real database."""

from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from api.cli import main
from kb.db import Database

Kb = Callable[..., Result]
"""Runs `kb` with the given arguments; an exception that is not ours fails the test."""


def run(*arguments: object, **environment: str) -> Result:
    result = CliRunner().invoke(main, [str(argument) for argument in arguments], env=environment)
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result


def url_of(database: Database) -> str:
    return database.engine.url.render_as_string(hide_password=False)


@pytest.fixture
def data_dir(tmp_path: Path) -> Path:
    return tmp_path / "data"


@pytest.fixture
def kb(database: Database, data_dir: Path) -> Kb:
    def kb(*arguments: object) -> Result:
        return run(*arguments, KB_DATABASE_URL=url_of(database), KB_DATA_DIR=str(data_dir))

    return kb
