import hashlib
import hmac
import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from pydantic import SecretStr

from kb.models import AuthorRole, TicketState
from kb.sources.accounts import Account
from kb.sources.jira import Jira, NoteWentPublic
from kb.sources.ports import (
    BEGINNING,
    BadAnswer,
    ForgedWebhook,
    Gone,
    NewCase,
    Noted,
    QueryIgnored,
    SourceCase,
)
from tests.contracts.stand_ins.server import Asked, Reply, StandIn, served

START = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)
NOW = START + timedelta(days=1)


def adf(text: str) -> dict[str, Any]:
    paragraph = {"type": "paragraph", "content": [{"type": "text", "text": text}]}
    return {"version": 1, "type": "doc", "content": [paragraph]}


def stamp(when: datetime) -> str:
    return f"{when:%Y-%m-%dT%H:%M:%S.000+0000}"


class JiraStandIn:
    """Cloud, and Data Center as far as it differs."""

    def __init__(self) -> None:
        self.issues: dict[str, dict[str, Any]] = {}
        self.comments: dict[str, list[dict[str, Any]]] = {}
        self.forbidden: set[str] = set()
        self.zone = "Europe/Berlin"
        self.expired_tokens = 0
        self.ignores_query = False
        self.service_management = True
        self.opened: list[dict[str, Any]] = []

    def add(self, *, seconds: int = 0, **changes: Any) -> str:
        key = f"IT-{len(self.issues) + 1}"
        self.issues[key] = {
            "summary": "Scan to mail fails",
            "description": adf("Error 535 since Monday."),
            "status": {"name": "Open", "statusCategory": {"key": "new"}},
            "project": {"key": "IT", "name": "IT Support"},
            "components": [{"name": "Printing"}],
            "resolution": None,
            "resolutiondate": None,
            "created": stamp(START),
            "updated": stamp(START + timedelta(seconds=seconds)),
            "reporter": {"accountId": "alice", "displayName": "Alice"},
        } | changes
        self.comments[key] = []
        return key

    def say(self, key: str, text: str, *, author: str = "bob", **changes: Any) -> None:
        self.comments[key].append(
            {
                "id": str(10_000 + len(self.comments[key])),
                "author": {"accountId": author, "displayName": author.title()},
                "body": adf(text),
                "created": stamp(START),
            }
            | changes
        )

    def __call__(self, asked: Asked) -> Reply:  # noqa: PLR0911  one return for each path
        path = re.sub(r"^/rest/api/\d", "", asked.path)
        if path == "/myself":
            return Reply({"displayName": "KB", "timeZone": self.zone})
        if path == "/project/search":
            return Reply({"values": [{"key": "IT", "name": "IT Support"}], "isLast": True})
        if path == "/project":
            return Reply([{"key": "IT", "name": "IT Support"}])
        if path in {"/search/jql", "/search"}:
            return self._search(asked)
        if path == "/issue":
            fields = asked.json["fields"]
            made = self.add(**{name: fields[name] for name in ("summary", "description", "labels")})
            self.opened.append(fields)
            return Reply({"id": "1", "key": made}, status=201)
        key = path.split("/")[2]
        if key in self.forbidden:
            return Reply(status=403)
        if key not in self.issues:
            return Reply({"errorMessages": ["Issue does not exist"]}, status=404)
        if "/comment" in path:
            return self._comment(asked, key)
        issue = {name: value for name, value in self.issues[key].items() if name != "key"}
        return Reply({"key": self.issues[key].get("key", key), "fields": issue})

    def _search(self, asked: Asked) -> Reply:
        wanted = asked.json
        label = re.search(r'labels = "([^"]+)"', wanted["jql"])
        if label:
            known = [key for key, row in self.issues.items() if label[1] in row.get("labels", [])]
            return Reply({"issues": [{"key": key} for key in known], "total": len(known)})
        since = re.search(r'updated >= "([^"]+)"', wanted["jql"])
        assert since, "Jira refuses a query without bounds"
        when = datetime.strptime(since[1], "%Y-%m-%d %H:%M").replace(tzinfo=ZoneInfo(self.zone))
        rows = [
            (key, row)
            for key, row in self.issues.items()
            if key not in self.forbidden
            and (self.ignores_query or row["updated"] >= stamp(when.astimezone(UTC)))
        ]
        rows.sort(key=lambda item: (item[1]["updated"], int(item[0].split("-")[1])))
        cloud = asked.path.endswith("/jql")
        token = wanted.get("nextPageToken") if cloud else wanted["startAt"]
        if cloud and token and self.expired_tokens:
            self.expired_tokens -= 1
            return Reply({"errorMessages": ["The token has expired"]}, status=400)
        offset, size = int(token or 0), min(wanted["maxResults"], 60)
        # Only ids come back unless fields are named.
        named = wanted.get("fields", [])
        cut = [
            {"id": key, "key": key, "fields": {name: row.get(name) for name in named}}
            for key, row in rows[offset : offset + size]
        ]
        after = offset + size
        answer: dict[str, Any] = {"issues": cut}
        if cloud:
            answer |= {"nextPageToken": str(after)} if after < len(rows) else {}
        else:
            answer |= {"total": len(rows), "startAt": offset}
        return Reply(answer)

    def _comment(self, asked: Asked, key: str) -> Reply:
        said = self.comments[key]
        number = asked.path.rsplit("/", 1)[1]
        if asked.method == "GET":
            start = int(asked.one("startAt", "0"))
            return Reply({"comments": said[start : start + 2], "total": len(said)})
        if asked.method == "DELETE":
            self.comments[key] = [item for item in said if item["id"] != number]
            return Reply(status=204)
        if asked.method == "PUT":
            next(item for item in said if item["id"] == number)["body"] = asked.json["body"]
            return Reply({})
        self.say(key, "", body=asked.json["body"])
        written = self.comments[key][-1]
        if self.service_management:
            written["jsdPublic"] = False
        if "visibility" in asked.json:
            written["visibility"] = asked.json["visibility"]
        return Reply(written, status=201)


