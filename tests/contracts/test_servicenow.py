import hashlib
import hmac
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from pydantic import SecretStr

from kb.models import TicketState
from kb.sources.accounts import Account
from kb.sources.ports import (
    BEGINNING,
    BadAnswer,
    ForgedWebhook,
    Gone,
    Noted,
    QueryIgnored,
    RateLimited,
    SourceCase,
    SourceDenied,
)
from kb.sources.servicenow import ServiceNow
from tests.contracts.stand_ins.server import Asked, Reply, StandIn, served

START = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)
NOW = START + timedelta(days=1)


def stamp(when: datetime) -> str:
    return f"{when:%Y-%m-%d %H:%M:%S}"


def sys_id(number: int) -> str:
    return f"{number:032x}"


class ServiceNowStandIn:
    def __init__(self) -> None:
        self.incidents: dict[str, dict[str, Any]] = {}
        self.journals: list[dict[str, str]] = []
        self.hidden: set[str] = set()
        self.ignores_query = False
        self.hides_pagination = False

    def add(self, *, minutes: int = 0, **changes: Any) -> str:
        key = sys_id(len(self.incidents) + 1)
        self.incidents[key] = {
            "sys_id": key,
            "number": f"INC{len(self.incidents) + 1:07}",
            "short_description": "VPN error 809",
            "description": "Since the update.",
            "state": ("2", "In Progress"),
            "close_code": "",
            "close_notes": "",
            "opened_at": (stamp(START), "05.01.2026 10:00:00"),
            "resolved_at": "",
            "closed_at": "",
            "caller_id": ("u1", "Alice"),
            "assignment_group": ("g2", "Network"),
            "category": ("network", "Network"),
            "cmdb_ci": "",
            "company": ("c1", "Own"),
            "sys_updated_on": stamp(START + timedelta(minutes=minutes)),
            "sys_mod_count": "1",
        } | changes
        return key

    def say(self, key: str, element: str, text: str) -> None:
        self.journals.append(
            {
                "element_id": key,
                "element": element,
                "value": text,
                "sys_created_on": stamp(START + timedelta(minutes=len(self.journals))),
                "sys_created_by": "bob",
            }
        )

    def __call__(self, asked: Asked) -> Reply:
        table, _, key = asked.path.removeprefix("/api/now/table/").partition("/")
        if key:
            return self._one(asked, key)
        if table == "core_company":
            return Reply({"result": [{"name": "Own"}]})
        rows: list[dict[str, Any]]
        rows = self.journals if table == "sys_journal_field" else list(self.incidents.values())
        return self._list(asked, rows)

    def _list(self, asked: Asked, rows: list[dict[str, Any]]) -> Reply:
        query = asked.one("sysparm_query")
        since = re.search(r"sys_updated_on>=([^^]+)", query)
        if since and not self.ignores_query:
            rows = [row for row in rows if row["sys_updated_on"] >= since[1]]
        element = re.search(r"element_id=(\w+)", query)
        if element and not self.ignores_query:
            rows = [row for row in rows if row["element_id"] == element[1]]
        if "ORDERBYsys_updated_on" in query:
            rows = sorted(rows, key=lambda row: (row["sys_updated_on"], row["sys_id"]))
        offset, limit = int(asked.one("sysparm_offset")), int(asked.one("sysparm_limit"))
        # The page is cut first, then what the account may not see is taken out.
        cut = [row for row in rows[offset : offset + limit] if row.get("sys_id") not in self.hidden]
        wanted = asked.one("sysparm_fields").split(",")
        # Unknown fields are dropped and nobody is told.
        result = [{name: row[name] for name in wanted if name in row} for row in cut]
        headers = {"X-Total-Count": str(len(rows))}
        if offset + limit < len(rows) and not self.hides_pagination:
            headers["Link"] = f'<https://x.example/?sysparm_offset={offset + limit}>;rel="next"'
        return Reply({"result": result}, headers=headers)

    def _one(self, asked: Asked, key: str) -> Reply:
        if key not in self.incidents or key in self.hidden:
            return Reply({"error": {"message": "No Record found"}}, status=404)
        if asked.method == "PATCH":
            self.say(key, "work_notes", asked.json["work_notes"])
            return Reply({"result": {}})
        both = {}
        for name in asked.one("sysparm_fields").split(","):
            value = self.incidents[key].get(name)
            if isinstance(value, tuple):
                both[name] = {"value": value[0], "display_value": value[1], "link": "https://x"}
            elif value is not None:
                both[name] = {"value": value, "display_value": value}
        # An empty reference is "" and not an object.
        both["cmdb_ci"] = both["cmdb_ci"] if both["cmdb_ci"]["value"] else ""  # type: ignore[assignment]
        return Reply({"result": both})


