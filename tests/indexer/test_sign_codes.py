"""Codes propose, exact scores decide: what is found, what is not, and when codes are no help."""

import itertools
from collections.abc import Collection, Sequence
from functools import cache

import faiss
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from indexer import sign_codes, vector_stores
from indexer.ports import Found, VectorEntry
from indexer.sign_codes import SignCodes
from indexer.vector_stores import FaissVectors

DIMENSION = 64
COUNT = 3_000
OPEN, SECRET = 1, 2


@pytest.fixture(autouse=True)
def shallow(monkeypatch: pytest.MonkeyPatch) -> None:
    """So few rows are proposed that codes decide in a small store."""
    monkeypatch.setattr(vector_stores, "PROPOSED_LEAST", 100)


def near_some(seed: int, count: int) -> NDArray[np.float32]:
    """Unit vectors around fifty centres, as texts gather around topics."""
    chance = np.random.default_rng(seed)
    centres = np.random.default_rng(99).normal(size=(50, DIMENSION))
    vectors = centres[chance.integers(50, size=count)] + chance.normal(size=(count, DIMENSION))
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    return vectors.astype(np.float32)


VECTORS = near_some(1, COUNT)
QUESTIONS = near_some(2, 40)


def entries(numbers: Collection[int], audience: int = OPEN) -> list[VectorEntry]:
    return [VectorEntry(n, n, audience, VECTORS[n]) for n in numbers]


def filled(numbers: Sequence[int] = range(COUNT), *, compress_above: int = 0) -> FaissVectors:
    store = FaissVectors(DIMENSION, compress_above=compress_above)
    store.apply(add=entries(numbers), remove=[], change=1)
    return store


def asked(
    store: FaissVectors,
    query: NDArray[np.float32],
    *,
    audiences: Collection[int] = (OPEN,),
    within: Collection[int] | None = None,
) -> list[Found]:
    return store.nearest(query, audiences=audiences, limit=10, within=within)


@cache
def exact_scores(question: int) -> dict[int, float]:
    """The score of each passage."""
    every = filled(compress_above=COUNT).nearest(QUESTIONS[question], audiences=[OPEN], limit=COUNT)
    return {hit.passage_id: hit.score for hit in every}


