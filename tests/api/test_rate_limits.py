"""Who asks too often waits, and nobody else."""

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from api import limits
from api.limits import RateLimit


def limited(
    now: list[float], *, per_token: int = 0, per_address: int = 0, per_webhook: int = 0
) -> RateLimit:
    def answer(_request: Request) -> PlainTextResponse:
        return PlainTextResponse("here")

    hook = Route("/api/v1/sources/{name}/webhook", answer, methods=["POST"])
    inner = Starlette(routes=[Route("/x", answer), Route("/health/live", answer), hook])
    return RateLimit(
        inner,
        per_token=per_token,
        per_address=per_address,
        per_webhook=per_webhook,
        clock=lambda: now[0],
    )


def statuses(client: TestClient, count: int, *, token: str) -> list[int]:
    headers = {"Authorization": f"Bearer {token}"}
    return [client.get("/x", headers=headers).status_code for _ in range(count)]


def test_a_token_that_asks_too_often_waits_and_others_do_not() -> None:
    now = [0.0]
    client = TestClient(limited(now, per_token=3))

    assert statuses(client, 4, token="a") == [200, 200, 200, 429]
    assert statuses(client, 1, token="b") == [200]
    answer = client.get("/x", headers={"Authorization": "Bearer a"})
    assert answer.headers["retry-after"] == "20"
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["status"] == 429
    now[0] = 20.0
    assert statuses(client, 2, token="a") == [200, 429]
    now[0] = 1_000.0
    assert statuses(client, 4, token="a") == [200, 200, 200, 429]


def test_an_address_with_ever_new_tokens_waits_too() -> None:
    client = TestClient(limited([0.0], per_token=3, per_address=5))

    assert [statuses(client, 1, token=str(n))[0] for n in range(6)] == [200] * 5 + [429]


def test_all_addresses_of_one_ipv6_network_count_together() -> None:
    app = limited([0.0], per_address=2)
    senders = ("2001:db8:1:2::1", "2001:db8:1:2:ffff::9", "2001:db8:1:2::3", "2001:db8:1:3::1")
    clients = [TestClient(app, client=(sender, 1)) for sender in senders]

    assert [statuses(each, 1, token="a")[0] for each in clients] == [200, 200, 429, 200]


def test_a_flood_of_webhooks_waits_and_disturbs_no_other_source_or_sender() -> None:
    app = limited([0.0], per_webhook=2)
    client, other = TestClient(app), TestClient(app, client=("192.0.2.7", 1))

    def sent(sender: TestClient, source: str) -> int:
        return sender.post(f"/api/v1/sources/{source}/webhook").status_code

    assert [sent(client, "rt") for _ in range(3)] == [200, 200, 429]
    assert (sent(client, "jira"), sent(other, "rt")) == (200, 200)
    assert statuses(client, 3, token="a") == [200] * 3


def test_whether_it_lives_is_always_told() -> None:
    client = TestClient(limited([0.0], per_address=1))

    assert [client.get("/health/live").status_code for _ in range(3)] == [200] * 3


def test_the_memory_for_senders_is_limited(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "REMEMBERED", 10)
    app = limited([0.0], per_token=5)
    client = TestClient(app)
    for number in range(30):
        statuses(client, 1, token=str(number))

    assert len(app._left) == 10


def test_the_application_is_limited(app: FastAPI) -> None:
    (limit,) = [one for one in app.user_middleware if "per_webhook" in one.kwargs]
    assert all(limit.kwargs[name] for name in ("per_token", "per_address", "per_webhook"))
