"""House rules that no linter knows."""

import ast
import importlib
import pkgutil
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest

import api
import articles
import indexer
import kb
from api.problems import status_of
from kb.errors import KbError

ROOT = Path(__file__).parents[2]
FOLDERS: list[ModuleType] = [kb, indexer, articles, api]
NOT_IMPORTED = ("api.migrations", "api.cli.__main__", "indexer.training")
"""Scripts that act when they are imported, and training, which needs packages of its own."""

for folder in FOLDERS:
    for found in pkgutil.walk_packages(folder.__path__, f"{folder.__name__}."):
        if not found.name.startswith(NOT_IMPORTED):
            importlib.import_module(found.name)  # defines its errors


def nodes(folder: str) -> Iterator[tuple[Path, ast.AST]]:
    for path in sorted((ROOT / folder).rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            yield path.relative_to(ROOT), node


def calls(folder: str, *names: str) -> list[str]:
    """Where `folder` calls something whose last part is one of `names`."""
    return [
        f"{path}:{node.lineno}"
        for path, node in nodes(folder)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute | ast.Name)
        and (node.func.attr if isinstance(node.func, ast.Attribute) else node.func.id) in names
    ]


@pytest.mark.parametrize("folder", ["kb", "articles"])
def test_transactions_end_at_the_doors(folder: str) -> None:
    assert calls(folder, "commit", "rollback") == []


def test_only_doors_and_the_indexer_begin_transactions() -> None:
    """The indexer works outside the transactions of requests, by its nature."""
    assert calls("articles", "write") == []


def test_doors_hold_no_queries() -> None:
    """Visibility is applied where the query is; a query in a door could forget it."""
    assert calls("api", "select") == []


def descendants(kind: type[KbError]) -> list[type[KbError]]:
    return [d for sub in kind.__subclasses__() for d in (sub, *descendants(sub))]


@pytest.mark.parametrize("kind", descendants(KbError), ids=lambda kind: kind.__name__)
def test_every_error_has_a_status_and_a_sentence(kind: type[KbError]) -> None:
    if kind.__module__.startswith("tests."):
        return
    assert status_of(kind) in {401, 403, 404, 409, 413, 422, 429, 503}
    assert kind.__doc__


def test_no_file_holds_a_conflict_marker() -> None:
    marked = [
        str(path.relative_to(ROOT))
        for pattern in ("*.toml", "kb/**/*.py", "indexer/**/*.py", "articles/**/*.py")
        for path in ROOT.glob(pattern)
        if "\n<<<<<<< " in path.read_text(encoding="utf-8")
    ]
    assert marked == []
