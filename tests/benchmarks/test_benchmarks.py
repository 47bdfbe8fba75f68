"""The benchmarks run, at sizes that tell nothing."""

from pathlib import Path

from benchmarks import search_latency, typing_ahead, worlds


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
