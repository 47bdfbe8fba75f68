"""What every VectorStore promises; a new adapter joins the list and is held to it."""

import itertools
import sys
from collections.abc import Callable, Collection
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from indexer.ports import Found, VectorEntry, VectorStore
from indexer.vector_stores import FaissVectors

DIMENSION = 16
OPEN, SECRET = 1, 2


COMPRESSED = partial(FaissVectors, compress_above=0)
"""Codes from the first row on: as many are proposed as there are, so answers are exact ones."""


@pytest.fixture(params=[FaissVectors, COMPRESSED], ids=["exact", "compressed"])
def store(request: pytest.FixtureRequest) -> VectorStore:
    made: VectorStore = request.param(DIMENSION)
    return made


def unit(seed: int) -> NDArray[np.float32]:
    vector = np.random.default_rng(seed).normal(size=DIMENSION)
    return (vector / np.linalg.norm(vector)).astype(np.float32)


def entry(passage_id: int, *, seed: int | None = None, audience_id: int = OPEN) -> VectorEntry:
    vector = unit(passage_id if seed is None else seed)
    return VectorEntry(passage_id, passage_id * 10, audience_id, vector)


def ids(
    store: VectorStore,
    seed: int,
    audiences: Collection[int] = (OPEN,),
    *,
    limit: int = 9,
    within: Collection[int] | None = None,
) -> list[int]:
    found = store.nearest(unit(seed), audiences=audiences, limit=limit, within=within)
    return [hit.passage_id for hit in found]


def test_the_nearest_comes_first_with_its_cosine(store: VectorStore) -> None:
    store.apply(add=[entry(1), entry(2), entry(3)], remove=[], change=1)

    best, *_ = store.nearest(unit(2), audiences=[OPEN], limit=3)

    assert (best.passage_id, best.document_id) == (2, 20)
    assert best.score == pytest.approx(1.0, abs=2e-3)  # float16 keeps three digits


def test_equal_scores_come_by_the_lower_id(store: VectorStore) -> None:
    store.apply(add=[entry(7, seed=1), entry(3, seed=1)], remove=[], change=1)

    assert ids(store, 1) == [3, 7]


@pytest.mark.parametrize("make", [FaissVectors, COMPRESSED], ids=["exact", "compressed"])
def test_of_equal_scores_at_the_cut_the_same_are_taken_whatever_came_when(
    make: Callable[[int], VectorStore],
) -> None:
    """What the order of rows would decide shows when the index caught up, and with what else."""
    entries = [entry(number, seed=1 + number % 2) for number in range(1, 41)]
    orders = [entries, entries[::-1], entries[1::2] + entries[::2]]
    for limit, step in itertools.product((1, 3, 7, 20, 25), (1, 9, 40)):
        answers = []
        for order in orders:
            store = make(DIMENSION)
            for change, start in enumerate(range(0, len(order), step), start=1):
                store.apply(add=order[start : start + step], remove=[], change=change)
            answers.append(ids(store, 1, limit=limit))

        assert answers == [answers[0]] * 3
        assert answers[0][: min(limit, 20)] == list(range(2, 42, 2))[:limit]


def test_other_audiences_never_show_nor_take_a_place(store: VectorStore) -> None:
    hidden = [entry(number, seed=5, audience_id=SECRET) for number in range(10, 20)]
    store.apply(add=[*hidden, entry(1)], remove=[], change=1)

    assert ids(store, 5, limit=1) == [1]
    assert ids(store, 5, ()) == []
    assert ids(store, 5, (99,)) == []


def test_only_the_wanted_documents(store: VectorStore) -> None:
    store.apply(add=[entry(1), entry(2), entry(3)], remove=[], change=1)

    assert ids(store, 2, within=[30]) == [3]
    assert ids(store, 2, within=[]) == []


