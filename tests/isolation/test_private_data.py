"""What is private in a shared ticket reaches no reader outside its own team, by no door."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from kb.models import TicketState
from tests.isolation.doors import answers
from tests.isolation.test_non_interference import on_sqlite
from tests.isolation.worlds import SHARED, Case, Note, Plan, Row, World

PLANTED = (
    "Petra Sommerfeld",
    "petra.sommerfeld@own.example",
    "1234567",
    "Lindenstra",
    "DE89370400440532013000",
    "Tr0mpete!42",
    "ghp_abcdefghijklmnopqrstuvwxyz0123456789",
    "10.20.30.40",
    "srv-db-07",
)

CASE = Case(
    title="vpn tunnel of Mrs Petra Sommerfeld drops on srv-db-07",
    description=(
        "The vpn tunnel drops. Petra Sommerfeld <petra.sommerfeld@own.example>, Tel. +49 30 1234567"
        "\nAdresse: Lindenstraße 12, 10969 Berlin\nIBAN DE89370400440532013000"
        "\nserver srv-db-07 at 10.20.30.40"
    ),
    level=2,
    state=TicketState.CLOSED,
    queue="Network",
    notes=(
        Note(
            text="Password: Tr0mpete!42, token ghp_abcdefghijklmnopqrstuvwxyz0123456789",
            other="",
            internal=False,
        ),
    ),
)


@pytest.fixture(scope="module")
def told(sqlite_template: Path) -> Iterator[list[tuple[str, str]]]:
    """Each request of an engineer of the contractor, and its answer."""
    plan = Plan(
        rows=(Row(audience=SHARED, case=CASE, other=CASE),),
        extra=(),
        indexed_after=(frozenset(), frozenset()),
    )
    with on_sqlite(sqlite_template, plan, second=False) as world:
        yield [*answers(world), *_by_what_is_hidden(world)]


def _by_what_is_hidden(world: World) -> Iterator[tuple[str, str]]:
    for planted in PLANTED:
        body = {"query": f"vpn tunnel {planted}"}
        given = world.client.request("POST", "/api/v1/search", json=body, headers=world.as_program)
        yield "search", given.text


@pytest.mark.parametrize("planted", PLANTED)
def test_no_door_tells_it(told: list[tuple[str, str]], planted: str) -> None:
    assert [asked for asked, answer in told if planted in answer] == []


@pytest.mark.parametrize("path", ["/api/v1/tickets/1 ", "/tickets/1 ", "/desk/tickets/1 "])
def test_the_doors_tell_the_rest(told: list[tuple[str, str]], path: str) -> None:
    answer = next(answer for asked, answer in told if asked == path)

    assert "tunnel drops" in answer
    assert "[PERSON-1]" in answer


def test_the_search_finds_the_rest(told: list[tuple[str, str]]) -> None:
    answer = next(answer for asked, answer in told if asked.startswith("/api/v1/search {"))

    assert "vpn tunnel of Mrs [PERSON-1] drops on [HOST-1]" in answer
