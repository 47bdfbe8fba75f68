import hashlib
import hmac
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from pydantic import SecretStr

from kb.models import AuthorRole, TicketState
from kb.sources.accounts import Account
from kb.sources.http import Absent, Rejected
from kb.sources.ports import (
    BEGINNING,
    BadAnswer,
    ForgedWebhook,
    Gone,
    NewCase,
    Noted,
    SourceCase,
    SourceDenied,
)
from kb.sources.roundup import NoInternalNotes, Roundup
from kb.sources.zones import WrongTimeZone
from tests.contracts.stand_ins.roundup import ALICE, RoundupStandIn
from tests.contracts.stand_ins.server import StandIn, served

NOW = datetime(2026, 1, 6, tzinfo=UTC)


@pytest.fixture
def there() -> RoundupStandIn:
    return RoundupStandIn()


@pytest.fixture
def server(there: RoundupStandIn) -> Iterator[StandIn]:
    with served(there) as running:
        yield running


def opened(server: StandIn, **options: str) -> Roundup:
    account = Account(
        url=server.url,
        user="kb",
        secret=SecretStr("secret"),
        webhook_secret=SecretStr("hook"),
        private=True,
        options={"internal": "internal"} | options,
    )
    return Roundup(account, sleep=lambda _: None)


@pytest.fixture
def source(server: StandIn) -> Iterator[Roundup]:
    made = opened(server)
    yield made
    made.close()


def case(source: Roundup, number: str) -> SourceCase:
    found = source.fetch(number)
    assert isinstance(found, SourceCase)
    return found


def all_changes(source: Roundup) -> set[str]:
    found, mark, done = set(), BEGINNING, False
    while not done:
        page = source.changed(mark, limit=50, at=NOW)
        found |= {reference.external_id for reference in page.cases}
        mark, done = page.next, page.done
    return found


class TestChanged:
    def test_lists_all_that_may_be_seen_and_is_not_retired(
        self, there: RoundupStandIn, source: Roundup
    ) -> None:
        for minutes in range(1_330):
            there.add(minutes=minutes)
        there.forbidden = {str(number) for number in range(2, 1_290)}
        there.retired = {"1300"}

        assert all_changes(source) == {"1"} | {str(n) for n in range(1_290, 1_331) if n != 1_300}

    def test_sees_a_second_change_within_the_same_second(
        self, there: RoundupStandIn, source: Roundup
    ) -> None:
        number = there.add()
        mark = source.changed(BEGINNING, limit=10, at=NOW).next
        there.say(number, "And again.")

        page = source.changed(mark, limit=10, at=NOW)

        assert [reference.external_id for reference in page.cases] == [number]

    @pytest.mark.parametrize("zone", ["America/New_York", "Europe/Berlin"])
    def test_notices_a_zone_that_would_hide_changes(
        self, there: RoundupStandIn, source: Roundup, zone: str
    ) -> None:
        there.add(minutes=1)
        there.zone = zone
        page = source.changed(BEGINNING, limit=10, at=NOW)

        with pytest.raises(WrongTimeZone):
            source.changed(page.next, limit=10, at=NOW)

    def test_reads_times_in_the_zone_of_the_account(
        self, there: RoundupStandIn, server: StandIn
    ) -> None:
        there.zone = "America/New_York"
        for minutes in range(1_150):
            there.add(minutes=minutes)
        source = opened(server, timezone="America/New_York")

        found = all_changes(source)

        source.close()
        assert len(found) == 1_150


class TestFetch:
    def test_tells_who_said_what_and_what_is_internal(
        self, there: RoundupStandIn, source: Roundup
    ) -> None:
        number = there.add(status="8")
        there.say(number, "Still broken.", author=ALICE)
        there.say(number, "Open `UDP 500`.")
        there.say(number, "The customer forgot to pay.", internal=True)

        found = case(source, number)

        assert found.description == "It drops."
        assert [(m.text, m.role, m.internal) for m in found.messages] == [
            ("Still broken.", AuthorRole.REQUESTER, False),
            ("Open `UDP 500`.", AuthorRole.AGENT, False),
            ("The customer forgot to pay.", AuthorRole.AGENT, True),
        ]
        assert found.resolution == "Open `UDP 500`."
        assert found.state is TicketState.RESOLVED

    def test_an_unknown_flag_means_internal(self, there: RoundupStandIn, source: Roundup) -> None:
        number = there.add(text=None)
        there.say(number, "From the time before the flag.", internal=None)

        found = case(source, number)

        assert found.description == ""
        assert found.messages[0].internal

    def test_an_administrator_may_say_that_messages_without_a_flag_are_public(
        self, there: RoundupStandIn, server: StandIn
    ) -> None:
        number = there.add(text=None)
        there.say(number, "From the time before the flag.", internal=None)
        there.say(number, "Between us.", internal=True)
        source = opened(server, comments="public")

        found = case(source, number)

        source.close()
        assert found.description == "From the time before the flag."
        assert [message.internal for message in found.messages] == [True]

    def test_a_flag_that_the_account_may_not_read_means_internal(
        self, there: RoundupStandIn, server: StandIn
    ) -> None:
        number = there.add(text="Between us.")
        there.hidden_properties = {"internal"}
        source = opened(server, comments="public")

        found = case(source, number)

        source.close()
        assert [message.internal for message in found.messages] == [True]

    def test_a_property_decides_who_may_see_it(
        self, there: RoundupStandIn, server: StandIn
    ) -> None:
        there.add(project={"id": "3", "link": "", "name": "network"})
        there.add(project=[{"id": "4", "name": "vpn"}, {"id": "3", "name": "network"}])
        there.add(project=None)
        source = opened(server, scope="project")

        found = [case(source, number).scope for number in ("1", "2", "3")]

        source.close()
        assert found == ["network", "network, vpn", "issues"]

    def test_nobody_gets_an_issue_whose_scope_may_not_be_read(
        self, there: RoundupStandIn, server: StandIn
    ) -> None:
        there.add(project={"id": "3", "name": "network"})
        there.hidden_properties = {"project"}
        source = opened(server, scope="project")

        with pytest.raises(BadAnswer, match="may not read the property project"):
            source.fetch("1")
        source.close()

    def test_retired_forbidden_and_unknown_are_gone(
        self, there: RoundupStandIn, source: Roundup
    ) -> None:
        there.retired = {there.add()}
        there.forbidden = {there.add()}

        assert source.fetch("1") == Gone("1", "deleted")
        assert source.fetch("2") == Gone("2", "forbidden")
        assert source.fetch("3") == Gone("3", "deleted")

    def test_an_account_that_is_refused_as_a_whole_takes_nothing_away(
        self, there: RoundupStandIn, source: Roundup
    ) -> None:
        there.add()
        there.refuses_rest = True

        with pytest.raises(Absent):
            source.fetch("1")
        with pytest.raises(SourceDenied):
            source.visible()

    def test_a_number_that_is_a_path_is_not_followed(self, source: Roundup) -> None:
        with pytest.raises(BadAnswer):
            source.fetch("1/../../user/1")


