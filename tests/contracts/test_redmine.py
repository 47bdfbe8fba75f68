import hashlib
import hmac
import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from pydantic import SecretStr

from kb.models import AuthorRole, TicketState
from kb.sources.accounts import Account
from kb.sources.ports import (
    BEGINNING,
    ForgedWebhook,
    Gone,
    NewCase,
    Noted,
    QueryIgnored,
    RateLimited,
    SourceCase,
    SourceDenied,
)
from kb.sources.redmine import NoteWentPublic, Redmine
from tests.contracts.stand_ins.redmine import RedmineStandIn
from tests.contracts.stand_ins.server import Reply, StandIn, served

NOW = datetime(2026, 1, 6, tzinfo=UTC)


@pytest.fixture
def there() -> RedmineStandIn:
    return RedmineStandIn()


@pytest.fixture
def server(there: RedmineStandIn) -> Iterator[StandIn]:
    with served(there) as running:
        yield running


@pytest.fixture
def pauses() -> list[float]:
    return []


@pytest.fixture
def source(server: StandIn, pauses: list[float]) -> Iterator[Redmine]:
    account = Account(
        url=server.url,
        secret=SecretStr("key"),
        webhook_secret=SecretStr("hook"),
        private=True,
    )
    made = Redmine(account, sleep=pauses.append)
    yield made
    made.close()


def case(source: Redmine, number: int) -> SourceCase:
    found = source.fetch(str(number))
    assert isinstance(found, SourceCase)
    return found


def all_changes(source: Redmine, *, limit: int = 10) -> list[str]:
    found, mark, done = [], BEGINNING, False
    while not done:
        page = source.changed(mark, limit=limit, at=NOW)
        found += [reference.external_id for reference in page.cases]
        mark, done = page.next, page.done
    return found


class TestChanged:
    def test_finds_closed_issues_which_the_list_leaves_out_by_itself(
        self, there: RedmineStandIn, source: Redmine
    ) -> None:
        there.close(there.add(), minutes=1)

        assert all_changes(source) == ["1"]

    def test_finds_all_when_the_server_gives_shorter_pages_than_asked_for(
        self, there: RedmineStandIn, source: Redmine
    ) -> None:
        there.clamp = 25
        for minutes in range(130):
            there.add(minutes=minutes)

        assert sorted(all_changes(source), key=int) == [str(number) for number in range(1, 131)]

    def test_finds_all_of_a_bulk_change_within_one_second(
        self, there: RedmineStandIn, source: Redmine
    ) -> None:
        for _ in range(250):
            there.add(minutes=5)

        assert len(set(all_changes(source))) == 250

    def test_misses_nothing_when_a_case_changes_between_pages(
        self, there: RedmineStandIn, source: Redmine
    ) -> None:
        for minutes in range(150):
            there.add(minutes=minutes)
        first = source.changed(BEGINNING, limit=50, at=NOW)
        there.close(1, minutes=600)  # moves to the end: all others move up one place

        rest, mark, done = [], first.next, first.done
        while not done:
            page = source.changed(mark, limit=50, at=NOW)
            rest += [reference.external_id for reference in page.cases]
            mark, done = page.next, page.done

        found = {reference.external_id for reference in first.cases} | set(rest)
        assert found == {str(number) for number in range(1, 151)}
        assert "1" in rest

    def test_hands_out_nothing_twice_when_nothing_changed(
        self, there: RedmineStandIn, source: Redmine
    ) -> None:
        there.add(minutes=1)
        at = datetime(2026, 1, 5, 9, 2, tzinfo=UTC)
        page = source.changed(BEGINNING, limit=10, at=at)

        again = source.changed(page.next, limit=10, at=at)

        assert again.cases == ()
        assert again.done

    def test_finds_a_change_that_became_visible_late(
        self, there: RedmineStandIn, source: Redmine
    ) -> None:
        at = datetime(2026, 1, 5, 9, 6, tzinfo=UTC)
        there.add(minutes=5)
        page = source.changed(BEGINNING, limit=10, at=at)
        there.add(minutes=4)  # stamped before, committed after we looked

        again = source.changed(page.next, limit=10, at=at)

        assert [reference.external_id for reference in again.cases] == ["2"]

    def test_finds_a_second_change_within_the_second_of_the_first(
        self, there: RedmineStandIn, source: Redmine
    ) -> None:
        there.add(minutes=5)
        within = datetime(2026, 1, 5, 9, 5, 0, 400_000, tzinfo=UTC)
        first = source.changed(BEGINNING, limit=10, at=within)
        there.close(1, minutes=5)  # Redmine shows the same time as before

        again = source.changed(first.next, limit=10, at=within + timedelta(minutes=1))
        after = source.changed(again.next, limit=10, at=within + timedelta(minutes=2))

        assert [reference.external_id for reference in again.cases] == ["1"]
        assert after.cases == ()

    def test_stops_when_the_filter_is_ignored(self, there: RedmineStandIn, source: Redmine) -> None:
        there.add(minutes=1)
        there.add(minutes=60)
        page = source.changed(BEGINNING, limit=10, at=NOW)
        there.ignores_filter = True

        with pytest.raises(QueryIgnored):
            source.changed(page.next, limit=10, at=NOW)


