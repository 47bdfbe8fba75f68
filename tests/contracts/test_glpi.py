import hashlib
import hmac
import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from pydantic import SecretStr

from kb.models import TicketState
from kb.sources.accounts import Account
from kb.sources.glpi import Glpi, NoteWentPublic
from kb.sources.ports import (
    BEGINNING,
    BadAnswer,
    ForgedWebhook,
    Gone,
    Noted,
    SourceCase,
    SourceDenied,
)
from tests.contracts.stand_ins.server import Asked, Reply, StandIn, served

START = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)
NOW = START + timedelta(days=1)
ID, CHANGED = "902", "919"
"""Numbers of search options, as a plugin moved them."""


def stamp(when: datetime) -> str:
    return f"{when:%Y-%m-%d %H:%M:%S}"


class GlpiStandIn:
    def __init__(self) -> None:
        self.tickets: dict[int, dict[str, Any]] = {}
        self.said: dict[int, dict[str, list[dict[str, Any]]]] = {}
        self.forbidden: set[int] = set()
        self.sessions = 0
        self.drops_private = False
        self.without_options = False
        self.datatype_of_id = "number"
        self.ignores_criteria = False

    def add(self, *, minutes: int = 0, **changes: Any) -> int:
        number = len(self.tickets) + 1
        self.tickets[number] = {
            "id": number,
            "name": "Printer &amp; scanner",
            "content": "&lt;p&gt;Nothing &lt;b&gt;prints&lt;/b&gt;.&lt;/p&gt;",
            "status": 2,
            "date": stamp(START),
            "date_mod": stamp(START + timedelta(minutes=minutes)),
            "solvedate": None,
            "closedate": None,
            "itilcategories_id": 0,
            "entities_id": "Root &gt; Own",
            "is_deleted": 0,
        } | changes
        self.said[number] = {"ITILFollowup": [], "TicketTask": [], "ITILSolution": []}
        return number

    def say(self, number: int, kind: str, content: str, **changes: Any) -> None:
        base = {"id": 100 * number + len(self.said[number][kind]), "content": content}
        self.said[number][kind].append(base | {"date": stamp(START)} | changes)

    def __call__(self, asked: Asked) -> Reply:  # noqa: PLR0911  one return for each path
        path = asked.path.removeprefix("/apirest.php")
        if path == "/initSession":
            if asked.headers.get("authorization") != "user_token key":
                return Reply(["ERROR_GLPI_LOGIN_USER_TOKEN", ""], status=401)
            self.sessions += 1
            return Reply({"session_token": f"s{self.sessions}"})
        if asked.headers.get("session-token") != f"s{self.sessions}":
            return Reply(["ERROR_SESSION_TOKEN_INVALID", ""], status=401)
        if path == "/getMyEntities":
            return Reply({"myentities": [{"id": 0, "name": "Root"}]})
        if path == "/listSearchOptions/Ticket":
            options = {
                "common": "Characteristics",
                ID: {"table": "glpi_tickets", "field": "id", "datatype": self.datatype_of_id},
                CHANGED: {"table": "glpi_tickets", "field": "date_mod"},
                "5": {"table": "glpi_users", "field": "name"},
            }
            return Reply({} if self.without_options else options)
        if path == "/search/Ticket":
            return self._search(asked)
        return self._item(asked, path)

    def _search(self, asked: Asked) -> Reply:
        rows = [row for row in self.tickets.values() if row["id"] not in self.forbidden]
        ends = self._ends(asked)
        since = "" if ends else asked.one("criteria[0][value]")
        if ends and not self.ignores_criteria:
            rows = [row for row in rows if ends[0] <= row["id"] <= ends[1]]
        if since:
            assert asked.one("criteria[0][searchtype]") == "morethan"
            rows = [row for row in rows if row["date_mod"] > since]
        key = "date_mod" if asked.one("sort") == CHANGED else "id"
        rows.sort(key=lambda row: (row[key], row["id"]))
        first, last = map(int, asked.one("range").split("-"))
        if first and first >= len(rows):
            return Reply(["ERROR_RANGE_EXCEED_TOTAL", ""], status=400)
        shown = [{ID: row["id"], CHANGED: row["date_mod"]} for row in rows[first : last + 1]]
        partial = last + 1 < len(rows)
        return Reply({"totalcount": len(rows), "data": shown}, status=206 if partial else 200)

    def _ends(self, asked: Asked) -> tuple[int, int] | None:
        """The range of numbers that is asked for, if one is."""
        if asked.one("criteria[0][field]") != ID:
            return None
        for place in "01":
            said = [asked.one(f"criteria[{place}][{name}]") for name in ("field", "searchtype")]
            assert said == [ID, "contains"]
        assert asked.one("criteria[1][link]") == "AND"
        # Where the field is a number, GLPI compares; elsewhere it looks for the text ">=1".
        first = asked.one("criteria[0][value]").removeprefix(">=")
        last = asked.one("criteria[1][value]").removeprefix("<=")
        return (int(first), int(last)) if self.datatype_of_id == "number" else (1, 0)

    def _item(self, asked: Asked, path: str) -> Reply:
        parts = path.strip("/").split("/")
        if parts[0] == "ITILFollowup":
            return self._followup(asked, parts)
        number = int(parts[1])
        if number in self.forbidden:
            return Reply(["ERROR_RIGHT_MISSING", ""], status=403)
        if number not in self.tickets:
            return Reply(["ERROR_ITEM_NOT_FOUND", ""], status=404)
        return Reply(self.said[number][parts[2]] if len(parts) > 2 else self.tickets[number])

    def _followup(self, asked: Asked, parts: list[str]) -> Reply:
        if asked.method == "POST":
            wanted = asked.json["input"]
            private = 0 if self.drops_private else wanted["is_private"]
            self.say(wanted["items_id"], "ITILFollowup", wanted["content"], is_private=private)
            return Reply({"id": 1}, status=201)
        for said in self.said.values():
            for item in list(said["ITILFollowup"]):
                if item["id"] == int(parts[1]) and asked.method == "DELETE":
                    said["ITILFollowup"].remove(item)
                elif item["id"] == int(parts[1]):
                    item["content"] = asked.json["input"]["content"]
        return Reply([{"1": True}])