@pytest.fixture
def there() -> ServiceNowStandIn:
    return ServiceNowStandIn()


@pytest.fixture
def server(there: ServiceNowStandIn) -> Iterator[StandIn]:
    with served(there) as running:
        yield running


@pytest.fixture
def source(server: StandIn) -> Iterator[ServiceNow]:
    account = Account(
        url=server.url,
        user="kb",
        secret=SecretStr("pw"),
        webhook_secret=SecretStr("hook"),
        private=True,
    )
    made = ServiceNow(account, sleep=lambda _: None)
    yield made
    made.close()


def case(source: ServiceNow, key: str) -> SourceCase:
    found = source.fetch(key)
    assert isinstance(found, SourceCase)
    return found


class TestChanged:
    @pytest.mark.parametrize("hides_pagination", [False, True])
    def test_goes_on_after_short_and_empty_pages(
        self, there: ServiceNowStandIn, source: ServiceNow, *, hides_pagination: bool
    ) -> None:
        keys = [there.add(minutes=minutes) for minutes in range(350)]
        there.hidden = set(keys[5:310])
        there.hides_pagination = hides_pagination

        found, mark, done = set(), BEGINNING, False
        while not done:
            page = source.changed(mark, limit=50, at=NOW)
            found |= {reference.external_id for reference in page.cases}
            mark, done = page.next, page.done

        assert found == set(keys) - there.hidden

    def test_notices_that_its_question_is_ignored(
        self, there: ServiceNowStandIn, source: ServiceNow
    ) -> None:
        there.add()
        there.add(minutes=90)
        page = source.changed(BEGINNING, limit=10, at=NOW)
        there.ignores_query = True

        with pytest.raises(QueryIgnored):
            source.changed(page.next, limit=10, at=NOW)

    def test_a_field_that_was_dropped_is_an_error(
        self, there: ServiceNowStandIn, source: ServiceNow
    ) -> None:
        del there.incidents[there.add()]["sys_mod_count"]

        with pytest.raises(BadAnswer, match="sys_mod_count"):
            source.changed(BEGINNING, limit=10, at=NOW)

    def test_two_changes_within_a_second_are_two(
        self, there: ServiceNowStandIn, source: ServiceNow
    ) -> None:
        key = there.add(minutes=1)
        page = source.changed(BEGINNING, limit=10, at=NOW)
        there.incidents[key]["sys_mod_count"] = "2"

        again = source.changed(page.next, limit=10, at=NOW)

        assert [reference.external_id for reference in again.cases] == [key]

    def test_the_rules_of_an_hour_are_waited_for_by_a_later_sync(
        self, server: StandIn, source: ServiceNow
    ) -> None:
        headers = {"Retry-After": "1800", "X-RateLimit-Limit": "1000"}
        server.first.append(Reply(status=429, headers=headers))

        with pytest.raises(RateLimited) as caught:
            source.changed(BEGINNING, limit=10, at=NOW)
        assert caught.value.seconds == 1800

    def test_an_expired_token_is_no_deletion(self, server: StandIn, source: ServiceNow) -> None:
        server.first.append(Reply(status=401))

        with pytest.raises(SourceDenied):
            source.fetch(sys_id(1))