class TestBusy:
    def test_waits_as_long_as_told(
        self, server: StandIn, source: Redmine, pauses: list[float]
    ) -> None:
        server.first.append(Reply(status=429, headers={"Retry-After": "7"}))

        assert source.changed(BEGINNING, limit=10, at=NOW).done
        assert pauses == [7.0]

    def test_leaves_a_long_pause_to_a_later_sync(
        self, server: StandIn, source: Redmine, pauses: list[float]
    ) -> None:
        server.first.append(Reply(status=429, headers={"Retry-After": "3600"}))

        with pytest.raises(RateLimited) as caught:
            source.changed(BEGINNING, limit=10, at=NOW)
        assert caught.value.seconds == 3600
        assert pauses == []

    def test_a_refused_key_concludes_nothing_about_a_case(
        self, server: StandIn, source: Redmine
    ) -> None:
        server.first.append(Reply(status=401))

        with pytest.raises(SourceDenied):
            source.fetch("1")


class TestFetch:
    def test_tells_who_said_what_and_what_is_internal(
        self, there: RedmineStandIn, source: Redmine
    ) -> None:
        number = there.add()
        there.say(number, "It happens every morning.", user=7)
        there.say(number, "The password of the queue is wrong.", private=True)
        there.say(number, "Restart the @spooler@.")
        there.close(number, minutes=3)

        found = case(source, number)

        assert [(m.role, m.internal) for m in found.messages] == [
            (AuthorRole.REQUESTER, False),
            (AuthorRole.AGENT, True),
            (AuthorRole.AGENT, False),
        ]
        assert found.state is TicketState.CLOSED
        assert found.resolution == "Restart the `spooler`."
        assert found.description == "Jobs stay in **spooling**."

    def test_the_answer_that_came_with_the_closing_is_stamped_after_it(
        self, there: RedmineStandIn, source: Redmine
    ) -> None:
        number = there.add()
        there.say(number, "Restart the @spooler@.")
        there.close(number, minutes=3)
        there.issues[number]["journals"][0]["created_on"] = "2026-01-05T09:03:01Z"

        assert case(source, number).resolution == "Restart the `spooler`."

    def test_an_unknown_flag_means_internal(self, there: RedmineStandIn, source: Redmine) -> None:
        number = there.add()
        there.say(number, "From an older version.", private=None)

        assert case(source, number).messages[0].internal

    def test_a_private_note_is_never_the_resolution(
        self, there: RedmineStandIn, source: Redmine
    ) -> None:
        number = there.add()
        there.say(number, "Reset to the master password.", private=True)
        there.close(number, minutes=1)

        assert case(source, number).resolution is None

    def test_a_private_issue_has_a_scope_of_its_own(
        self, there: RedmineStandIn, source: Redmine
    ) -> None:
        assert case(source, there.add()).scope == "it-support"
        assert case(source, there.add(is_private=True)).scope == "it-support/private"

    def test_a_reopened_issue_is_not_closed(self, there: RedmineStandIn, source: Redmine) -> None:
        number = there.add(closed_on="2026-01-05T09:00:00Z")

        assert case(source, number).closed_at is None

    def test_deleted_and_forbidden_are_gone(self, there: RedmineStandIn, source: Redmine) -> None:
        number = there.add()
        there.forbidden.add(number)

        assert source.fetch(str(number)) == Gone("1", "forbidden")
        assert source.fetch("99") == Gone("99", "deleted")


