from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from pydantic import SecretStr

from kb.sources.accounts import Account
from kb.sources.ports import (
    BEGINNING,
    ForgedWebhook,
    Gone,
    NewCase,
    Noted,
    SourceCase,
    SourceDenied,
)
from kb.sources.znuny import CustomerMissing, Znuny
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
        self.ignores_title = False

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
            return self._create(asked) if asked.method == "POST" else self._search(asked)
        if asked.path == "/TicketUpdate":
            return self._update(asked)
        wanted = asked.path.removeprefix("/Ticket/").split(",")
        if not set(wanted) <= set(self.tickets) - self.forbidden:
            return error("TicketGet.AccessDenied")
        return Reply({"Ticket": [self.tickets[number] for number in wanted]})

    def _create(self, asked: Asked) -> Reply:
        wanted, article = asked.json["Ticket"], asked.json["Article"]
        if not {"Title", "Queue", "CustomerUser", "State", "Priority"} <= wanted.keys():
            return error("TicketCreate.MissingParameter")
        number = self.add(Title=wanted["Title"], Queue=wanted["Queue"])
        self.tickets[number]["Article"] = []
        self.say(number, article["Body"], visible=article["IsVisibleForCustomer"])
        return Reply({"TicketID": number, "TicketNumber": "2026", "ArticleID": "1"})

    def _update(self, asked: Asked) -> Reply:
        article = asked.json["Article"]
        visible = article["IsVisibleForCustomer"]
        self.say(asked.json["TicketID"], article["Body"], visible=visible)
        return Reply({"TicketID": 1})

    def _search(self, asked: Asked) -> Reply:
        since = asked.one("TicketChangeTimeNewerDate")
        title = "" if self.ignores_title else asked.one("Title").strip("*")
        rows = [
            row
            for row in self.tickets.values()
            if row["Changed"] >= since and title in row["Title"]
        ]
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


def znuny(
    server: StandIn,
    secret: str = "pw",  # noqa: S107  the stand-in's
    **options: str,
) -> Znuny:
    account = Account(
        url=server.url,
        user="kb",
        secret=SecretStr(secret),
        webhook_secret=SecretStr("hook"),
        private=True,
        options=options,
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


class TestOpeningCases:
    CASE = NewCase(key="kb-7", title="The gate stays shut", text="Site 7.", scope="Raw")

    def test_opens_one_and_finds_it_again(self, there: ZnunyStandIn, server: StandIn) -> None:
        there.add(Title="The gate stays shut")
        with closing(znuny(server, customer="partner@example.test")) as source:
            first = source.open_case(self.CASE)
            assert source.open_case(self.CASE) == first

            found = case(source, first.external_id)
        assert len(there.tickets) == 2
        assert (found.description, found.scope) == ("Site 7.", "Raw")
        assert found.link == first.link
        assert first.link.endswith("/index.pl?Action=AgentTicketZoom;TicketID=2")

    def test_is_not_misled_by_a_search_that_ignores_titles(
        self, there: ZnunyStandIn, server: StandIn
    ) -> None:
        there.add()
        there.ignores_title = True
        with closing(znuny(server, customer="partner@example.test")) as source:
            assert source.open_case(self.CASE).external_id == "2"

    def test_opens_nothing_for_nobody(self, there: ZnunyStandIn, source: Znuny) -> None:
        with pytest.raises(CustomerMissing, match="option customer"):
            source.open_case(self.CASE)
        assert there.tickets == {}