class TestRecall:
    @pytest.mark.parametrize("of", ["everything", "with removed", "every second"])
    def test_nearly_all_of_the_best_are_found(
        self, of: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(vector_stores, "PICKED_MOST", 0)
        exact, codes = filled(compress_above=COUNT), filled()
        within = range(0, COUNT, 2) if of == "every second" else None
        if of == "with removed":
            for store in (exact, codes):
                store.apply(add=[], remove=range(0, COUNT, 3), change=2)

        shares = [
            len(set(asked(exact, query, within=within)) & set(asked(codes, query, within=within)))
            for query in QUESTIONS
        ]

        assert np.mean(shares) / 10 >= 0.99

    def test_codes_decide_here(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Else the test above could not fail."""
        monkeypatch.setattr(vector_stores, "PROPOSED_LEAST", 25)
        monkeypatch.setattr(vector_stores, "PROPOSED_EACH", 1)
        exact, codes = filled(compress_above=COUNT), filled()

        assert any(asked(exact, query) != asked(codes, query) for query in QUESTIONS)


class TestExactDecides:
    """What codes cannot tell apart is not left to the order of rows."""

    def test_of_many_equal_vectors_those_with_the_lowest_ids_are_given(self) -> None:
        same = [VectorEntry(n, n, OPEN, VECTORS[0]) for n in range(COUNT, COUNT + 400)]
        for order in (same, same[::-1]):
            store = filled()
            store.apply(add=order, remove=[], change=2)
            store.apply(add=[], remove=[0], change=3)

            found = asked(store, VECTORS[0])

            assert [hit.passage_id for hit in found] == list(range(COUNT, COUNT + 10))

    def test_of_wanted_ones_far_from_the_question(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(vector_stores, "PICKED_MOST", 0)
        monkeypatch.setattr(vector_stores, "PROPOSED_LEAST", 20)
        monkeypatch.setattr(vector_stores, "PROPOSED_EACH", 1)
        exact, codes = filled(compress_above=COUNT), filled()
        far = np.argsort(VECTORS @ QUESTIONS[0])[: COUNT // 10].tolist()

        assert asked(codes, QUESTIONS[0], within=far) == asked(exact, QUESTIONS[0], within=far)

    def test_of_a_dimension_that_does_not_fit(self) -> None:
        store = FaissVectors(6, compress_above=0)
        one = np.eye(6, dtype=np.float32)[0]
        store.apply(add=[VectorEntry(1, 1, OPEN, one)], remove=[], change=1)

        assert [hit.passage_id for hit in store.nearest(one, audiences=[OPEN], limit=1)] == [1]


class TestHidden:
    def test_what_others_may_see_changes_no_answer(self) -> None:
        alone, beside = filled(range(0, COUNT, 2)), filled(range(0, COUNT, 2))
        beside.apply(add=entries(range(1, COUNT, 2), SECRET), remove=[], change=2)

        for query in QUESTIONS:
            assert asked(alone, query) == asked(beside, query)

    def test_what_was_removed_changes_no_answer(self) -> None:
        """A code depends on its vector alone: nothing was learned of the others."""
        alone, after = filled(range(0, COUNT, 2)), filled()
        after.apply(add=[], remove=range(1, COUNT, 2), change=2)

        for query in QUESTIONS:
            assert asked(alone, query) == asked(after, query)

    @settings(deadline=None, max_examples=60)
    @given(
        audience_of=st.lists(st.integers(1, 3), min_size=5, max_size=40),
        removed=st.sets(st.integers(0, COUNT - 1), max_size=300),
        added=st.integers(0, 400),
        within=st.none() | st.integers(2, 30),
        query=st.integers(0, len(QUESTIONS) - 1),
        readers=st.sets(st.integers(1, 3)),
    )
    def test_hits_may_be_seen_and_their_scores_are_exact(
        self,
        audience_of: list[int],
        removed: set[int],
        added: int,
        within: int | None,
        query: int,
        readers: set[int],
    ) -> None:
        store = FaissVectors(DIMENSION, compress_above=0)
        first = COUNT - added
        for change, some in enumerate((range(first), range(first, COUNT)), start=1):
            owned = [VectorEntry(n, n, audience_of[n % len(audience_of)], VECTORS[n]) for n in some]
            store.apply(add=owned, remove=[], change=change)
        store.apply(add=[], remove=removed, change=3)
        wanted = None if within is None else set(range(0, COUNT, within))
        seen = {
            n
            for n in set(range(COUNT)) - removed
            if audience_of[n % len(audience_of)] in readers and (wanted is None or n in wanted)
        }

        found = asked(store, QUESTIONS[query], audiences=readers, within=wanted)
        scores = exact_scores(query)

        assert len(found) == len({hit.passage_id for hit in found}) == min(10, len(seen))
        assert {hit.document_id for hit in found} <= seen
        assert found == sorted(found, key=Found.order)
        assert [hit.score for hit in found] == [scores[hit.passage_id] for hit in found]


class TestCodes:
    def test_grown_ones_are_those_of_all_rows_at_once(self) -> None:
        """Whatever was removed and added: rows keep the order of their vectors."""
        alive = np.random.default_rng(3).random(COUNT // 2) < 0.7
        kept = VECTORS[: COUNT // 2][alive]
        whole = vectors(np.concatenate([kept, VECTORS[COUNT // 2 :]]))

        grown = SignCodes.of(vectors(VECTORS[: COUNT // 2])).grown(alive, whole)

        at_once = SignCodes.of(whole)
        assert len(grown) == len(at_once) == whole.ntotal
        for query in QUESTIONS:
            pairs = zip(proposed(grown, query), proposed(at_once, query), strict=True)
            assert all(np.array_equal(one, other) for one, other in pairs)

    def test_mapped_ones_are_not_changed_when_they_grow(
        self, tmp_path_factory: pytest.TempPathFactory
    ) -> None:
        path = tmp_path_factory.mktemp("codes") / "1.signs"
        SignCodes.of(vectors(VECTORS)).write(path)
        before, mapped = path.read_bytes(), SignCodes.read(path)

        mapped.grown(np.arange(COUNT) % 2 == 0, vectors(VECTORS[::2]))

        assert path.read_bytes() == before
        assert len(mapped) == COUNT

    def test_few_wanted_rows_are_not_proposed(self) -> None:
        codes = SignCodes.of(vectors(VECTORS))
        few = np.arange(COUNT) < COUNT * sign_codes.FEWEST - 1

        assert codes.nearest(QUESTIONS[0], 10, few) is None

    def test_those_at_the_edge_are_named(self) -> None:
        codes = SignCodes.of(vectors(np.repeat(VECTORS[:20], 30, axis=0)))

        found = codes.nearest(VECTORS[3], 40, None)

        assert found is not None
        rows, doubtful = found
        assert set(itertools.chain(range(90, 120))) <= set(rows.tolist())
        assert len(rows) == 40
        assert len(doubtful) == 10


def vectors(rows: NDArray[np.float32]) -> faiss.IndexScalarQuantizer:
    index = vector_stores._empty(DIMENSION)
    index.add(np.ascontiguousarray(rows))
    return index


def proposed(codes: SignCodes, query: NDArray[np.float32]) -> Sequence[NDArray[np.int64]]:
    found = codes.nearest(query, 100, None)
    assert found is not None
    return found
