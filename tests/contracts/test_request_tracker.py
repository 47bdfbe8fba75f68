import hashlib
import hmac
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from pydantic import SecretStr

from kb.models import AuthorRole, TicketState
from kb.sources.accounts import Account
from kb.sources.ports import BEGINNING, BadAnswer, ForgedWebhook, Gone, NewCase, Noted, SourceCase
from kb.sources.request_tracker import RequestTracker
from kb.sources.zones import WrongTimeZone
from tests.contracts.stand_ins.request_tracker import RtStandIn
from tests.contracts.stand_ins.server import StandIn, served

NOW = datetime(2026, 1, 6, tzinfo=UTC)


@pytest.fixture
def there() -> RtStandIn:
    return RtStandIn()


@pytest.fixture
def server(there: RtStandIn) -> Iterator[StandIn]:
    with served(there) as running:
        yield running


def account(server: StandIn, **options: str) -> Account:
    return Account(
        url=server.url,
        secret=SecretStr("secret"),
        webhook_secret=SecretStr("hook"),
        private=True,
        options=options,
    )


@pytest.fixture
def source(server: StandIn) -> Iterator[RequestTracker]:
    made = RequestTracker(account(server), sleep=lambda _: None)
    yield made
    made.close()


def case(source: RequestTracker, number: int) -> SourceCase:
    found = source.fetch(str(number))
    assert isinstance(found, SourceCase)
    return found


def all_changes(source: RequestTracker) -> set[str]:
    found, mark, done = set(), BEGINNING, False
    while not done:
        page = source.changed(mark, limit=50, at=NOW)
        found |= {reference.external_id for reference in page.cases}
        mark, done = page.next, page.done
    return found


class TestChanged:
    def test_goes_on_after_short_and_empty_pages_without_totals(
        self, there: RtStandIn, source: RequestTracker
    ) -> None:
        for minutes in range(330):
            there.add(minutes=minutes)
        there.forbidden = set(range(2, 290))  # a whole page in the middle is empty
        there.hides_totals = True

        assert all_changes(source) == {"1"} | {str(number) for number in range(290, 331)}

    def test_reads_times_in_the_zone_of_the_account(
        self, there: RtStandIn, server: StandIn
    ) -> None:
        there.zone = "America/New_York"
        for minutes in range(150):
            there.add(minutes=minutes)
        source = RequestTracker(account(server, timezone="America/New_York"))

        found = all_changes(source)

        source.close()
        assert len(found) == 150

    @pytest.mark.parametrize("zone", ["America/New_York", "Europe/Berlin"])
    def test_notices_a_zone_that_would_hide_changes(
        self, there: RtStandIn, source: RequestTracker, zone: str
    ) -> None:
        there.add(minutes=1)
        there.zone = zone
        page = source.changed(BEGINNING, limit=10, at=NOW)

        with pytest.raises(WrongTimeZone):
            source.changed(page.next, limit=10, at=NOW)

    def test_refuses_a_zone_that_does_not_exist(self, server: StandIn) -> None:
        with pytest.raises(WrongTimeZone):
            RequestTracker(account(server, timezone="Mars/Olympus"))


class TestFetch:
    def test_comments_are_internal_and_mail_records_are_left_out(
        self, there: RtStandIn, source: RequestTracker
    ) -> None:
        number = there.add(Status="resolved", Resolved="2026-01-05T10:00:00Z")
        there.say(number, "EmailRecord", "This message has been generated automatically.")
        there.say(number, "Comment", "The customer forgot to pay.")
        there.say(
            number, "Correspond", "<p>Open <code>UDP 500</code>.</p>", content_type="text/html"
        )

        found = case(source, number)

        assert [(message.text, message.internal) for message in found.messages] == [
            ("The customer forgot to pay.", True),
            ("Open `UDP 500`.", False),
        ]
        assert found.description == "It drops after an hour."
        assert found.resolution == "Open `UDP 500`."
        assert found.state is TicketState.RESOLVED
        assert found.scope == "General"

    def test_knows_the_requester(self, there: RtStandIn, source: RequestTracker) -> None:
        number = there.add()
        there.say(number, "Correspond", "Still broken.", creator="Alice@example.test")

        assert case(source, number).messages[0].role is AuthorRole.REQUESTER

    def test_never_resolved_is_not_1970(self, there: RtStandIn, source: RequestTracker) -> None:
        assert case(source, there.add()).closed_at is None

    def test_deleted_forbidden_and_merged_are_gone(
        self, there: RtStandIn, source: RequestTracker
    ) -> None:
        there.add(Status="deleted")
        there.forbidden.add(there.add())
        there.add(EffectiveId={"id": "1"})

        assert source.fetch("1") == Gone("1", "deleted")
        assert source.fetch("2") == Gone("2", "forbidden")
        assert source.fetch("3") == Gone("3", "merged into 1")
        assert source.fetch("4") == Gone("4", "deleted")

    def test_a_number_that_is_a_path_is_not_followed(self, source: RequestTracker) -> None:
        with pytest.raises(BadAnswer):
            source.fetch("1/../../user/root")


@pytest.mark.parametrize("hides_totals", [False, True])
def test_names_what_is_missing(
    there: RtStandIn, source: RequestTracker, *, hides_totals: bool
) -> None:
    for _ in range(120):
        there.add()
    there.tickets[110]["Status"] = "deleted"
    there.hides_totals = hides_totals

    assert source.missing(frozenset(map(str, there.tickets))) == {"110"}


def test_one_missing_does_not_list_all(
    there: RtStandIn, source: RequestTracker, server: StandIn
) -> None:
    for _ in range(1_600):
        there.add()
    there.tickets[1_111]["Status"] = "deleted"

    assert source.missing(frozenset(map(str, there.tickets))) == {"1111"}
    # Counted once, halved four times, and a hundred listed: not sixteen pages.
    assert len(server.asked) == 6


def test_a_note_is_a_comment_and_written_once(there: RtStandIn, source: RequestTracker) -> None:
    number = there.add()

    assert source.note("1", "See article 7.", "suggestions") is Noted.WRITTEN
    assert source.note("1", "See article 7.", "suggestions") is Noted.UNCHANGED
    assert source.note("1", "See article 8.", "suggestions") is Noted.FIXED

    assert [item["type"] for item in there.said[number]] == ["Create", "Comment"]
    assert case(source, number).messages == ()


def test_a_webhook_needs_its_signature(source: RequestTracker) -> None:
    body = b'{"id": 12}'
    digest = hmac.new(b"hook", body, hashlib.sha256).hexdigest()

    found = source.verify({"X-RT-Signature": f"sha256={digest}"}, body)

    assert [reference.external_id for reference in found] == ["12"]
    with pytest.raises(ForgedWebhook):
        source.verify({"X-RT-Signature": f"sha256={digest}"}, b'{"id": 13}')


def test_tells_what_the_account_may_see(there: RtStandIn, source: RequestTracker) -> None:
    there.add()

    assert source.visible().scopes == ("General",)


def test_opens_a_case_once(there: RtStandIn, source: RequestTracker) -> None:
    wanted = NewCase(key="kb-0a1b", title="Tunnel drops", text="See the log.", scope="General")

    first, again = source.open_case(wanted), source.open_case(wanted)

    assert first == again
    assert first.link.endswith("/Ticket/Display.html?id=1")
    assert [row["Subject"] for row in there.tickets.values()] == ["Tunnel drops [kb-0a1b]"]
    assert case(source, 1).description == "See the log."
