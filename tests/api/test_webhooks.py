"""The door through which ticket systems tell that a case has changed."""

import hashlib
import hmac

import pytest
from fastapi.testclient import TestClient
from pydantic import SecretStr
from sqlalchemy import select

from api.wiring import Services
from kb.db import Database
from kb.sources import register
from kb.sources.accounts import Account
from kb.sources.models import SourceCaseRow
from kb.sources.vault import open_vault
from tests.factories import MONDAY

PATH = "/api/v1/sources/rt/webhook"
BODY = b'{"id": 17, "Subject": "never believed"}'


@pytest.fixture(autouse=True)
def _source(services: Services) -> None:
    account = Account(url="https://rt.example", webhook_secret=SecretStr("hook"))
    with services.database.write() as session:
        vault = open_vault(services.settings)
        register.add(session, "rt", "request-tracker", account, vault=vault, at=MONDAY)


def signed(body: bytes, secret: str = "hook") -> dict[str, str]:  # noqa: S107  the test's
    digest = hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()
    return {"X-RT-Signature": f"sha256={digest}"}


def promised(database: Database) -> list[tuple[str, int]]:
    with database.read() as session:
        rows = session.scalars(select(SourceCaseRow).where(SourceCaseRow.due_at.is_not(None)))
        return [(row.external_id, row.promises) for row in rows]


def test_a_case_is_promised_and_nothing_is_believed(
    stranger: TestClient, database: Database
) -> None:
    answer = stranger.post(PATH, content=BODY, headers=signed(BODY))

    assert (answer.status_code, answer.json()) == (202, {"status": "taken"})
    assert promised(database) == [("17", 1)]


def test_sent_again_it_promises_what_is_promised(stranger: TestClient, database: Database) -> None:
    for _ in range(3):
        stranger.post(PATH, content=BODY, headers=signed(BODY))

    assert [number for number, _ in promised(database)] == ["17"]


@pytest.mark.parametrize(
    "headers", [{}, signed(BODY, "other"), signed(b"{}"), {"X-RT-Signature": "sha256=\u00fc"}]
)
def test_forged(stranger: TestClient, database: Database, headers: dict[str, str]) -> None:
    sent = [(name.encode(), value.encode()) for name, value in headers.items()]
    answer = stranger.post(PATH, content=BODY, headers=sent)

    assert answer.status_code == 401
    assert answer.json()["type"] == "/problems/ForgedWebhook"
    assert promised(database) == []


@pytest.mark.parametrize("body", [b"", b"no json", b"[]", b'{"id": null}'])
def test_signed_but_not_understood(stranger: TestClient, database: Database, body: bytes) -> None:
    assert stranger.post(PATH, content=body, headers=signed(body)).status_code == 202
    assert promised(database) == []


@pytest.mark.parametrize("name", ["other", "a%00b", "%ff"])
def test_no_such_source(stranger: TestClient, name: str) -> None:
    path = f"/api/v1/sources/{name}/webhook"
    assert stranger.post(path, content=BODY, headers=signed(BODY)).status_code == 404


def test_without_a_secret_none_is_believed(stranger: TestClient, services: Services) -> None:
    with services.database.write() as session:
        vault = open_vault(services.settings)
        account = Account(url="https://rt.example")
        register.add(session, "open", "request-tracker", account, vault=vault, at=MONDAY)

    answer = stranger.post("/api/v1/sources/open/webhook", content=BODY, headers=signed(BODY, ""))

    assert answer.status_code == 401
