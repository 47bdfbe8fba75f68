from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

from kb.sources import http
from kb.sources.http import Absent, ForbiddenAddress, Http, Reach
from kb.sources.ports import BadAnswer, RateLimited, SourceUnavailable
from tests.contracts.stand_ins.server import Asked, Reply, StandIn, served


def answer(asked: Asked) -> Reply:
    if asked.path == "/redirect":
        return Reply(status=302, headers={"Location": "http://169.254.169.254/"})
    if asked.path == "/html":
        return Reply(raw=b"<html>sign in</html>")
    return Reply({"path": asked.path, "query": asked.query, "body": asked.json})


@pytest.fixture
def server() -> Iterator[StandIn]:
    with served(answer) as running:
        yield running


@pytest.fixture
def pauses() -> list[float]:
    return []


@pytest.fixture
def client(server: StandIn, pauses: list[float]) -> Iterator[Http]:
    made = Http(server.url, {"Authorization": "s3cret"}, private=True, sleep=pauses.append)
    yield made
    made.close()


class TestReach:
    @pytest.mark.parametrize(
        "host",
        [
            "127.0.0.1",
            "10.1.2.3",
            "169.254.169.254",
            "::1",
            "fd00::1",
            "::ffff:10.0.0.1",
            "64:ff9b::10.0.0.1",
            "2002:a00:1::1",
            "0.0.0.0",  # noqa: S104  it must be refused
        ],
    )
    def test_a_private_address_needs_leave(self, host: str) -> None:
        with pytest.raises(ForbiddenAddress):
            Reach(frozenset({host})).address(host, 80)

        assert Reach(frozenset({host}), private=True).address(host, 80)

    def test_another_host_is_refused(self) -> None:
        with pytest.raises(ForbiddenAddress):
            Reach(frozenset({"8.8.8.8"}), private=True).address("8.8.4.4", 80)

    def test_the_server_cannot_lead_elsewhere(self, client: Http) -> None:
        with pytest.raises(ForbiddenAddress):
            client.get("http://localhost/next")

    @pytest.mark.parametrize("url", ["file:///etc/passwd", "https://", "https://user@host/", "x"])
    def test_only_web_addresses(self, url: str) -> None:
        with pytest.raises(ForbiddenAddress):
            Http(url)


class TestSend:
    def test_brings_json_there_and_back(self, client: Http) -> None:
        found = client.send("POST", "/a", query={"q": "ü & x"}, body={"n": 1}).json

        assert found == {"path": "/a", "query": {"q": ["ü & x"]}, "body": {"n": 1}}

    def test_a_redirect_is_not_followed(self, client: Http) -> None:
        with pytest.raises(BadAnswer, match="redirects"):
            client.get("/redirect")

    def test_a_page_is_no_answer(self, client: Http) -> None:
        with pytest.raises(BadAnswer, match="JSON"):
            client.get("/html")

    def test_a_huge_answer_is_cut_off(self, client: Http, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(http, "LARGEST_ANSWER", 10)

        with pytest.raises(BadAnswer, match="more than"):
            client.get("/a")

    def test_errors_hold_no_secret_and_no_query(self, server: StandIn, client: Http) -> None:
        server.first += [Reply(status=500)]

        with pytest.raises(SourceUnavailable) as caught:
            client.get("/a", {"q": "name"})
        assert "s3cret" not in repr(caught.value)
        assert "name" not in repr(caught.value)
        assert "s3cret" not in repr(client)


class TestBusy:
    def test_backs_off_and_gives_up(
        self, server: StandIn, client: Http, pauses: list[float]
    ) -> None:
        server.first += [Reply(status=503)] * 4

        with pytest.raises(SourceUnavailable):
            client.get("/a")
        for pause, wanted in zip(pauses, [1, 2, 4], strict=True):
            assert 0.75 * wanted <= pause <= 1.25 * wanted

    def test_a_date_is_understood(self, server: StandIn, client: Http, pauses: list[float]) -> None:
        later = format_datetime(datetime.now(UTC) + timedelta(seconds=20), usegmt=True)
        server.first += [Reply(status=429, headers={"Retry-After": later})]

        client.get("/a")

        assert 15 < pauses[0] <= 20

    def test_what_writes_is_not_sent_twice_after_an_error(
        self, server: StandIn, client: Http
    ) -> None:
        server.first += [Reply(status=502)]

        with pytest.raises(SourceUnavailable):
            client.send("POST", "/a", body={})
        assert len(server.asked) == 1

    def test_what_writes_is_sent_again_when_it_was_turned_away(
        self, server: StandIn, client: Http
    ) -> None:
        server.first += [Reply(status=429, headers={"Retry-After": "1"})]

        assert client.send("POST", "/a", body={}).status == 200

    def test_always_busy_is_rate_limited(self, server: StandIn, client: Http) -> None:
        server.first += [Reply(status=429)] * 4

        with pytest.raises(RateLimited):
            client.get("/a")

    @pytest.mark.parametrize(("status", "reason"), [(403, "forbidden"), (404, "deleted")])
    def test_absence_has_a_reason(
        self, server: StandIn, client: Http, status: int, reason: str
    ) -> None:
        server.first += [Reply(status=status)]

        with pytest.raises(Absent) as caught:
            client.get("/a")
        assert caught.value.reason == reason
