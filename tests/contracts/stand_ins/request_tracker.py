"""REST 2 of Request Tracker as version 5.0 was seen to behave."""

import re
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from tests.contracts.stand_ins.server import Asked, Reply

START = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)


def stamp(when: datetime) -> str:
    return f"{when:%Y-%m-%dT%H:%M:%SZ}"


@dataclass
class RtStandIn:
    tickets: dict[int, dict[str, Any]] = field(default_factory=dict)
    said: dict[int, list[dict[str, str]]] = field(default_factory=dict)
    forbidden: set[int] = field(default_factory=set)
    zone: str = "UTC"
    hides_totals: bool = False

    def add(self, *, minutes: int = 0, **changes: Any) -> int:
        number = len(self.tickets) + 1
        self.tickets[number] = {
            "id": number,
            "Subject": f"Tunnel {number} drops",
            "Status": "open",
            "Queue": {"id": "1", "type": "queue"},
            "Creator": {"id": "root", "type": "user"},
            "Requestor": [{"id": "alice@example.test", "type": "user"}],
            "Created": stamp(START),
            "LastUpdated": stamp(START + timedelta(minutes=minutes)),
            "Resolved": "1970-01-01T00:00:00Z",
            "EffectiveId": {"id": str(number), "type": "ticket"},
        } | changes
        self.said[number] = []
        self.say(number, "Create", "It drops after an hour.", creator="alice@example.test")
        return number

    def say(self, number: int, kind: str, text: str, **more: str) -> None:
        base = {"type": kind, "text": text, "creator": "root", "content_type": "text/plain"}
        self.said[number].append(base | more)

    def __call__(self, asked: Asked) -> Reply:  # noqa: PLR0911  one return for each path
        if asked.headers.get("authorization") != "token secret":
            return Reply(status=401)
        path = asked.path.removeprefix("/REST/2.0")
        if path == "/rt":
            return Reply({"Version": "5.0.3"})
        if path == "/queues/all":
            return Reply({"items": [{"id": "1", "type": "queue", "Name": "General"}]})
        if path == "/queue/1":
            return Reply({"id": 1, "Name": "General"})
        if path == "/tickets":
            return self._list(asked)
        if path == "/ticket":
            number = self.add(
                Subject=asked.json["Subject"], Queue={"id": "1"}, Requestor=[{"id": "kb"}]
            )
            self.said[number] = []
            self.say(number, "Create", asked.json["Content"])
            return Reply({"id": number, "type": "ticket"}, status=201)
        return self._ticket(asked, path)

    def _list(self, asked: Asked) -> Reply:
        query = asked.one("query")
        rows = [row for row in self.tickets.values() if row["Status"] != "deleted"]
        since = re.search(r"LastUpdated >= '([^']+)'", query)
        if since:
            # RT reads times in the time zone of the account.
            zone = ZoneInfo(self.zone)
            when = datetime.fromisoformat(since[1]).replace(tzinfo=zone).astimezone(UTC)
            rows = [row for row in rows if row["LastUpdated"] >= stamp(when)]
        title = re.search(r"Subject LIKE '([^']+)'", query)
        if title:
            rows = [row for row in rows if title[1] in row["Subject"]]
        number = re.search(r"id = (\d+)", query)
        if number:
            rows = [row for row in rows if row["id"] == int(number[1])]
        numbers = re.search(r"id >= (\d+) AND id <= (\d+)", query)
        if numbers:
            rows = [row for row in rows if int(numbers[1]) <= row["id"] <= int(numbers[2])]
        rows.sort(key=lambda row: (row["LastUpdated"], row["id"]))
        if asked.one("order") == "DESC":
            rows.reverse()
        size = min(int(asked.one("per_page", "20")), 100)
        page = int(asked.one("page", "1"))
        # Rights are applied to a page after it was cut.
        cut = rows[(page - 1) * size : page * size]
        items = [self._row(row, asked) for row in cut if row["id"] not in self.forbidden]
        total = (
            None if self.hides_totals else len([r for r in rows if r["id"] not in self.forbidden])
        )
        answer = {"items": items, "page": page, "total": total, "pages": total}
        if page * size < len(rows):
            answer["next_page"] = f"http://rt.invalid/tickets?page={page + 1}"
        return Reply(answer)

    def _row(self, row: dict[str, Any], asked: Asked) -> dict[str, Any]:
        shown = {"id": str(row["id"]), "type": "ticket"}
        wanted = asked.one("fields").split(",")
        return shown | {key: row[key] for key in wanted if key in row}

    def _ticket(self, asked: Asked, path: str) -> Reply:
        number = int(path.split("/")[2])
        if number in self.forbidden:
            return Reply({"message": "Forbidden"}, status=403)
        if number not in self.tickets:
            return Reply({"message": "Not Found"}, status=404)
        said = self.said[number]
        if path.endswith("/history"):
            items = [
                {
                    "id": str(index),
                    "Type": item["type"],
                    "Creator": {"id": item["creator"]},
                    "Created": stamp(START + timedelta(minutes=index)),
                }
                for index, item in enumerate(said)
            ]
            return Reply({"items": items})
        if path.endswith("/attachments"):
            items = [
                {
                    "id": str(index),
                    "TransactionId": str(index),
                    "ContentType": item["content_type"],
                    "Content": item["text"],
                    "Filename": "",
                }
                for index, item in enumerate(said)
            ]
            return Reply({"items": items})
        if path.endswith("/comment"):
            self.say(number, "Comment", asked.json["Content"])
            return Reply(["Comments added"], status=201)
        return Reply(self.tickets[number])
