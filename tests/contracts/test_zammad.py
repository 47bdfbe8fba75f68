import hashlib
import hmac
import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from pydantic import SecretStr

from kb.models import AuthorRole, TicketState
from kb.sources.accounts import Account
from kb.sources.ports import (
    BEGINNING,
    BadAnswer,
    ForgedWebhook,
    Gone,
    Noted,
    RateLimited,
    SourceCase,
)
from kb.sources.zammad import NoteWentPublic, Zammad
from tests.contracts.stand_ins.server import Asked, Reply, StandIn, served

START = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)
NOW = START + timedelta(days=1)
CAP = 50
"""Rows that the server gives at most, whatever is asked for."""


class ZammadStandIn:
    def __init__(self) -> None:
        self.tickets: dict[int, dict[str, Any]] = {}
        self.articles: dict[int, list[dict[str, Any]]] = {}
        self.forbidden: set[int] = set()
        self.drops_internal = False
        self.without_index = False

    def add(self, *, minutes: int = 0, **changes: Any) -> int:
        number = len(self.tickets) + 1
        self.tickets[number] = {
            "id": number,
            "number": f"10{number}",
            "title": "Outlook asks for a password",
            "group": "Users",
            "state": "open",
            "organization": "Own",
            "created_at": START.isoformat(),
            "updated_at": f"{START + timedelta(minutes=minutes):%Y-%m-%dT%H:%M:%S.000Z}",
            "close_at": None,
        } | changes
        self.articles[number] = []
        self.say(number, "<p>Again and again.</p>", internal=False, sender="Customer")
        return number

    def say(self, number: int, body: str, **changes: Any) -> None:
        self.articles[number].append(
            {
                "id": 100 * number + len(self.articles[number]),
                "body": body,
                "content_type": "text/html",
                "sender": "Agent",
                "created_by": "bob@own.example",
                "created_at": START.isoformat(),
            }
            | changes
        )

    def __call__(self, asked: Asked) -> Reply:  # noqa: PLR0911  one return for each path
        path = asked.path.removeprefix("/api/v1")
        if asked.headers.get("authorization") != "Token token=key":
            return Reply(status=401)
        if path == "/users/me":
            return Reply({"id": 3, "login": "kb@own.example"})
        if path == "/groups":
            return Reply([{"name": "Users"}])
        if path == "/tickets/search":
            return Reply({"error": "no index"}) if self.without_index else self._search(asked)
        if path == "/tickets":
            if asked.one("only_total_count") == "true":
                return Reply({"total_count": len(self.tickets) - len(self.forbidden)})
            return Reply(self._page(asked, sorted(self.tickets)))
        if path == "/ticket_articles":
            return self._write(asked.json)
        return self._one(path)

    def _write(self, wanted: dict[str, Any]) -> Reply:
        self.say(
            wanted["ticket_id"],
            wanted["body"],
            internal=wanted["internal"] and not self.drops_internal,
            content_type=wanted["content_type"],
        )
        return Reply(self.articles[wanted["ticket_id"]][-1], status=201)

    def _one(self, path: str) -> Reply:
        number = int(path.rsplit("/", 1)[1])
        if number in self.forbidden:
            return Reply({"error": "Not authorized"}, status=403)
        if number not in self.tickets:
            return Reply({"error": "Couldn't find Ticket"}, status=404)
        if "by_ticket" in path:
            return Reply(self.articles[number])
        return Reply(self.tickets[number])

    def _search(self, asked: Asked) -> Reply:
        since = re.search(r"updated_at:\[(\S+) TO", asked.one("query"))
        assert since
        rows = [row for row in self.tickets.values() if row["updated_at"] >= since[1][:-1]]
        rows.sort(key=lambda row: (row["updated_at"], row["id"]))
        return Reply(self._page(asked, [row["id"] for row in rows]))

    def _page(self, asked: Asked, ids: list[int]) -> list[dict[str, Any]]:
        size = min(int(asked.one("per_page", "10")), CAP)
        page = int(asked.one("page", "1"))
        chosen = [number for number in ids if number not in self.forbidden]
        return [self.tickets[number] for number in chosen[(page - 1) * size : page * size]]


@pytest.fixture
def there() -> ZammadStandIn:
    return ZammadStandIn()


@pytest.fixture
def server(there: ZammadStandIn) -> Iterator[StandIn]:
    with served(there) as running:
        yield running


@pytest.fixture
def source(server: StandIn) -> Iterator[Zammad]:
    account = Account(
        url=server.url, secret=SecretStr("key"), webhook_secret=SecretStr("hook"), private=True
    )
    made = Zammad(account, sleep=lambda _: None)
    yield made
    made.close()


def case(source: Zammad, number: int) -> SourceCase:
    found = source.fetch(str(number))
    assert isinstance(found, SourceCase)
    return found