class TestMissing:
    def test_costs_one_request_when_nothing_is_missing(
        self, there: RedmineStandIn, source: Redmine, server: StandIn
    ) -> None:
        for _ in range(150):
            there.add()

        assert source.missing(frozenset(map(str, there.issues))) == frozenset()
        assert len(server.asked) == 1

    def test_names_what_is_not_listed_any_more(
        self, there: RedmineStandIn, source: Redmine
    ) -> None:
        for _ in range(150):
            there.add()
        known = frozenset(map(str, there.issues))
        del there.issues[120]
        there.forbidden.add(3)

        assert source.missing(known) == {"120", "3"}

    def test_one_missing_does_not_list_all(
        self, there: RedmineStandIn, source: Redmine, server: StandIn
    ) -> None:
        for _ in range(1_600):
            there.add()
        known = frozenset(map(str, there.issues))
        del there.issues[1_111]

        assert source.missing(known) == {"1111"}
        # Counted once, halved four times, and a hundred listed: not sixteen pages.
        assert len(server.asked) == 6

    def test_lists_all_where_the_range_is_ignored(
        self, there: RedmineStandIn, source: Redmine
    ) -> None:
        for _ in range(1_600):
            there.add()
        known = frozenset(map(str, there.issues))
        del there.issues[3]
        there.ignores_filter = True

        assert source.missing(known) == {"3"}


class TestNote:
    def test_is_private_and_written_once(self, there: RedmineStandIn, source: Redmine) -> None:
        number = there.add()

        assert source.note("1", "See article 7.", "suggestions") is Noted.WRITTEN
        assert source.note("1", "See article 7.", "suggestions") is Noted.UNCHANGED
        assert source.note("1", "See article 8.", "suggestions") is Noted.UPDATED

        journals = there.issues[number]["journals"]
        assert len(journals) == 1
        assert journals[0]["private_notes"] is True
        assert "article 8" in journals[0]["notes"]

    def test_is_taken_back_when_the_account_may_not_write_private_notes(
        self, there: RedmineStandIn, source: Redmine
    ) -> None:
        number = there.add()
        there.may_set_private = False

        with pytest.raises(NoteWentPublic):
            source.note("1", "See article 7.", "suggestions")
        assert there.issues[number]["journals"][0]["notes"] == ""

    def test_does_not_come_back_as_a_message(self, there: RedmineStandIn, source: Redmine) -> None:
        there.add()
        source.note("1", "See article 7.", "suggestions")

        assert case(source, 1).messages == ()


class TestOpenCase:
    CASE = NewCase(
        key="kb-5", title="The gate stays shut", text="Since Monday.", scope="it-support"
    )

    def test_opens_one_however_often_it_is_asked(
        self, there: RedmineStandIn, source: Redmine
    ) -> None:
        there.add()
        first = source.open_case(self.CASE)

        assert source.open_case(self.CASE) == first
        assert first.external_id == "2"
        assert first.link.endswith("/issues/2")
        assert there.issues[2]["subject"] == "The gate stays shut [kb-5]"

    def test_believes_no_list_that_is_not_what_was_asked_for(
        self, there: RedmineStandIn, source: Redmine
    ) -> None:
        there.add()
        there.ignores_filter = True

        assert source.open_case(self.CASE).external_id == "2"


class TestWebhook:
    BODY = json.dumps({"type": "issue.updated", "data": {"issue": {"id": 12}}}).encode()

    def signed(self, body: bytes, secret: bytes = b"hook") -> dict[str, str]:
        digest = hmac.new(secret, body, hashlib.sha256).hexdigest()
        return {"x-redmine-signature-256": f"sha256={digest}"}

    def test_names_the_case(self, source: Redmine) -> None:
        found = source.verify(self.signed(self.BODY), self.BODY)

        assert [reference.external_id for reference in found] == ["12"]

    @pytest.mark.parametrize("headers", [{}, {"X-Redmine-Signature-256": "sha256=ü"}])
    def test_without_a_signature_is_forged(self, source: Redmine, headers: dict[str, str]) -> None:
        with pytest.raises(ForgedWebhook):
            source.verify(headers, self.BODY)

    def test_changed_on_the_way_is_forged(self, source: Redmine) -> None:
        with pytest.raises(ForgedWebhook):
            source.verify(self.signed(self.BODY), self.BODY.replace(b"12", b"13"))

    def test_of_another_secret_is_forged(self, source: Redmine) -> None:
        with pytest.raises(ForgedWebhook):
            source.verify(self.signed(self.BODY, b"guess"), self.BODY)

    def test_without_a_secret_of_ours_nothing_is_believed(self, server: StandIn) -> None:
        source = Redmine(Account(url=server.url, secret=SecretStr("key"), private=True))

        with pytest.raises(ForgedWebhook):
            source.verify(self.signed(self.BODY, b""), self.BODY)


def test_tells_what_the_account_may_see(source: Redmine) -> None:
    visible = source.visible()

    assert (visible.account, visible.scopes) == ("kb", ("it-support",))
