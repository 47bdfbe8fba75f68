"""The connector that is configured instead of written."""

import hashlib
import hmac
import json
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from pydantic import SecretStr

from kb.models import TicketState
from kb.sources.accounts import Account
from kb.sources.generic import JsonSource, NoNotes, PathMissing
from kb.sources.mapping import BadMapping
from kb.sources.ports import BEGINNING, BadAnswer, ForgedWebhook, Gone, Noted, SourceCase
from tests.contracts.stand_ins.server import Asked, Reply, StandIn, served

START = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)
NOW = START + timedelta(days=1)
PER_PAGE = 40

MAPPING = """
columns: {id: key, title: summary, description: text, opened_at: made, updated_at: touched,
  closed_at: done, state: status, queue: desk.name, resolution: answer, messages: talk}
values: {state: {Fixed: resolved, Waiting: pending}}
message_columns: {text: body, at: when, internal: secret}
"""


class Desk:
    """A system of its own making: a list in pages, cases below `data`, notes that stay."""

    def __init__(self) -> None:
        self.cases: dict[str, dict[str, Any]] = {}

    def add(self, *, minutes: int = 0, **changes: Any) -> str:
        key = f"C/{len(self.cases) + 1}"
        self.cases[key] = {
            "key": key,
            "summary": "Badge reader beeps",
            "text": "Since the storm.",
            "made": START.isoformat(),
            "touched": (START + timedelta(minutes=minutes)).isoformat(),
            "done": None,
            "status": "open",
            "desk": {"name": "Doors"},
            "talk": [],
        } | changes
        return key

    def __call__(self, asked: Asked) -> Reply:
        if asked.headers.get("x-desk-key") != "key":
            return Reply(status=401)
        if asked.path == "/cases":
            return self._list(asked)
        key = asked.path.removeprefix("/cases/").removesuffix("/notes").replace("%2F", "/")
        if key not in self.cases:
            return Reply(status=404)
        if asked.method == "POST":
            said = {"body": asked.json["text"], "secret": asked.json["internal"]}
            self.cases[key]["talk"].append(said)
            return Reply({})
        return Reply({"data": self.cases[key]})

    def _list(self, asked: Asked) -> Reply:
        since = datetime.fromisoformat(asked.one("since"))
        rows = [row for row in self.cases.values() if _touched(row) >= since]
        rows.sort(key=_touched)
        first = (int(asked.one("page")) - 1) * PER_PAGE
        return Reply({"data": {"rows": rows[first : first + PER_PAGE]}})


def _touched(row: dict[str, Any]) -> datetime:
    return datetime.fromisoformat(row["touched"])


@pytest.fixture
def there() -> Desk:
    return Desk()


@pytest.fixture
def server(there: Desk) -> Iterator[StandIn]:
    with served(there) as running:
        yield running


def connector(server: StandIn, **options: str) -> JsonSource:
    given = {
        "list": "/cases?since={since}&page={page}",
        "case": "/cases/{id}",
        "note": "/cases/{id}/notes",
        "items": "data.rows",
        "item": "data",
        "header": "X-Desk-Key",
        "mapping": MAPPING,
        "event": "case.key",
    }
    account = Account(
        url=server.url,
        secret=SecretStr("key"),
        webhook_secret=SecretStr("hook"),
        private=True,
        options=given | options,
    )
    return JsonSource(account, sleep=lambda _: None)


@pytest.fixture
def source(server: StandIn) -> Iterator[JsonSource]:
    made = connector(server)
    yield made
    made.close()


def case(source: JsonSource, key: str) -> SourceCase:
    found = source.fetch(key)
    assert isinstance(found, SourceCase)
    return found


def test_hands_out_every_change_once(there: Desk, source: JsonSource) -> None:
    for number in range(150):
        there.add(minutes=number)

    mark, seen = BEGINNING, []
    while True:
        page = source.changed(mark, limit=60, at=NOW)
        seen += [item.external_id for item in page.cases]
        mark = page.next
        if page.done:
            break

    assert sorted(seen) == sorted(there.cases)
    assert source.changed(mark, limit=60, at=NOW).cases == ()