@pytest.fixture
def there() -> GlpiStandIn:
    return GlpiStandIn()


@pytest.fixture
def server(there: GlpiStandIn) -> Iterator[StandIn]:
    with served(there) as running:
        yield running


def glpi(server: StandIn, key: str = "key") -> Glpi:
    account = Account(
        url=server.url, secret=SecretStr(key), webhook_secret=SecretStr("hook"), private=True
    )
    return Glpi(account, sleep=lambda _: None)


@pytest.fixture
def source(server: StandIn) -> Iterator[Glpi]:
    made = glpi(server)
    yield made
    made.close()


def case(source: Glpi, number: int) -> SourceCase:
    found = source.fetch(str(number))
    assert isinstance(found, SourceCase)
    return found


class TestChanged:
    def test_finds_all_with_the_numbers_that_a_plugin_moved(
        self, there: GlpiStandIn, source: Glpi
    ) -> None:
        for number in range(250):
            there.add(minutes=number // 2)

        found, mark, done = set(), BEGINNING, False
        while not done:
            page = source.changed(mark, limit=60, at=NOW)
            found |= {reference.external_id for reference in page.cases}
            mark, done = page.next, page.done

        assert found == {str(number) for number in range(1, 251)}

    def test_without_search_options_nothing_is_guessed(
        self, there: GlpiStandIn, source: Glpi
    ) -> None:
        there.without_options = True

        with pytest.raises(BadAnswer, match="search option"):
            source.changed(BEGINNING, limit=10, at=NOW)


class TestSession:
    def test_an_expired_one_is_renewed(self, there: GlpiStandIn, source: Glpi) -> None:
        there.add()
        case(source, 1)
        there.sessions += 1  # all sessions so far are over

        assert case(source, 1).title == "Printer & scanner"

    def test_a_wrong_token_is_told(self, server: StandIn) -> None:
        source = glpi(server, "wrong")

        with pytest.raises(SourceDenied):
            source.fetch("1")
        source.close()


class TestFetch:
    def test_entities_are_decoded_and_private_is_internal(
        self, there: GlpiStandIn, source: Glpi
    ) -> None:
        number = there.add(status=5, solvedate=stamp(START))
        there.say(number, "ITILFollowup", "&lt;p&gt;Try again&lt;/p&gt;", is_private=0)
        there.say(number, "ITILFollowup", "<p>She is upset</p>", is_private=1)
        there.say(number, "TicketTask", "<p>Unknown</p>")
        there.say(number, "ITILSolution", "<p>Not this</p>", status=4)
        there.say(number, "ITILSolution", "<p>New toner</p>", status=3)

        found = case(source, number)

        assert found.description == "Nothing **prints**."
        assert found.scope == "Root > Own"
        assert {message.text: message.internal for message in found.messages} == {
            "Try again": False,
            "She is upset": True,
            "Unknown": True,
            "Not this": False,
            "New toner": False,
        }
        assert found.resolution == "New toner"
        assert found.state is TicketState.RESOLVED
        assert found.category is None

    def test_deleted_binned_and_forbidden_are_gone(self, there: GlpiStandIn, source: Glpi) -> None:
        there.add(is_deleted=1)
        there.forbidden.add(there.add())

        assert source.fetch("1") == Gone("1", "deleted")
        assert source.fetch("2") == Gone("2", "forbidden")
        assert source.fetch("3") == Gone("3", "deleted")


class TestMissing:
    @pytest.mark.parametrize("datatype", ["number", "itemlink"])
    def test_is_named(self, there: GlpiStandIn, source: Glpi, datatype: str) -> None:
        there.datatype_of_id = datatype
        for _ in range(250):
            there.add()
        known = frozenset(map(str, there.tickets))
        assert source.missing(known) == frozenset()
        del there.tickets[120]
        there.forbidden.add(3)

        assert source.missing(known) == {"120", "3"}

    def test_one_does_not_list_all(self, there: GlpiStandIn, source: Glpi, server: StandIn) -> None:
        for _ in range(1_600):
            there.add()
        known = frozenset(map(str, there.tickets))
        del there.tickets[1_111]

        assert source.missing(known) == {"1111"}
        # Counted once, halved four times, and a hundred listed: not sixteen pages.
        assert len([path for path in server.paths() if path.endswith("/search/Ticket")]) == 6

    def test_lists_all_where_the_range_is_ignored(self, there: GlpiStandIn, source: Glpi) -> None:
        for _ in range(1_600):
            there.add()
        known = frozenset(map(str, there.tickets))
        del there.tickets[3]
        there.ignores_criteria = True

        assert source.missing(known) == {"3"}


class TestNote:
    def test_is_private_and_changed_instead_of_repeated(
        self, there: GlpiStandIn, source: Glpi
    ) -> None:
        there.add()

        assert source.note("1", "See <article> 7.", "suggestions") is Noted.WRITTEN
        assert source.note("1", "See <article> 7.", "suggestions") is Noted.UNCHANGED
        assert source.note("1", "See article 8.", "suggestions") is Noted.UPDATED

        followups = there.said[1]["ITILFollowup"]
        assert [item["is_private"] for item in followups] == [1]
        assert "article 8" in followups[0]["content"]
        assert case(source, 1).messages == ()

    def test_is_deleted_when_it_went_public(self, there: GlpiStandIn, source: Glpi) -> None:
        there.add()
        there.drops_private = True

        with pytest.raises(NoteWentPublic):
            source.note("1", "See article 7.", "suggestions")
        assert there.said[1]["ITILFollowup"] == []


class TestWebhook:
    BODY = json.dumps({"event": "update", "item": {"id": 12}}).encode()

    def signed(self, body: bytes, stamp: str = "1767600000") -> dict[str, str]:
        digest = hmac.new(b"hook", body + stamp.encode(), hashlib.sha256).hexdigest()
        return {"X-GLPI-signature": digest, "X-GLPI-timestamp": stamp}

    def test_the_signature_is_over_body_and_time_however_late(self, source: Glpi) -> None:
        found = source.verify(self.signed(self.BODY), self.BODY)

        assert [item.external_id for item in found] == ["12"]

    def test_another_time_is_forged(self, source: Glpi) -> None:
        with pytest.raises(ForgedWebhook):
            source.verify(self.signed(self.BODY) | {"X-GLPI-timestamp": "1"}, self.BODY)

    def test_a_followup_leads_to_its_ticket(self, source: Glpi) -> None:
        body = json.dumps({"item": {"id": 99}, "parent_item": {"id": 12}}).encode()

        assert source.verify(self.signed(body), body)[0].external_id == "12"


def test_tells_what_the_account_may_see(source: Glpi) -> None:
    assert source.visible().scopes == ("Root",)
