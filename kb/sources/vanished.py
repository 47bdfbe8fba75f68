"""Which known cases are no longer there, at the price of what is missing: by counting ranges."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Protocol

from kb.sources.ports import QueryIgnored


class Numbered(Protocol):
    """A system whose cases have numbers, which it counts and lists by range."""

    def count(self, first: int, last: int) -> int | None:
        """How many cases are numbered from `first` to `last`; None if it does not tell."""
        ...

    def numbers(self, first: int, last: int) -> Iterable[int]:
        """The numbers of the cases from `first` to `last`."""
        ...


def missing(known: frozenset[str], there: Numbered, *, page: int) -> frozenset[str]:
    """Those of the known cases that are not there.

    Costs one request when the counts agree, else about log2(cases / page) for each missing one,
    and hardly more than listing all when many are.  In a range with as many new cases that we do
    not know yet as missing ones, those are found the next time.

    Args:
        known: numbers; what is none is no case of such a system and left out.
        there: the system; where it does not count, or ignores the range, all are listed.
        page: how many numbers it lists in one request.
    """
    numbers = sorted(int(item) for item in known if item.isdecimal())
    if not numbers:
        return frozenset()
    try:
        counted = _counted(there, numbers[0], numbers[-1])
        found = frozenset(_missing(numbers, counted, there, page))
    except QueryIgnored:
        found = frozenset(numbers).difference(there.numbers(numbers[0], numbers[-1]))
    return frozenset(map(str, found))


def _missing(known: Sequence[int], counted: int, there: Numbered, page: int) -> Iterator[int]:
    """Halve what holds too few, until listing it costs no more than going on."""
    lost = len(known) - counted
    if lost <= 0:
        return
    pages = -(-len(known) // page)
    if pages <= lost * pages.bit_length():
        yield from set(known) - _listed(there, known[0], known[-1])
        return
    middle = len(known) // 2
    lower, upper = known[:middle], known[middle:]
    in_lower = _counted(there, lower[0], upper[0] - 1)
    yield from _missing(lower, in_lower, there, page)
    yield from _missing(upper, counted - in_lower, there, page)


def _counted(there: Numbered, first: int, last: int) -> int:
    counted = there.count(first, last)
    if counted is None:
        raise QueryIgnored("the system does not tell how many cases there are")
    return counted


def _listed(there: Numbered, first: int, last: int) -> set[int]:
    listed = set(there.numbers(first, last))
    if any(not first <= number <= last for number in listed):
        raise QueryIgnored("the system lists more than the range of numbers that was asked for")
    return listed