class TestChanged:
    def test_goes_on_past_the_cap_of_the_server(self, there: ZammadStandIn, source: Zammad) -> None:
        for minutes in range(130):
            there.add(minutes=minutes)

        found, mark, done = set(), BEGINNING, False
        while not done:
            page = source.changed(mark, limit=60, at=NOW)
            found |= {reference.external_id for reference in page.cases}
            mark, done = page.next, page.done

        assert found == {str(number) for number in range(1, 131)}

    def test_finds_what_the_search_index_learnt_late(
        self, there: ZammadStandIn, source: Zammad
    ) -> None:
        at = START + timedelta(minutes=12)
        there.add(minutes=10)
        page = source.changed(BEGINNING, limit=10, at=at)
        there.add(minutes=3)

        again = source.changed(page.next, limit=10, at=at)

        assert [reference.external_id for reference in again.cases] == ["2"]

    def test_an_error_in_a_good_answer_is_an_error(
        self, there: ZammadStandIn, source: Zammad
    ) -> None:
        there.without_index = True

        with pytest.raises(BadAnswer):
            source.changed(BEGINNING, limit=10, at=NOW)

    def test_a_long_pause_is_left_to_a_later_sync(self, server: StandIn, source: Zammad) -> None:
        server.first.append(Reply(status=429, headers={"Retry-After": "900"}))

        with pytest.raises(RateLimited):
            source.changed(BEGINNING, limit=10, at=NOW)


class TestFetch:
    def test_tells_who_said_what_and_what_is_internal(
        self, there: ZammadStandIn, source: Zammad
    ) -> None:
        number = there.add(state="closed", last_close_at="2026-01-05T12:00:00Z")
        there.say(number, "<p>She always forgets it.</p>", internal=True)
        there.say(number, "<p>Older client.</p>")
        there.say(
            number,
            '<p>Delete the token.</p><span class="js-signatureMarker"></span><p>Bob, 030 1</p>',
            internal=False,
        )

        found = case(source, number)

        assert found.description == "Again and again."
        assert [(m.text, m.role, m.internal) for m in found.messages] == [
            ("She always forgets it.", AuthorRole.AGENT, True),
            ("Older client.", AuthorRole.AGENT, True),
            ("Delete the token.", AuthorRole.AGENT, False),
        ]
        assert found.resolution == "Delete the token."
        assert found.state is TicketState.CLOSED
        assert found.scope == "Users"

    def test_an_internal_beginning_is_no_description(
        self, there: ZammadStandIn, source: Zammad
    ) -> None:
        number = there.add()
        there.articles[number][0]["internal"] = True

        found = case(source, number)

        assert found.description == ""
        assert found.messages[0].internal

    def test_deleted_forbidden_and_merged_are_gone(
        self, there: ZammadStandIn, source: Zammad
    ) -> None:
        there.add(state="merged")
        there.forbidden.add(there.add())

        assert source.fetch("1") == Gone("1", "merged")
        assert source.fetch("2") == Gone("2", "forbidden")
        assert source.fetch("3") == Gone("3", "deleted")


def test_names_what_is_missing(there: ZammadStandIn, source: Zammad) -> None:
    for _ in range(70):
        there.add()
    known = frozenset(map(str, there.tickets))
    assert source.missing(known) == frozenset()
    del there.tickets[60]

    assert source.missing(known) == {"60"}


class TestNote:
    def test_is_internal_and_written_once(self, there: ZammadStandIn, source: Zammad) -> None:
        there.add()

        assert source.note("1", "See article 7.", "suggestions") is Noted.WRITTEN
        assert source.note("1", "See article 7.", "suggestions") is Noted.UNCHANGED
        assert source.note("1", "See article 8.", "suggestions") is Noted.FIXED

        assert len(there.articles[1]) == 2
        assert there.articles[1][1]["internal"] is True
        assert case(source, 1).messages == ()

    def test_says_when_it_went_public(self, there: ZammadStandIn, source: Zammad) -> None:
        there.add()
        there.drops_internal = True

        with pytest.raises(NoteWentPublic):
            source.note("1", "See article 7.", "suggestions")


class TestWebhook:
    BODY = json.dumps(
        {
            "ticket": {"id": 12, "customer": {"phone": "030 123456", "note": "difficult"}},
            "article": {"internal": True, "body": "secret"},
        }
    ).encode()

    def signed(self, body: bytes) -> dict[str, str]:
        digest = hmac.new(b"hook", body, hashlib.sha1).hexdigest()
        return {"X-Hub-Signature": f"sha1={digest}", "X-Zammad-Delivery": "d-1"}

    def test_takes_the_number_and_nothing_private(self, source: Zammad) -> None:
        found = source.verify(self.signed(self.BODY), self.BODY)

        assert [(item.external_id, item.delivery) for item in found] == [("12", "d-1")]
        assert "030" not in repr(found)

    def test_a_forged_one_is_refused(self, source: Zammad) -> None:
        with pytest.raises(ForgedWebhook):
            source.verify(self.signed(self.BODY), self.BODY.replace(b"12,", b"13,"))


def test_tells_what_the_account_may_see(source: Zammad) -> None:
    assert source.visible().scopes == ("Users",)
