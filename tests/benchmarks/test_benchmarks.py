"""The benchmarks run, at sizes that tell nothing."""

import json
from pathlib import Path

from benchmarks import (
    compressed,
    footprint,
    indexing,
    peer_quality,
    peers,
    search_latency,
    typing_ahead,
    while_changing,
    worlds,
)
from indexer import evaluation
from tests.fakes import WordEmbedder


class TestSearchLatency:
    def test_each_reader_and_each_filter_has_a_row(self, tmp_path: Path) -> None:
        rows = search_latency.run(tmp_path, [60], 4, embed=20)

        assert [row["reader"] for row in rows[:4]] == list(worlds.SHARES)
        assert len(rows) == len(worlds.SHARES) + len(search_latency.FILTERS)
        assert all(row["hits"] for row in rows)


def test_a_world_is_the_same_each_time() -> None:
    known = worlds.origins(5)

    assert list(worlds.passages(20, known)) == list(worlds.passages(20, known))
    assert worlds.questions(8, known) == worlds.questions(8, known)


def test_typing_has_a_row_for_each_reader(tmp_path: Path) -> None:
    rows = typing_ahead.run(tmp_path, 60, 2, embed=20)

    assert [row["reader"] for row in rows] == list(worlds.SHARES)


def test_indexing_takes_longer_than_the_model_alone(tmp_path: Path) -> None:
    (row,) = indexing.run(tmp_path, 12)

    assert row["passages"] == 24
    assert isinstance(row["share of raw"], float)


def test_footprint_says_how_soon_a_change_shows(tmp_path: Path) -> None:
    (row,) = footprint.run(tmp_path, [60], embed=20)

    assert all(isinstance(row[name], float) for name in ("ready s", "found s", "gone s"))


def test_our_vector_search_is_exact_and_leaks_nothing(tmp_path: Path) -> None:
    (row,) = peers.run(tmp_path, 300, 6, embed=40)

    assert all(float(str(row[f"{share}: recall"])) > 0.95 for share in worlds.SHARES)
    assert not any(row[f"{share}: leaks"] for share in worlds.SHARES)


def test_codes_find_what_exact_search_finds(tmp_path: Path) -> None:
    texts = [f"printer {number} {number % 7}" for number in range(60)]

    found, starts = compressed.run(tmp_path, texts, [120], 6, WordEmbedder())

    assert all(float(str(row["recall %"])) > 95 for row in found)
    assert [row["store"] for row in starts] == ["exact", "codes"]


def test_quality_has_a_row_for_each_set_of_questions(tmp_path: Path) -> None:
    corpus = tmp_path / "corpus"
    (corpus / "qrels").mkdir(parents=True)
    for name, texts in (("corpus", ("VPN drops", "Printer jams")), ("queries", ("vpn", "printer"))):
        rows = [
            {"_id": f"{name[0]}{n}", "title": text, "text": text} for n, text in enumerate(texts)
        ]
        (corpus / f"{name}.jsonl").write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    (corpus / "qrels" / "test.tsv").write_text("q0\tc0\t1\nq1\tc1\t1\n", encoding="utf-8")

    (row,) = peer_quality.run(tmp_path / "indexed", [evaluation.read(corpus, "test")])

    assert (row["set"], row["questions"]) == ("corpus/test", 2)
    assert row["hybrid"] == 100


def test_searches_go_on_while_another_process_changes_documents(tmp_path: Path) -> None:
    quiet, busy = while_changing.run(tmp_path, 60, 2, embed=20, paces=(0, 10))

    assert quiet["changes taken in"] == 0
    assert int(str(busy["changes taken in"])) > 0
    assert int(str(busy["searches"])) > 0