@pytest.fixture
def there() -> JiraStandIn:
    return JiraStandIn()


@pytest.fixture
def server(there: JiraStandIn) -> Iterator[StandIn]:
    with served(there) as running:
        yield running


def jira(server: StandIn, **options: str) -> Jira:
    account = Account(
        url=server.url,
        user="kb@own.example",
        secret=SecretStr("token"),
        webhook_secret=SecretStr("hook"),
        private=True,
        options=options,
    )
    return Jira(account, sleep=lambda _: None)


@pytest.fixture
def source(server: StandIn) -> Iterator[Jira]:
    made = jira(server)
    yield made
    made.close()


def case(source: Jira, key: str) -> SourceCase:
    found = source.fetch(key)
    assert isinstance(found, SourceCase)
    return found


def all_changes(source: Jira) -> set[str]:
    found, mark, done = set(), BEGINNING, False
    while not done:
        page = source.changed(mark, limit=50, at=NOW)
        found |= {reference.external_id for reference in page.cases}
        mark, done = page.next, page.done
    return found


class TestChanged:
    def test_finds_all_although_jira_asks_by_the_minute_in_the_zone_of_the_account(
        self, there: JiraStandIn, source: Jira
    ) -> None:
        for number in range(150):
            there.add(seconds=number // 2)  # 120 of them in one minute

        assert all_changes(source) == set(there.issues)

    def test_begins_again_when_the_token_of_a_page_has_expired(
        self, there: JiraStandIn, source: Jira
    ) -> None:
        for _ in range(150):
            there.add(seconds=5)
        there.expired_tokens = 1

        assert all_changes(source) == set(there.issues)

    def test_data_center_pages_by_number(self, there: JiraStandIn, server: StandIn) -> None:
        for _ in range(150):
            there.add(seconds=5)
        source = jira(server, edition="datacenter")

        found = all_changes(source)

        source.close()
        assert found == set(there.issues)

    def test_notices_that_its_question_is_ignored(self, there: JiraStandIn, source: Jira) -> None:
        there.add()
        there.add(seconds=3600)
        page = source.changed(BEGINNING, limit=10, at=NOW)
        there.ignores_query = True

        with pytest.raises(QueryIgnored):
            source.changed(page.next, limit=10, at=NOW)

    def test_hands_out_nothing_twice(self, there: JiraStandIn, source: Jira) -> None:
        there.add(seconds=30)
        page = source.changed(BEGINNING, limit=10, at=NOW)

        assert source.changed(page.next, limit=10, at=NOW).cases == ()


class TestFetch:
    def test_only_what_is_marked_as_public_is_public(
        self, there: JiraStandIn, source: Jira
    ) -> None:
        key = there.add()
        internal = [{"key": "sd.public.comment", "value": {"internal": True}}]
        there.say(key, "public", jsdPublic=True)
        there.say(key, "flagged", jsdPublic=False)
        there.say(key, "property", jsdPublic=True, properties=internal)
        there.say(key, "role", jsdPublic=True, visibility={"type": "role", "value": "Admins"})
        there.say(key, "unknown")

        found = case(source, key).messages

        assert [(m.text, m.internal) for m in found] == [
            ("public", False),
            ("flagged", True),
            ("property", True),
            ("role", True),
            ("unknown", True),
        ]

    def test_comments_without_flags_are_public_only_if_an_administrator_says_so(
        self, there: JiraStandIn, server: StandIn
    ) -> None:
        key = there.add()
        there.say(key, "unknown")
        there.say(key, "role", visibility={"type": "role", "value": "Admins"})
        source = jira(server, comments="public")

        found = case(source, key).messages

        source.close()
        assert [m.internal for m in found] == [False, True]

    def test_the_resolution_is_the_last_public_answer(
        self, there: JiraStandIn, source: Jira
    ) -> None:
        key = there.add(
            status={"name": "Done", "statusCategory": {"key": "done"}},
            resolution={"name": "Fixed"},
            resolutiondate=stamp(START + timedelta(hours=1)),
        )
        there.say(key, "Use port 587.", jsdPublic=True)
        there.say(key, "Thank you!", author="alice", jsdPublic=True)
        there.say(key, "He will ask again.", jsdPublic=False)

        found = case(source, key)

        assert found.resolution == "Use port 587."
        assert found.state is TicketState.CLOSED
        assert found.close_code == "Fixed"
        assert found.messages[1].role is AuthorRole.REQUESTER

    def test_a_field_of_its_own_comes_first(self, there: JiraStandIn, server: StandIn) -> None:
        key = there.add(
            status={"name": "Done", "statusCategory": {"key": "done"}},
            customfield_10042=adf("Set the port to 587."),
        )
        source = jira(server, resolution_field="customfield_10042")

        found = case(source, key)

        source.close()
        assert found.resolution == "Set the port to 587."

    def test_no_description_is_an_empty_one(self, there: JiraStandIn, source: Jira) -> None:
        assert case(source, there.add(description=None)).description == ""

    def test_a_security_level_has_a_scope_of_its_own(
        self, there: JiraStandIn, source: Jira
    ) -> None:
        assert case(source, there.add()).scope == "IT"
        assert case(source, there.add(security={"name": "Staff only"})).scope == "IT/Staff only"

    def test_deleted_forbidden_and_moved_are_gone(self, there: JiraStandIn, source: Jira) -> None:
        there.add(key="HR-7")
        there.forbidden.add(there.add())

        assert source.fetch("IT-1") == Gone("IT-1", "moved to HR-7")
        assert source.fetch("IT-2") == Gone("IT-2", "forbidden")
        assert source.fetch("IT-3") == Gone("IT-3", "deleted")

    def test_a_key_that_is_a_path_is_not_followed(self, source: Jira) -> None:
        with pytest.raises(BadAnswer):
            source.fetch("IT-1/../../user")


def test_names_what_is_missing(there: JiraStandIn, source: Jira) -> None:
    for _ in range(130):
        there.add()
    known = frozenset(there.issues)
    del there.issues["IT-99"]

    assert source.missing(known) == {"IT-99"}


class TestNote:
    def test_is_internal_and_changed_instead_of_repeated(
        self, there: JiraStandIn, source: Jira
    ) -> None:
        key = there.add()

        assert source.note(key, "See article 7.", "suggestions") is Noted.WRITTEN
        assert source.note(key, "See article 7.", "suggestions") is Noted.UNCHANGED
        assert source.note(key, "See article 8.", "suggestions") is Noted.UPDATED

        assert len(there.comments[key]) == 1
        assert "article 8" in json.dumps(there.comments[key])
        assert case(source, key).messages == ()

    def test_is_deleted_where_jira_has_no_internal_comments(
        self, there: JiraStandIn, source: Jira
    ) -> None:
        key = there.add()
        there.service_management = False

        with pytest.raises(NoteWentPublic):
            source.note(key, "See article 7.", "suggestions")
        assert there.comments[key] == []

    def test_is_for_one_role_there_if_an_administrator_names_it(
        self, there: JiraStandIn, server: StandIn
    ) -> None:
        key = there.add()
        there.service_management = False
        source = jira(server, note_role="Developers")

        assert source.note(key, "See article 7.", "suggestions") is Noted.WRITTEN
        source.close()
        assert there.comments[key][0]["visibility"]["value"] == "Developers"


class TestWebhook:
    BODY = json.dumps({"webhookEvent": "jira:issue_updated", "issue": {"key": "IT-12"}}).encode()

    def signed(self, body: bytes) -> dict[str, str]:
        digest = hmac.new(b"hook", body, hashlib.sha256).hexdigest()
        return {"x-hub-signature": f"sha256={digest}", "x-atlassian-webhook-identifier": "w-1"}

    def test_names_the_case_and_the_delivery(self, source: Jira) -> None:
        found = source.verify(self.signed(self.BODY), self.BODY)

        assert [(item.external_id, item.delivery) for item in found] == [("IT-12", "w-1")]

    def test_unsigned_and_forged_are_refused(self, source: Jira) -> None:
        with pytest.raises(ForgedWebhook):
            source.verify({}, self.BODY)
        with pytest.raises(ForgedWebhook):
            source.verify(self.signed(self.BODY), self.BODY + b" ")


def test_tells_what_the_account_may_see(source: Jira) -> None:
    assert source.visible().scopes == ("IT",)


@pytest.mark.parametrize("edition", ["cloud", "datacenter"])
def test_opens_a_case_once(there: JiraStandIn, server: StandIn, edition: str) -> None:
    source = jira(server, edition=edition, issue_type="Bug")
    wanted = NewCase(key="kb-0a1b", title="Tunnel\ndrops", text="See the log.", scope="IT")

    first, again = source.open_case(wanted), source.open_case(wanted)
    found = case(source, first.external_id)

    source.close()
    assert first == again
    assert first.link == f"{server.url}/browse/{first.external_id}"
    (fields,) = there.opened
    assert (fields["project"], fields["issuetype"]) == ({"key": "IT"}, {"name": "Bug"})
    assert (found.title, found.description) == ("Tunnel drops", "See the log.")