def test_a_case_is_what_the_mapping_makes_of_it(there: Desk, source: JsonSource) -> None:
    key = there.add(
        status="Fixed",
        done=(START + timedelta(hours=1)).isoformat(),
        answer="Replaced the fuse.",
        talk=[
            {"body": "Try it now.", "when": START.isoformat(), "secret": "no"},
            {"body": "The spare key is in room 2.", "when": START.isoformat()},
        ],
    )

    found = case(source, key)

    assert (found.title, found.scope, found.queue) == ("Badge reader beeps", "Doors", "Doors")
    assert (found.state, found.resolution) == (TicketState.RESOLVED, "Replaced the fuse.")
    # What does not say that it is public is internal.
    assert [message.internal for message in found.messages] == [False, True]


def test_gone_there(there: Desk, source: JsonSource) -> None:
    key = there.add()
    del there.cases[key]

    assert source.fetch(key) == Gone(key, "deleted")
    assert source.missing(frozenset({key})) == {key}


def test_a_number_leads_nowhere_else(source: JsonSource, server: StandIn) -> None:
    assert source.fetch("../admin?x=1") == Gone("../admin?x=1", "deleted")
    assert server.paths() == ["/cases/..%2Fadmin%3Fx%3D1"]


def test_another_case_than_asked_for_is_refused(there: Desk, source: JsonSource) -> None:
    key = there.add()
    there.cases["C/9"] = there.cases[key]

    with pytest.raises(BadAnswer, match="another case"):
        source.fetch("C/9")


def test_a_note_is_written_once_and_does_not_come_back(there: Desk, source: JsonSource) -> None:
    key = there.add()

    assert source.note(key, "A draft is ready.", "draft") is Noted.WRITTEN
    assert source.note(key, "A draft is ready.", "draft") is Noted.UNCHANGED
    assert source.note(key, "Another.", "draft") is Noted.FIXED
    assert there.cases[key]["talk"][0]["secret"] is True
    assert case(source, key).messages == ()


def test_without_a_path_there_are_no_notes(there: Desk, server: StandIn) -> None:
    key = there.add()

    with closing(connector(server, note="")) as source, pytest.raises(NoNotes):
        source.note(key, "A draft is ready.", "draft")


class TestWebhook:
    BODY = json.dumps({"case": {"key": "C/7"}, "summary": "never believed"}).encode()

    def sign(self, body: bytes, secret: str = "hook") -> dict[str, str]:  # noqa: S107  the test's
        digest = hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()
        return {"x-kb-signature": f"sha256={digest}"}

    def test_names_a_case(self, source: JsonSource) -> None:
        assert source.verify(self.sign(self.BODY), self.BODY)[0].external_id == "C/7"

    @pytest.mark.parametrize("secret", ["other", ""])
    def test_forged(self, source: JsonSource, secret: str) -> None:
        with pytest.raises(ForgedWebhook):
            source.verify(self.sign(self.BODY, secret), self.BODY)

    def test_without_a_case(self, source: JsonSource) -> None:
        body = b'{"case": null}'
        with pytest.raises(BadAnswer, match="names no case"):
            source.verify(self.sign(body), body)


def test_wrong_options_are_refused_before_anything_is_stored(server: StandIn) -> None:
    with pytest.raises(PathMissing, match="list"):
        connector(server, list="/cases")
    with pytest.raises(BadMapping):
        connector(server, mapping="columns: {nothing: x}")


def test_a_list_that_is_none(there: Desk, server: StandIn) -> None:
    there.add()
    with closing(connector(server, items="")) as source, pytest.raises(BadAnswer, match="items"):
        source.changed(BEGINNING, limit=10, at=NOW)
