"""The leak set through redaction: what is found, what is replaced needlessly, what survives."""

from collections import Counter
from pathlib import Path

import pytest

from kb.redaction import Known, find, redact
from tests.kb.test_leak_set import LEAKS, Leak

ALWAYS = ("email", "password", "token", "private_key", "licence_key")
"""Kinds of which not one may be missed."""


@pytest.fixture(scope="module")
def leaks() -> list[Leak]:
    lines = Path(LEAKS).read_text(encoding="utf-8").splitlines()
    return [Leak.model_validate_json(line) for line in lines]


def known(leak: Leak) -> Known:
    return Known(people=tuple(leak.people), language=leak.language)


def hidden(leak: Leak) -> set[int]:
    """The positions of the text that redaction replaces."""
    return {at for each in find(leak.text, known(leak)) for at in range(each.start, each.end)}


def positions(text: str, value: str) -> list[set[int]]:
    """The letters and digits of each place where `value` stands."""
    starts = [at for at in range(len(text)) if text.startswith(value, at)]
    return [
        {at for at in range(start, start + len(value)) if text[at].isalnum()} for start in starts
    ]


def test_nearly_everything_is_found_and_no_secret_or_address_is_missed(leaks: list[Leak]) -> None:
    planted, missed = Counter[str](), Counter[str]()
    for leak in leaks:
        covered = hidden(leak)
        for item in leak.items:
            planted[item.kind] += 1
            missed[item.kind] += not all(p <= covered for p in positions(leak.text, item.value))

    assert {kind: missed[kind] for kind in ALWAYS} == dict.fromkeys(ALWAYS, 0)
    assert 1 - missed.total() / planted.total() >= 0.98


@pytest.mark.parametrize("language", ["de", "nl", "en"])
def test_each_language_is_found_alike(leaks: list[Leak], language: str) -> None:
    found = [
        all(p <= hidden(leak) for p in positions(leak.text, item.value))
        for leak in leaks
        if leak.language == language
        for item in leak.items
    ]

    assert sum(found) / len(found) >= 0.98


def test_little_else_is_replaced(leaks: list[Leak]) -> None:
    right = wrong = 0
    for leak in leaks:
        private = {at for item in leak.items for p in positions(leak.text, item.value) for at in p}
        for each in find(leak.text, known(leak)):
            meant = bool(private & set(range(each.start, each.end)))
            right, wrong = right + meant, wrong + (not meant)

    assert right / (right + wrong) >= 0.97


def test_commands_paths_and_error_codes_survive(leaks: list[Leak]) -> None:
    lost = [
        kept
        for leak in leaks
        for kept in leak.keep
        if kept not in redact(leak.text, known(leak)).text
    ]

    assert lost == []
