"""Filters that leave few documents and filters that leave many take other ways to one answer."""

from pathlib import Path

import faiss
import numpy as np
import pytest

from indexer import lexical_stores, vector_stores
from indexer.lexical_stores import TantivyWords
from indexer.ports import Found, PassageEntry, VectorEntry
from indexer.vector_stores import FaissVectors

COUNT = 120
WITHIN = frozenset(range(0, COUNT, 3))


@pytest.fixture(params=["one by one", "passing over the others"])
def way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    most = COUNT if request.param == "one by one" else 0
    monkeypatch.setattr(lexical_stores, "PICKED_MOST", most)
    monkeypatch.setattr(vector_stores, "PICKED_MOST", most)


@pytest.mark.usefixtures("way")
class TestWithin:
    def test_the_nearest_of_the_wanted_documents(self) -> None:
        vectors = np.random.default_rng(1).normal(size=(COUNT, 8)).astype(np.float32)
        vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
        store = FaissVectors(8)
        # Document ids that fall while passage ids rise, in two parts, with one taken out.
        entries = [VectorEntry(n, COUNT - 1 - n, n % 2, vectors[n]) for n in range(COUNT)]
        store.apply(add=entries[:90], remove=[], change=1)
        store.apply(add=entries[90:], remove=[COUNT - 1 - 30], change=2)

        found = store.nearest(vectors[5], audiences=[0, 1], limit=9, within=WITHIN)

        near = vectors.astype(np.float16).astype(np.float32) @ vectors[5]
        ranked = [COUNT - 1 - n for n in np.argsort(-near).tolist()]
        wanted = [id_ for id_ in ranked if id_ in WITHIN and id_ != 30][:9]
        assert [hit.document_id for hit in found] == wanted

    def test_the_best_words_of_the_wanted_documents(self, tmp_path: Path) -> None:
        store = TantivyWords(tmp_path)
        store.apply(add=[_passage(n) for n in range(COUNT)], remove=[], change=1)
        store.apply(add=[], remove=[33], change=2)

        found = store.matching("tunnel", audiences=[0, 1], limit=9, within=WITHIN)

        everything = store.matching("tunnel", audiences=[0, 1], limit=COUNT)
        assert _ids(found) == [id_ for id_ in _ids(everything) if id_ in WITHIN][:9]
        assert len(everything) == COUNT - 1


def test_what_was_looked_up_for_one_reader_is_not_told_to_another(tmp_path: Path) -> None:
    store = TantivyWords(tmp_path)
    store.apply(add=[_passage(n) for n in range(4)], remove=[], change=1)

    for _ in range(2):
        assert sorted(_ids(store.matching("tunnel", audiences=[0], limit=9))) == [0, 2]
        assert sorted(_ids(store.matching("tunnel", audiences=[1], limit=9))) == [1, 3]
        assert sorted(_ids(store.matching("tunnel", audiences=[0, 7], limit=9))) == [0, 2]


def test_what_was_looked_up_before_a_change_is_looked_up_again(tmp_path: Path) -> None:
    store = TantivyWords(tmp_path)
    for number in range(3):
        store.apply(add=[_passage(number)], remove=range(number), change=number + 1)
        assert _ids(store.matching("tunnel", audiences=[0, 1], limit=9)) == [number]


def _passage(number: int) -> PassageEntry:
    text = "tunnel " * (number % 7 + 1) + "drops again " * (number % 5)
    return PassageEntry(number, number, number % 2, "VPN", "", text, "en", "problem")


def _ids(found: list[Found]) -> list[int]:
    return [hit.document_id for hit in found]


def test_a_search_takes_no_more_threads_than_it_may() -> None:
    store = FaissVectors(8, threads=1)
    before = faiss.omp_get_max_threads()
    try:
        faiss.omp_set_num_threads(2)
        store.nearest(np.eye(8, dtype=np.float32)[0], audiences=[1], limit=1)

        assert faiss.omp_get_max_threads() == 1
    finally:
        faiss.omp_set_num_threads(before)