def test_a_removed_passage_is_gone_and_others_stay(store: VectorStore) -> None:
    store.apply(add=[entry(1), entry(2)], remove=[], change=1)
    store.apply(add=[], remove=[2, 77], change=2)

    assert ids(store, 2) == [1]
    assert store.change == 2


def test_applying_again_changes_nothing(store: VectorStore) -> None:
    for _ in range(2):
        store.apply(add=[entry(1), entry(2)], remove=[9], change=1)

    assert ids(store, 2) == [2, 1]


def test_a_passage_that_changes_audience_is_found_there_alone(store: VectorStore) -> None:
    store.apply(add=[entry(1)], remove=[], change=1)
    store.apply(add=[entry(1, audience_id=SECRET)], remove=[], change=2)

    assert ids(store, 1, (OPEN,)) == []
    assert ids(store, 1, (SECRET,)) == [1]


def test_clear_forgets_everything(store: VectorStore) -> None:
    store.apply(add=[entry(1)], remove=[], change=1)
    store.clear()

    assert ids(store, 1) == []
    assert store.change == 0


def test_rejects_another_dimension(store: VectorStore) -> None:
    with pytest.raises(ValueError, match=r"shape \(3,\)"):
        store.nearest(np.ones(3, dtype=np.float32), audiences=[OPEN], limit=1)
    with pytest.raises(ValueError, match=r"shape \(3,\)"):
        store.apply(
            add=[VectorEntry(1, 1, OPEN, np.ones(3, dtype=np.float32))], remove=[], change=1
        )


STEPS = st.lists(
    st.tuples(
        st.lists(st.tuples(st.integers(1, 40), st.integers(1, 5)), max_size=12),
        st.lists(st.integers(1, 40), max_size=6),
    ),
    max_size=6,
)


@pytest.mark.parametrize("compress_above", [sys.maxsize, 0, 6], ids=["exact", "all", "above 6"])
@settings(deadline=None, max_examples=60)
@given(
    steps=STEPS,
    saved=st.sets(st.integers(1, 6), max_size=2),
    audiences=st.sets(st.integers(1, 5)),
    seed=st.integers(0, 40),
    limit=st.integers(1, 12),
    within=st.none() | st.sets(st.integers(1, 40).map(lambda passage: passage * 10)),
)
def test_the_answer_is_that_of_brute_force_over_what_may_be_seen(
    compress_above: int,
    steps: list[tuple[list[tuple[int, int]], list[int]]],
    saved: set[int],
    audiences: set[int],
    seed: int,
    limit: int,
    within: set[int] | None,
) -> None:
    truth: dict[int, VectorEntry] = {}
    with TemporaryDirectory() as folder:
        store = FaissVectors(DIMENSION, Path(folder), compress_above=compress_above)
        for change, (added, removed) in enumerate(steps, start=1):
            entries = [entry(passage, audience_id=audience) for passage, audience in added]
            store.apply(add=entries, remove=removed, change=change)
            truth = {id_: known for id_, known in truth.items() if id_ not in removed}
            truth |= {known.passage_id: known for known in entries}
            if change in saved:
                store.save()
                store = FaissVectors(DIMENSION, Path(folder), compress_above=compress_above)
        found = store.nearest(unit(seed), audiences=audiences, limit=limit, within=within)

    assert [hit.passage_id for hit in found] == [
        hit.passage_id for hit in brute_force(truth, unit(seed), audiences, within)[:limit]
    ]


def brute_force(
    truth: dict[int, VectorEntry],
    query: NDArray[np.float32],
    audiences: Collection[int],
    within: Collection[int] | None,
) -> list[Found]:
    seen = [
        Found(known.document_id, known.passage_id, float(stored(known.vector) @ query))
        for known in truth.values()
        if known.audience_id in audiences and (within is None or known.document_id in within)
    ]
    return sorted(seen, key=Found.order)


def stored(vector: NDArray[np.float32]) -> NDArray[np.float32]:
    return vector.astype(np.float16).astype(np.float32)
