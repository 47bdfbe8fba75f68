import json
from pathlib import Path

import pytest

from indexer.training import measure
from tests.fakes import WordEmbedder


def write(folder: Path, name: str, rows: list[dict[str, str]]) -> None:
    (folder / name).write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")


def test_rank_two_is_worth_less_than_rank_one(tmp_path: Path) -> None:
    (tmp_path / "qrels").mkdir()
    write(
        tmp_path,
        "corpus.jsonl",
        [{"_id": "d1", "text": "printer queue stuck"}, {"_id": "d2", "text": "printer paper"}],
    )
    write(
        tmp_path,
        "queries.jsonl",
        [{"_id": "q1", "text": "printer queue stuck"}, {"_id": "q2", "text": "queue stuck paper"}],
    )
    (tmp_path / "qrels" / "test.tsv").write_text(
        "query-id\tcorpus-id\tscore\nq1\td1\t1\nq2\td2\t1\n"
    )

    [reading] = measure.measure(WordEmbedder(), tmp_path)

    assert reading.queries == 2
    assert reading.ndcg == pytest.approx(100 * (1 + 0.6309) / 2, abs=0.01)
