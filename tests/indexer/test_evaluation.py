import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from indexer import evaluation
from indexer.evaluation import BadDataset
from kb.db import Database
from tests import databases
from tests.fakes import make_finder

CORPUS = [
    {"_id": "d1", "title": "Printer queue stuck", "text": "The spooler hangs."},
    {"_id": "d2", "title": "VPN drops", "text": "The tunnel closes after an hour."},
    {"_id": "d3", "title": "Printer queue stuck again", "text": "The spooler hangs once more."},
]
QUERIES = [{"_id": "q1", "text": "vpn tunnel closes"}, {"_id": "d1", "text": "printer queue stuck"}]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "qrels").mkdir()
    for name, rows in (("corpus", CORPUS), ("queries", QUERIES)):
        text = "\n".join(json.dumps(row) for row in rows)
        (tmp_path / f"{name}.jsonl").write_text(text, encoding="utf-8")
    judged = "query-id\tcorpus-id\tscore\nq1\td2\t1\nd1\td3\t1\n"
    (tmp_path / "qrels" / "test.tsv").write_text(judged, encoding="utf-8")
    return tmp_path


@pytest.fixture
def sqlite(tmp_path: Path, sqlite_template: Path) -> Iterator[Database]:
    with databases.sqlite_copy(sqlite_template, tmp_path) as database:
        yield database


def test_a_query_is_left_out_of_its_own_ranking(sqlite: Database, folder: Path) -> None:
    finder = make_finder(sqlite, folder / "index")
    dataset = evaluation.read(folder, "test")
    assert evaluation.fill(sqlite, dataset) == 3
    evaluation.cut(finder)
    evaluation.embed(finder)

    metrics, _ = evaluation.measure(finder, dataset)

    # d1 is the best match of its own text; left out, d3 comes first.
    for leg in evaluation.LEGS:
        assert metrics[leg] == {"ndcg@10": 1, "recall@10": 1, "recall@100": 1, "mrr@10": 1}


def test_filling_again_adds_nothing(sqlite: Database, folder: Path) -> None:
    dataset = evaluation.read(folder, "test")

    assert [evaluation.fill(sqlite, dataset) for _ in range(2)] == [3, 3]


def test_the_first_queries_alone(folder: Path) -> None:
    assert list(evaluation.read(folder, "test", queries=1).queries) == ["q1"]


def test_unknown_qrels_are_named_with_what_there_is(folder: Path) -> None:
    with pytest.raises(BadDataset, match="no qrels 'dev'; it has: test"):
        evaluation.read(folder, "dev")


def test_a_bad_line_is_named(folder: Path) -> None:
    (folder / "queries.jsonl").write_text('{"_id": "q1"}\n', encoding="utf-8")

    with pytest.raises(BadDataset, match=r"queries.jsonl, line 1: 'text' is not a text"):
        evaluation.read(folder, "test")
