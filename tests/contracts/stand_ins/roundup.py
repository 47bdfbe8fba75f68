"""The REST interface of Roundup as version 2.6 was seen to behave."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from tests.contracts.stand_ins.server import Asked, Reply

START = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)
TIME = "%Y-%m-%d.%H:%M:%S"
STATES = {"1": "unread", "2": "deferred", "8": "resolved"}
ADMIN = {"id": "1", "username": "admin"}
ALICE = {"id": "7", "username": "alice"}


def stamp(when: datetime) -> str:
    return when.strftime(TIME)


@dataclass
class RoundupStandIn:
    issues: dict[str, dict[str, Any]] = field(default_factory=dict)
    messages: dict[str, dict[str, Any]] = field(default_factory=dict)
    properties: set[str] = field(default_factory=lambda: {"internal"})
    retired: set[str] = field(default_factory=set)
    forbidden: set[str] = field(default_factory=set)
    hidden_properties: set[str] = field(default_factory=set)
    zone: str = "UTC"
    hides_totals: bool = False
    refuses_rest: bool = False
    drops_flags: bool = False
    changed_meanwhile: bool = False

    def add(self, *, minutes: int = 0, text: str | None = "It drops.", **changes: Any) -> str:
        number = str(len(self.issues) + 1)
        self.issues[number] = {
            "title": f"Tunnel {number} drops",
            "status": "1",
            "creator": ALICE,
            "creation": stamp(START),
            "activity": stamp(START + timedelta(minutes=minutes)),
            "messages": [],
            "project": None,
        } | changes
        if text is not None:
            self.say(number, text, author=ALICE)
        return number

    def say(self, number: str, text: str, **more: Any) -> str:
        made = str(len(self.messages) + 1)
        when = stamp(START + timedelta(seconds=int(made)))
        base = {"author": ADMIN, "internal": 0, "creation": when, "date": None, "type": None}
        if isinstance(more.get("internal"), bool):
            more["internal"] = int(more["internal"])  # as SQLite has it
        self.messages[made] = {"content": text} | base | more
        self.issues[number]["messages"].append(made)
        return made

    def __call__(self, asked: Asked) -> Reply:
        if asked.headers.get("authorization") != "Basic a2I6c2VjcmV0":  # kb:secret
            return Reply(raw=b"Invalid Login", status=401)
        if self.refuses_rest:
            return _error(403, "Forbidden.")
        parts = asked.path.removeprefix("/rest/data/").split("/")
        if asked.method == "GET":
            return self._list(asked, parts[0]) if len(parts) == 1 else self._one(*parts)
        if asked.headers.get("x-requested-with") != "rest" or not asked.headers.get("origin"):
            return _error(400, "Required Header Missing")
        if asked.method == "POST":
            return self._make(parts[0], asked.json)
        return self._patch(asked, *parts)

    def _list(self, asked: Asked, kind: str) -> Reply:
        held = self.issues if kind == "issue" else self.messages
        wanted = asked.one("@fields").split(",")
        known = {"id", "status", "project", *next(iter(held.values()), {})} | self.properties
        if unknown := [name for name in wanted if name not in known]:
            return _error(400, f"'Unknown property: {unknown[0]}'")
        rows = [number for number in held if kind != "issue" or number not in self.retired]
        if numbers := asked.query.get("id"):
            rows = [number for number in rows if number in numbers]
        if title := asked.one("title"):
            rows = [number for number in rows if title in held[number]["title"]]
        if since := asked.one("activity").removeprefix("from "):
            zone = ZoneInfo(self.zone)
            when = datetime.strptime(since, TIME).replace(tzinfo=zone).astimezone(UTC)
            rows = [number for number in rows if held[number]["activity"] >= stamp(when)]
        order = asked.one("@sort")
        if "activity" in order:
            rows.sort(key=lambda number: (held[number]["activity"], int(number)))
            if order.startswith("-"):
                rows.reverse()
        size = int(asked.one("@page_size", "10000"))
        page = int(asked.one("@page_index", "1"))
        # Rights are applied after the offset and before the page is cut: rows come twice.
        rest = [
            number
            for number in rows[(page - 1) * size :]
            if kind != "issue" or number not in self.forbidden
        ]
        data: dict[str, Any] = {
            "collection": [self._row(kind, number, wanted) for number in rest[:size]],
            "@total_size": -1 if self.hides_totals else (page - 1) * size + len(rest),
        }
        if size < len(rest):
            data["@links"] = {"next": [{"rel": "next"}]}
        return Reply({"data": data})

    def _row(self, kind: str, number: str, wanted: list[str]) -> dict[str, Any]:
        held = (self.issues if kind == "issue" else self.messages)[number]
        shown: dict[str, Any] = {"id": number, "link": f"http://rt.invalid/{kind}/{number}"}
        for name in wanted:
            # What may not be read is left out without a word.
            if name in self.hidden_properties or name not in held:
                continue
            value = held[name]
            if name == "status":
                value = {"id": value, "name": STATES[value]}
            if name == "messages":
                value = [{"id": item} for item in value]
            shown[name] = value
        return shown

    def _one(self, kind: str, number: str) -> Reply:
        held = self.issues if kind == "issue" else self.messages
        if number not in held:
            return _error(404, f"no such {kind} {number}")
        if kind == "issue" and number in self.forbidden:
            return _error(403, f"Permission to view {kind}{number} denied")
        shown = self._row(kind, number, list(held[number]))
        return Reply(
            {"data": {"id": number, "attributes": shown, "@etag": self._etag(held[number])}}
        )

    def _etag(self, held: dict[str, Any]) -> str:
        return f'"{hash(str(held))}"'

    def _make(self, kind: str, given: dict[str, Any]) -> Reply:
        if kind == "msg":
            if given.get("author") is None:
                return _error(409, "no such user None")
            number = str(len(self.messages) + 1)
            flag = None if self.drops_flags else int(given["internal"])
            when = stamp(START + timedelta(hours=1))
            rest = {"author": {"id": "1", "username": given["author"]}, "type": None}
            self.messages[number] = given | rest | {"internal": flag, "creation": when}
        else:
            number = self.add(text=None, title=given["title"])
            self.issues[number] |= {name: given[name] for name in given if name != "title"}
        return Reply({"data": {"id": number, "link": ""}}, status=201)

    def _patch(self, asked: Asked, kind: str, number: str) -> Reply:
        held = (self.issues if kind == "issue" else self.messages)[number]
        if self.changed_meanwhile or asked.headers.get("if-match") != self._etag(held):
            return _error(412, "Etag does not match.")
        given = dict(asked.json)
        if given.pop("@op", None) == "add":
            held["messages"] += given["messages"]
        else:
            held |= given
        return Reply({"data": {"id": number}})


def _error(status: int, message: str) -> Reply:
    return Reply({"error": {"status": status, "msg": message}}, status=status)