@pytest.mark.parametrize("hides_totals", [False, True])
def test_names_what_is_missing(
    there: RoundupStandIn, source: Roundup, *, hides_totals: bool
) -> None:
    for _ in range(120):
        there.add()
    there.retired = {"110"}
    there.hides_totals = hides_totals

    assert source.missing(frozenset(there.issues)) == {"110"}


class TestNote:
    def test_is_internal_written_once_and_changed(
        self, there: RoundupStandIn, source: Roundup
    ) -> None:
        number = there.add()

        assert source.note(number, "See article 7.", "suggestions") is Noted.WRITTEN
        assert source.note(number, "See article 7.", "suggestions") is Noted.UNCHANGED
        assert source.note(number, "See article 8.", "suggestions") is Noted.UPDATED

        assert len(there.messages) == 2
        assert there.messages["2"]["internal"] == 1
        assert "article 8" in there.messages["2"]["content"]
        assert case(source, number).messages == ()

    def test_is_refused_where_all_would_read_it(
        self, there: RoundupStandIn, server: StandIn
    ) -> None:
        number = there.add()
        source = opened(server, internal="")

        with pytest.raises(NoInternalNotes):
            source.note(number, "See article 7.", "suggestions")
        source.close()
        assert len(there.messages) == 1

    def test_is_not_added_to_the_issue_if_it_did_not_become_internal(
        self, there: RoundupStandIn, source: Roundup
    ) -> None:
        number = there.add()
        there.drops_flags = True

        with pytest.raises(NoInternalNotes):
            source.note(number, "See article 7.", "suggestions")
        assert there.issues[number]["messages"] == ["1"]

    def test_never_overwrites_what_changed_meanwhile(
        self, there: RoundupStandIn, source: Roundup
    ) -> None:
        number = there.add()
        there.changed_meanwhile = True

        with pytest.raises(Rejected):
            source.note(number, "See article 7.", "suggestions")


def test_a_webhook_needs_its_signature(source: Roundup) -> None:
    body = b'{"id": 12}'
    digest = hmac.new(b"hook", body, hashlib.sha256).hexdigest()

    found = source.verify({"X-KB-Signature": f"sha256={digest}"}, body)

    assert [reference.external_id for reference in found] == ["12"]
    with pytest.raises(ForgedWebhook):
        source.verify({"X-KB-Signature": f"sha256={digest}"}, b'{"id": 13}')


class TestVisible:
    def test_names_the_scopes(self, there: RoundupStandIn, server: StandIn) -> None:
        there.add(project={"id": "3", "name": "network"})
        source = opened(server, scope="project")

        assert source.visible().scopes == ("network",)
        source.close()

    def test_warns_of_a_property_that_is_not_there(
        self, there: RoundupStandIn, server: StandIn
    ) -> None:
        there.add()
        source = opened(server, internal="secret")

        assert source.visible().warnings == ("messages have no property secret",)
        source.close()


def test_opens_a_case_once(there: RoundupStandIn, server: StandIn) -> None:
    wanted = NewCase(key="kb-0a1b", title="Tunnel drops", text="See the log.", scope="network")
    source = opened(server, scope="project")

    first, again = source.open_case(wanted), source.open_case(wanted)

    source.close()
    assert first == again
    assert first.link == f"{server.url}/issue1"
    assert (len(there.issues), len(there.messages)) == (1, 1)
    assert there.issues["1"]["title"] == "Tunnel drops [kb-0a1b]"
    assert there.issues["1"]["project"] == "network"
    assert (there.messages["1"]["content"], there.messages["1"]["internal"]) == ("See the log.", 0)
