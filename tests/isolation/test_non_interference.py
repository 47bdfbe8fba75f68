"""What a reader may not see changes no byte of any answer."""

import shutil
import tempfile
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from fastapi import FastAPI
from hypothesis import HealthCheck, Phase, given, settings

from api.app import create_app
from api.reads import SILENT, VERBS
from api.wiring import Services
from articles.writers import ExtractiveWriter
from kb.db import Database
from kb.settings import Settings
from tests import databases
from tests.conftest import cases_of
from tests.fakes import make_finder
from tests.isolation.doors import READS, SAME_FOR_ALL, WRITES, answers, routes
from tests.isolation.worlds import Plan, World, plans, world

MEMORY = Path("/dev/shm")  # noqa: S108  each example makes a folder of its own there

PHASES = (Phase.explicit, Phase.reuse, Phase.generate)
"""Without shrinking: each case builds two databases, and the first difference names its door."""


@pytest.fixture
def app(database: Database, tmp_path: Path) -> FastAPI:
    return create_app(
        Services(
            Settings(data_dir=tmp_path),
            database,
            make_finder(database, tmp_path),
            ExtractiveWriter(),
        )
    )


@pytest.fixture
def compared(capsys: pytest.CaptureFixture[str]) -> Iterator[Counter[str]]:
    """What a test compared; told where it fits: a run that generated nothing would pass too."""
    counted: Counter[str] = Counter()
    yield counted
    assert counted["cases"]
    with capsys.disabled():
        print(f" {counted['cases']} cases, {counted['requests']:,} requests compared")  # noqa: T201


def test_every_route_is_named(app: FastAPI) -> None:
    assert routes(app) == READS.keys() | WRITES | SAME_FOR_ALL


def test_every_read_is_recorded_or_shows_nothing_to_record() -> None:
    assert READS.keys() == VERBS.keys() | SILENT


@settings(
    max_examples=cases_of(8),
    phases=PHASES,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
@given(plan=plans())
def test_hidden_documents_change_no_byte_on_sqlite(
    sqlite_template: Path, compared: Counter[str], plan: Plan
) -> None:
    """Two databases, one reader, the same answers.

    Ids are given in order of creation, so a hidden row would move the ids of what comes later:
    that more rows were made than seen is not hidden (see SECURITY.md).  The rows that stand
    between visible ones are therefore in both databases, with other texts, titles and states;
    those that only the second database has come last.  When each index catches up differs too.
    """
    with on_sqlite(sqlite_template, plan, second=False) as first:
        one = list(answers(first))
    with on_sqlite(sqlite_template, plan, second=True) as second:
        must_be_the_same(one, list(answers(second)))
    compared.update(cases=1, requests=len(one))


@settings(
    max_examples=cases_of(2),
    phases=PHASES,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
@given(plan=plans())
def test_hidden_documents_change_no_byte_on_postgres(
    postgres: Database, compared: Counter[str], plan: Plan
) -> None:
    with on_postgres(postgres, plan, second=False) as first:
        one = list(answers(first))
    with on_postgres(postgres, plan, second=True) as second:
        must_be_the_same(one, list(answers(second)))
    compared.update(cases=1, requests=len(one))


def must_be_the_same(one: list[tuple[str, str]], other: list[tuple[str, str]]) -> None:
    """Compare answer by answer: the first difference tells which door gives something away."""
    for (asked, told), (_, told_there) in zip(one, other, strict=True):
        assert told_there == told, asked


@contextmanager
def on_sqlite(template: Path, plan: Plan, *, second: bool) -> Iterator[World]:
    with (
        folder() as place,
        databases.sqlite_copy(template, place) as database,
        world(database, place, plan, second=second) as made,
    ):
        yield made


@contextmanager
def on_postgres(database: Database, plan: Plan, *, second: bool) -> Iterator[World]:
    databases.empty(database)
    with folder() as place, world(database, place, plan, second=second) as made:
        yield made


@contextmanager
def folder() -> Iterator[Path]:
    """A folder for one example, in memory where there is such a place: thousands of commits."""
    made = Path(tempfile.mkdtemp(prefix="kb-isolation-", dir=MEMORY if MEMORY.is_dir() else None))
    try:
        yield made
    finally:
        shutil.rmtree(made, ignore_errors=True)
