"""Looking for what is no longer there costs what is missing, and finds all of it."""

from collections.abc import Iterable
from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb.sources import vanished

PAGE = 100


@dataclass
class Numbers:
    """Counts its requests; may leave the range out of account, or not count at all."""

    there: set[int]
    ignores_ranges: bool = False
    counts: bool = True
    asked: int = 0

    def count(self, first: int, last: int) -> int | None:
        self.asked += 1
        return len(self._within(first, last)) if self.counts else None

    def numbers(self, first: int, last: int) -> Iterable[int]:
        found = self._within(first, last)
        self.asked += max(1, -(-len(found) // PAGE))
        return found

    def _within(self, first: int, last: int) -> list[int]:
        chosen = self.there if self.ignores_ranges else range(first, last + 1)
        return sorted(self.there.intersection(chosen))


def missing(known: Iterable[int], there: Numbers, *, page: int = PAGE) -> set[int]:
    return {int(item) for item in vanished.missing(frozenset(map(str, known)), there, page=page)}


@given(
    st.integers(20, 400),
    st.integers(1, 3),
    st.sets(st.integers(0, 399), max_size=5),
    st.booleans(),
    st.booleans(),
)
def test_finds_exactly_what_is_missing(
    last: int, step: int, deleted: set[int], ignores_ranges: bool, counts: bool
) -> None:
    known = set(range(1, last, step))
    there = Numbers(known - deleted, ignores_ranges=ignores_ranges, counts=counts)

    # Small pages, so that a few missing ones are worth halving for.
    assert missing(known, there, page=2) == known & deleted


@pytest.mark.parametrize(
    ("deleted", "most"), [(set(), 1), ({3}, 9), ({3, 5_000, 9_999}, 26), (set(range(5_000)), 60)]
)
def test_costs_what_is_missing_among_ten_thousand(deleted: set[int], most: int) -> None:
    known = set(range(1, 10_001))
    there = Numbers(known - deleted)

    assert missing(known, there) == deleted & known
    assert there.asked <= most


def test_of_all_numbers_nothing_else_is_asked() -> None:
    there = Numbers(set())

    assert vanished.missing(frozenset({"no number"}), there, page=PAGE) == frozenset()
    assert there.asked == 0


def test_what_a_new_case_hides_is_found_once_the_new_one_is_known() -> None:
    known = set(range(1, 201))
    there = Numbers((known - {7}) | {201, 202})
    assert missing(known, there) == {7}  # newer ones lie outside of the range

    there = Numbers((known - {7, 8, 150}) | {150})
    assert missing(known - {150}, there) == {7, 8} - there.there
    assert missing(known, there) == {7, 8}
