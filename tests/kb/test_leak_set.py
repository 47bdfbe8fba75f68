"""The leak test set keeps its own promises; what redaction makes of it is tested elsewhere."""

import re
from collections import Counter
from pathlib import Path
from typing import Literal

import pytest
from pydantic import BaseModel, ConfigDict

LEAKS = Path(__file__).parent / "data" / "leaks.jsonl"

Kind = Literal[
    "email",
    "phone",
    "person",
    "address",
    "iban",
    "user_id",
    "password",
    "token",
    "private_key",
    "licence_key",
    "internal_ip",
    "internal_host",
]


class Planted(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)

    kind: Kind
    value: str


class Leak(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)

    language: Literal["de", "nl", "en"]
    text: str
    items: list[Planted]
    keep: list[str]
    people: list[str]


@pytest.fixture(scope="module")
def leaks() -> list[Leak]:
    lines = LEAKS.read_text(encoding="utf-8").splitlines()
    return [Leak.model_validate_json(line) for line in lines]


def test_at_least_420_items_are_planted_and_140_in_each_language(leaks: list[Leak]) -> None:
    planted = Counter(leak.language for leak in leaks for _ in leak.items)

    assert planted.total() >= 420
    assert min(planted["de"], planted["nl"], planted["en"]) >= 140


def test_every_kind_occurs_in_every_language(leaks: list[Leak]) -> None:
    found = {(leak.language, item.kind) for leak in leaks for item in leak.items}

    assert len(found) == 3 * 12


def test_items_and_what_must_survive_stand_in_the_text_apart(leaks: list[Leak]) -> None:
    for leak in leaks:
        assert all(item.value in leak.text for item in leak.items), leak.text
        assert all(kept in leak.text for kept in leak.keep), leak.text
        assert not [(i, k) for i in leak.items for k in leak.keep if i.value in k], leak.text


def test_mail_addresses_are_of_reserved_domains(leaks: list[Leak]) -> None:
    addresses = [item.value for leak in leaks for item in leak.items if item.kind == "email"]

    assert all(
        re.search(r"@(?:[\w-]+\.)*(?:example|example\.(?:com|org|net))$", address)
        for address in addresses
    )


def test_bank_numbers_have_valid_check_digits(leaks: list[Leak]) -> None:
    numbers = [item.value for leak in leaks for item in leak.items if item.kind == "iban"]

    assert [number for number in numbers if not has_valid_check_digits(number)] == []


def has_valid_check_digits(iban: str) -> bool:
    """ISO 13616: moved to the end and spelt as digits, the number leaves 1 when divided by 97."""
    plain = iban.replace(" ", "")
    digits = "".join(str(int(sign, 36)) for sign in plain[4:] + plain[:4])
    return int(digits) % 97 == 1
