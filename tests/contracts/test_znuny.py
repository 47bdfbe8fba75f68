from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from pydantic import SecretStr

from kb.sources.accounts import Account
from kb.sources.ports import BEGINNING, ForgedWebhook, Gone, Noted, SourceCase, SourceDenied
from kb.sources.znuny import Znuny
from tests.contracts.stand_ins.server import Asked, Reply, StandIn, served

START = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)
NOW = START + timedelta(days=1)


def error(code: str) -> Reply:
    return Reply({"Error": {"ErrorCode": code, "ErrorMessage": "x"}})


class ZnunyStandIn:
    def __init__(self) -> None:
        self.tickets: dict[str, dict[str, Any]] = {}
        self.forbidden: set[str] = set()
        self.sessions = 0

    def add(self, *, minutes: int = 0, **changes: Any) -> str:
        number = str(len(self.tickets) + 1)
        self.tickets[number] = {
            "TicketID": int(number),
            "Title": "Printer",
            "State": "open",
            "StateType": "open",
            "Queue": "Raw",
            "Created": f"{START:%Y-%m-%d %H:%M:%S}",
            "Changed": f"{START + timedelta(minutes=minutes):%Y-%m-%d %H:%M:%S}",
            "Article": [],
        } | changes
        self.say(number, "It hangs.", visible=1, sender="customer")
        return number

    def say(self, number: str, text: str, *, visible: int | None, sender: str = "agent") -> None:
        article = {"Body": text, "SenderType": sender, "MimeType": "text/plain"}
        if visible is not None:
            article["IsVisibleForCustomer"] = str(visible)
        self.tickets[number]["Article"].append(article)

    def __call__(self, asked: Asked) -> Reply:  # noqa: PLR0911  one return for each path
        if asked.path == "/Session":
            if asked.json["Password"] != "pw":
                return error("SessionCreate.AuthFail")
            self.sessions += 1
            return Reply({"SessionID": f"s{self.sessions}"})
        assert "Password" not in asked.query
        if asked.one("SessionID") != f"s{self.sessions}":
            return error("TicketGet.AuthFail")
        if asked.path == "/Ticket":
            return self._search(asked)
        if asked.path == "/TicketUpdate":
            return self._update(asked)
        wanted = asked.path.removeprefix("/Ticket/").split(",")
        if not set(wanted) <= set(self.tickets) - self.forbidden:
            return error("TicketGet.AccessDenied")
        return Reply({"Ticket": [self.tickets[number] for number in wanted]})

    def _update(self, asked: Asked) -> Reply:
        article = asked.json["Article"]
        visible = article["IsVisibleForCustomer"]
        self.say(asked.json["TicketID"], article["Body"], visible=visible)
        return Reply({"TicketID": 1})

    def _search(self, asked: Asked) -> Reply:
        since = asked.one("TicketChangeTimeNewerDate")
        rows = [row for row in self.tickets.values() if row["Changed"] >= since]
        rows.sort(key=lambda row: (row["Changed"], row["TicketID"]))
        found = [row["TicketID"] for row in rows][: int(asked.one("Limit", "500"))]
        return Reply({"TicketID": found[0] if len(found) == 1 else found} if found else {})


@pytest.fixture
def there() -> ZnunyStandIn:
    return ZnunyStandIn()


@pytest.fixture
def server(there: ZnunyStandIn) -> Iterator[StandIn]:
    with served(there) as running:
        yield running


def znuny(server: StandIn, secret: str = "pw") -> Znuny:  # noqa: S107  the stand-in's
    account = Account(
        url=server.url,
        user="kb",
        secret=SecretStr(secret),
        webhook_secret=SecretStr("hook"),
        private=True,
    )
    return Znuny(account, sleep=lambda _: None)


@pytest.fixture
def source(server: StandIn) -> Iterator[Znuny]:
    made = znuny(server)
    yield made
    made.close()


def case(source: Znuny, number: str) -> SourceCase:
    found = source.fetch(number)
    assert isinstance(found, SourceCase)
    return found


def test_finds_all_although_some_are_forbidden_and_many_changed_at_once(
    there: ZnunyStandIn, source: Znuny
) -> None:
    for number in range(320):
        there.add(minutes=0 if number < 250 else number)
    there.forbidden = {"7", "300"}

    found, mark, done = set(), BEGINNING, False
    while not done:
        page = source.changed(mark, limit=60, at=NOW)
        found |= {reference.external_id for reference in page.cases}
        mark, done = page.next, page.done

    assert found == set(there.tickets) - there.forbidden


def test_a_single_hit_is_no_list(there: ZnunyStandIn, source: Znuny) -> None:
    there.add()

    page = source.changed(BEGINNING, limit=10, at=NOW)

    assert [reference.external_id for reference in page.cases] == ["1"]


def test_only_what_customers_see_is_public(there: ZnunyStandIn, source: Znuny) -> None:
    number = there.add(StateType="closed", State="closed successful")
    there.say(number, "Restart it.", visible=1)
    there.say(number, "Again this one.", visible=0)
    there.say(number, "Unknown.", visible=None)

    found = case(source, number)

    assert found.description == "It hangs."
    assert [message.internal for message in found.messages] == [False, True, True]
    assert found.resolution == "Restart it."


def test_an_error_inside_of_a_good_answer_is_a_tombstone_only_if_access_is_denied(
    there: ZnunyStandIn, source: Znuny, server: StandIn
) -> None:
    there.forbidden.add(there.add())
    assert source.fetch("1") == Gone("1", "forbidden or deleted")
    there.add(StateType="merged")
    assert source.fetch("2") == Gone("2", "merged")
    refused = znuny(server, "wrong")

    with pytest.raises(SourceDenied):
        refused.fetch("2")
    refused.close()


def test_an_expired_session_is_renewed(there: ZnunyStandIn, source: Znuny) -> None:
    there.add()
    case(source, "1")
    there.sessions += 1

    assert case(source, "1").title == "Printer"


def test_names_what_is_missing(there: ZnunyStandIn, source: Znuny) -> None:
    for _ in range(600):
        there.add()
    known = frozenset(there.tickets)
    del there.tickets["555"]

    assert source.missing(known) == {"555"}


def test_a_note_is_internal_and_written_once(there: ZnunyStandIn, source: Znuny) -> None:
    there.add()

    assert source.note("1", "See article 7.", "suggestions") is Noted.WRITTEN
    assert source.note("1", "See article 7.", "suggestions") is Noted.UNCHANGED

    assert there.tickets["1"]["Article"][1]["IsVisibleForCustomer"] == "0"
    assert case(source, "1").messages == ()


def test_a_webhook_needs_its_signature(source: Znuny) -> None:
    with pytest.raises(ForgedWebhook):
        source.verify({"X-KB-Signature": "sha256=00"}, b'{"TicketID": 1}')