class TestFetch:
    def test_work_notes_are_internal_and_times_are_utc(
        self, there: ServiceNowStandIn, source: ServiceNow
    ) -> None:
        key = there.add(
            state=("6", "Gelöst"),
            close_notes="Opened UDP 500.",
            close_code=("fixed", "Solved (Permanently)"),
            resolved_at=(stamp(START), "05.01.2026 10:00:00"),
        )
        there.say(key, "comments", "Please try again.")
        there.say(key, "work_notes", "[code]<p>He never reads <b>mails</b>.</p>[/code]")

        found = case(source, key)

        assert [(m.text, m.internal) for m in found.messages] == [
            ("Please try again.", False),
            ("He never reads **mails**.", True),
        ]
        assert found.closed_at == START
        assert found.state is TicketState.RESOLVED
        assert found.resolution == "Opened UDP 500."
        assert (found.queue, found.scope, found.item) == ("Network", "Own", None)
        assert found.close_code == "Solved (Permanently)"

    def test_the_journal_of_another_case_is_never_taken(
        self, there: ServiceNowStandIn, source: ServiceNow
    ) -> None:
        key, other = there.add(), there.add()
        there.say(other, "work_notes", "Secret of another company.")
        there.ignores_query = True

        with pytest.raises(QueryIgnored):
            source.fetch(key)

    def test_without_a_company_it_has_a_scope_of_its_own(
        self, there: ServiceNowStandIn, source: ServiceNow
    ) -> None:
        assert case(source, there.add(company="")).scope == "no company"

    def test_deleted_and_hidden_are_gone(
        self, there: ServiceNowStandIn, source: ServiceNow
    ) -> None:
        key = there.add()
        there.hidden.add(key)

        assert source.fetch(key) == Gone(key, "deleted")

    def test_an_id_that_is_a_query_is_not_asked(self, source: ServiceNow) -> None:
        with pytest.raises(BadAnswer):
            source.fetch("1^ORsys_idISNOTEMPTY")


def test_names_what_is_missing_although_counts_include_the_hidden(
    there: ServiceNowStandIn, source: ServiceNow
) -> None:
    keys = [there.add() for _ in range(5)]
    there.hidden = {keys[3]}

    assert source.missing(frozenset(keys)) == {keys[3]}


def test_a_note_is_a_work_note_and_written_once(
    there: ServiceNowStandIn, source: ServiceNow
) -> None:
    key = there.add()

    assert source.note(key, "See article 7.", "suggestions") is Noted.WRITTEN
    assert source.note(key, "See article 7.", "suggestions") is Noted.UNCHANGED
    assert source.note(key, "See article 8.", "suggestions") is Noted.FIXED

    assert [journal["element"] for journal in there.journals] == ["work_notes"]
    assert case(source, key).messages == ()


def test_a_webhook_needs_its_signature(source: ServiceNow) -> None:
    body = f'{{"sys_id": "{sys_id(4)}"}}'.encode()
    digest = hmac.new(b"hook", body, hashlib.sha256).hexdigest()

    found = source.verify({"X-KB-Signature": f"sha256={digest}"}, body)

    assert [reference.external_id for reference in found] == [sys_id(4)]
    with pytest.raises(ForgedWebhook):
        source.verify({"X-KB-Signature": f"sha256={digest}"}, body + b" ")


def test_warns_of_ignored_queries_and_unreadable_journals(
    there: ServiceNowStandIn, source: ServiceNow
) -> None:
    there.add()

    visible = source.visible()

    assert visible.scopes == ("Own",)
    assert any("glide.invalid_query" in warning for warning in visible.warnings)
    assert any("journals" in warning for warning in visible.warnings)
