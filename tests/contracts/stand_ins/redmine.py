"""Redmine as its documentation and its version 5 behave."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from tests.contracts.stand_ins.server import Asked, Reply

START = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)


def stamp(when: datetime) -> str:
    return f"{when:%Y-%m-%dT%H:%M:%SZ}"


@dataclass
class RedmineStandIn:
    issues: dict[int, dict[str, Any]] = field(default_factory=dict)
    forbidden: set[int] = field(default_factory=set)
    may_set_private: bool = True
    clamp: int = 100
    ignores_filter: bool = False
    key: str = "key"

    def add(self, *, minutes: int = 0, **changes: Any) -> int:
        number = len(self.issues) + 1
        at = stamp(START + timedelta(minutes=minutes))
        self.issues[number] = {
            "id": number,
            "project": {"id": 1, "name": "IT Support"},
            "status": {"id": 1, "name": "New", "is_closed": False},
            "author": {"id": 7, "name": "Alice"},
            "subject": f"Printer {number} is stuck",
            "description": "Jobs stay in *spooling*.",
            "is_private": False,
            "created_on": stamp(START),
            "updated_on": at,
            "closed_on": None,
            "journals": [],
        } | changes
        return number

    def say(self, number: int, text: str, *, private: bool | None = False, user: int = 1) -> None:
        journals = self.issues[number]["journals"]
        journal = {
            "id": 1000 * number + len(journals),
            "user": {"id": user, "name": "Bob"},
            "notes": text,
            "created_on": stamp(START),
            "private_notes": private,
            "details": [],
        }
        if private is None:
            del journal["private_notes"]
        journals.append(journal)

    def close(self, number: int, *, minutes: int) -> None:
        at = stamp(START + timedelta(minutes=minutes))
        status = {"id": 5, "name": "Closed", "is_closed": True}
        self.issues[number] |= {"status": status, "closed_on": at, "updated_on": at}

    def __call__(self, asked: Asked) -> Reply:  # noqa: PLR0911  one return for each path
        if asked.headers.get("x-redmine-api-key") != self.key:
            return Reply(status=401)
        if asked.path == "/issues.json":
            return self._open(asked) if asked.method == "POST" else self._list(asked)
        if asked.path == "/projects.json":
            projects = [{"id": 1, "name": "IT Support", "identifier": "it-support"}]
            return Reply({"projects": projects, "total_count": 1})
        if asked.path == "/projects/1.json":
            return Reply({"project": {"id": 1, "name": "IT Support", "identifier": "it-support"}})
        if asked.path == "/users/current.json":
            return Reply({"user": {"id": 1, "login": "kb"}})
        if asked.path.startswith("/journals/"):
            return self._change_journal(asked)
        return self._one(asked)

    def _open(self, asked: Asked) -> Reply:
        wanted = asked.json["issue"]
        number = self.add(subject=wanted["subject"], description=wanted["description"])
        return Reply({"issue": self.issues[number]}, status=201)

    def _list(self, asked: Asked) -> Reply:
        chosen = [row for key, row in self.issues.items() if key not in self.forbidden]
        if asked.one("status_id", "open") == "open":
            chosen = [row for row in chosen if not row["status"]["is_closed"]]
        since = asked.one("updated_on")
        if since and not self.ignores_filter:
            chosen = [row for row in chosen if row["updated_on"] >= since.removeprefix(">=")]
        numbers = asked.one("issue_id")
        if numbers and not self.ignores_filter:
            first, last = map(int, numbers.removeprefix("><").split("|"))
            chosen = [row for row in chosen if first <= row["id"] <= last]
        words = asked.one("subject")
        if words and not self.ignores_filter:
            chosen = [row for row in chosen if words.removeprefix("~") in row["subject"]]
        if asked.one("sort").startswith("updated_on"):
            chosen.sort(key=lambda row: (row["updated_on"], row["id"]))
        offset, limit = int(asked.one("offset", "0")), int(asked.one("limit", "25"))
        limit = min(limit, self.clamp)
        rows = [
            {key: value for key, value in row.items() if key != "journals"}
            for row in chosen[offset : offset + limit]
        ]
        total = len(chosen)
        return Reply({"issues": rows, "total_count": total, "offset": offset, "limit": limit})

    def _one(self, asked: Asked) -> Reply:
        number = int(asked.path.removeprefix("/issues/").removesuffix(".json"))
        if number in self.forbidden:
            return Reply(status=403)
        if number not in self.issues:
            return Reply(status=404)
        if asked.method == "PUT":
            wanted = asked.json["issue"]
            # Without the permission Redmine drops the flag and says nothing.
            private = bool(wanted.get("private_notes")) and self.may_set_private
            self.say(number, wanted["notes"], private=private)
            return Reply(status=204)
        issue = dict(self.issues[number])
        if asked.one("include") != "journals":
            del issue["journals"]
        return Reply({"issue": issue})

    def _change_journal(self, asked: Asked) -> Reply:
        number = int(asked.path.removeprefix("/journals/").removesuffix(".json"))
        for issue in self.issues.values():
            for journal in issue["journals"]:
                if journal["id"] == number:
                    journal["notes"] = asked.json["journal"]["notes"]
                    return Reply(status=204)
        return Reply(status=404)
