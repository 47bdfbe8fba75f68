"""The ticket routes."""

from typing import Any

import pytest
from fastapi.testclient import TestClient

from kb.db import Database
from kb.models import Ticket
from tests.api.conftest import CONTRACTOR
from tests.factories import make_ticket, message

NEW = {"title": "VPN drops", "description": "Every hour.", "audience": CONTRACTOR}


def ticket_id(database: Database, **facts: Any) -> int:
    with database.write() as session:
        return make_ticket(session, **facts).id


def test_a_ticket_is_shown_with_its_messages(agent: TestClient, database: Database) -> None:
    known = ticket_id(database, messages=(message("Seen", internal=True), message("Done")))

    answer = agent.get(f"/api/v1/tickets/{known}")

    assert answer.status_code == 200
    assert answer.json()["title"] == "VPN drops every hour"
    assert [one["text"] for one in answer.json()["messages"]] == ["Seen", "Done"]
    assert answer.headers["cache-control"] == "no-store"


def test_a_contractor_reads_no_internal_messages(
    contractor: TestClient, database: Database
) -> None:
    known = ticket_id(
        database,
        audience=CONTRACTOR,
        messages=(message("Blame them", internal=True), message("Done")),
    )

    answer = contractor.get(f"/api/v1/tickets/{known}")

    assert [one["text"] for one in answer.json()["messages"]] == ["Done"]
    assert "Blame" not in answer.text


@pytest.mark.parametrize("method", ["get", "post"])
def test_an_invisible_ticket_looks_absent(
    contractor: TestClient, database: Database, method: str
) -> None:
    path, body = ("", None) if method == "get" else ("/close", {"resolution": "Done."})
    before = contractor.request(method, f"/api/v1/tickets/1{path}", json=body)
    assert ticket_id(database) == 1

    after = contractor.request(method, f"/api/v1/tickets/1{path}", json=body)

    assert before.status_code == after.status_code == 404
    assert before.content == after.content
    hidden = {"x-request-id"}
    assert {k: v for k, v in before.headers.items() if k not in hidden} == {
        k: v for k, v in after.headers.items() if k not in hidden
    }


def test_lists_hold_only_what_the_reader_may_see(
    contractor: TestClient, database: Database
) -> None:
    ticket_id(database, external_id="1", title="Salaries")
    shared = ticket_id(database, external_id="2", audience=CONTRACTOR)
    ticket_id(database, external_id="3", title="Dismissals")

    body = contractor.get("/api/v1/tickets", params={"limit": 1}).json()

    assert [one["id"] for one in body["items"]] == [shared]
    assert body["next"] is None


def test_parts_of_a_list_neither_skip_nor_repeat(agent: TestClient, database: Database) -> None:
    known = [ticket_id(database, external_id=str(number)) for number in range(7)]
    seen: list[int] = []
    cursor = None
    while True:
        params = {"limit": 3} | ({"next": cursor} if cursor else {})
        body = agent.get("/api/v1/tickets", params=params).json()
        seen += [one["id"] for one in body["items"]]
        # Something new arrives between two parts.
        ticket_id(database, external_id=f"later {len(seen)}")
        cursor = body["next"]
        if cursor is None:
            break

    assert seen == sorted(known, reverse=True)


@pytest.mark.parametrize("cursor", ["x", "", "bGFzdDotNQ", "bGFzdDp4", "%00", "A" * 200])
def test_a_made_up_cursor_is_refused(agent: TestClient, cursor: str) -> None:
    answer = agent.get("/api/v1/tickets", params={"next": cursor})

    assert answer.status_code == 422
    assert answer.json()["type"] == "/problems/BadCursor"


def test_lists_filter_by_state(agent: TestClient, database: Database) -> None:
    first = ticket_id(database, external_id="1")
    second = ticket_id(database, external_id="2")
    agent.post(f"/api/v1/tickets/{first}/close", json={"resolution": "Done."})

    body = agent.get("/api/v1/tickets", params={"state": "open"}).json()

    assert [one["id"] for one in body["items"]] == [second]


def test_a_created_ticket_is_there(agent: TestClient) -> None:
    answer = agent.post("/api/v1/tickets", json={**NEW, "level": 2, "language": "nl"})

    assert answer.status_code == 201
    again = agent.get(f"/api/v1/tickets/{answer.json()['id']}").json()
    assert again == answer.json()
    assert (again["level"], again["language"], again["state"]) == (2, "nl", "open")


def test_a_message_with_unknown_flag_is_internal(agent: TestClient, contractor: TestClient) -> None:
    said = {"text": "Hm.", "at": "2026-01-05T09:00:00Z"}

    made = agent.post("/api/v1/tickets", json={**NEW, "messages": [said]}).json()

    assert [one["internal"] for one in made["messages"]] == [True]
    assert contractor.get(f"/api/v1/tickets/{made['id']}").json()["messages"] == []


def test_one_audience_alone_need_not_be_named(contractor: TestClient, agent: TestClient) -> None:
    new = {"title": "VPN drops", "description": "Every hour."}

    assert contractor.post("/api/v1/tickets", json=new).status_code == 201
    assert agent.post("/api/v1/tickets", json=new).status_code == 422


def test_an_audience_of_others_looks_like_none(contractor: TestClient, database: Database) -> None:
    absent = contractor.post("/api/v1/tickets", json={**NEW, "audience": "payroll"})
    ticket_id(database, audience="payroll")

    hidden = contractor.post("/api/v1/tickets", json={**NEW, "audience": "payroll"})

    assert absent.status_code == 422
    assert absent.content == hidden.content


def test_only_administrators_choose_a_number(agent: TestClient, administrator: TestClient) -> None:
    named = {**NEW, "audience": "internal", "source": "zammad", "external_id": "17"}

    assert agent.post("/api/v1/tickets", json=named).status_code == 403
    assert administrator.post("/api/v1/tickets", json=named).status_code == 201
    again = administrator.post("/api/v1/tickets", json={**named, "title": "Another"})
    assert again.status_code == 409
    assert again.json()["type"] == "/problems/TicketExists"
    alone = administrator.post("/api/v1/tickets", json={**NEW, "external_id": "17"})
    assert alone.status_code == 422


def test_the_same_key_creates_once(agent: TestClient, database: Database) -> None:
    key = {"Idempotency-Key": "a-1"}
    first = agent.post("/api/v1/tickets", json=NEW, headers=key)

    second = agent.post("/api/v1/tickets", json=NEW, headers=key)

    assert (second.status_code, second.content) == (201, first.content)
    with database.read() as session:
        assert session.query(Ticket).count() == 1


def test_the_same_key_for_another_request_is_a_conflict(agent: TestClient) -> None:
    key = {"Idempotency-Key": "a-1"}
    agent.post("/api/v1/tickets", json=NEW, headers=key)

    answer = agent.post("/api/v1/tickets", json={**NEW, "title": "Another"}, headers=key)

    assert answer.status_code == 409
    assert answer.json()["type"] == "/problems/KeyReused"


def test_two_people_may_use_the_same_key(agent: TestClient, contractor: TestClient) -> None:
    key = {"Idempotency-Key": "a-1"}

    first = agent.post("/api/v1/tickets", json=NEW, headers=key).json()
    second = contractor.post("/api/v1/tickets", json=NEW, headers=key).json()

    assert first["id"] != second["id"]


def test_a_refused_creation_leaves_the_key_unused(agent: TestClient) -> None:
    key = {"Idempotency-Key": "a-1"}
    wrong = agent.post("/api/v1/tickets", json={**NEW, "audience": "payroll"}, headers=key)
    assert wrong.status_code == 422

    assert agent.post("/api/v1/tickets", json=NEW, headers=key).status_code == 201


@pytest.mark.parametrize(("level", "promised"), [(1, False), (2, True), (3, True)])
def test_closing_tells_whether_a_draft_will_come(
    agent: TestClient, database: Database, level: int, promised: bool
) -> None:
    known = ticket_id(database, level=level)

    answer = agent.post(
        f"/api/v1/tickets/{known}/close",
        json={"resolution": "New firmware.", "close_code": "solved"},
    )

    assert answer.status_code == 200
    assert answer.json()["draft_promised"] is promised
    shown = agent.get(f"/api/v1/tickets/{known}").json()
    assert (shown["state"], shown["resolution"]) == ("closed", "New firmware.")
    assert answer.json()["ticket"] == shown


def test_closing_twice_is_a_conflict(agent: TestClient, database: Database) -> None:
    path = f"/api/v1/tickets/{ticket_id(database)}/close"
    agent.post(path, json={"resolution": "New firmware."})

    answer = agent.post(path, json={"resolution": "Another."})

    assert answer.status_code == 409
    assert answer.json()["type"] == "/problems/TicketAlreadyClosed"


@pytest.mark.parametrize(
    "body",
    [
        {"resolution": ""},
        {"resolution": "x" * 20_001},
        {"resolution": "a\x00b"},
        {"resolution": None},
        {},
        {"resolution": "Fine.", "closecode": "typing error"},
    ],
)
def test_a_wrong_closing_is_refused_with_its_place(
    agent: TestClient, database: Database, body: dict[str, object]
) -> None:
    known = ticket_id(database)

    answer = agent.post(f"/api/v1/tickets/{known}/close", json=body)

    assert answer.status_code == 422
    assert answer.json()["errors"][0]["at"].startswith("body/")
    assert agent.get(f"/api/v1/tickets/{known}").json()["state"] == "open"


def test_a_reader_may_not_close(database: Database, agent: TestClient) -> None:
    from sqlalchemy import delete

    from kb.models import PersonRole

    known = ticket_id(database)
    with database.write() as session:
        session.execute(delete(PersonRole))

    answer = agent.post(f"/api/v1/tickets/{known}/close", json={"resolution": "Done."})

    assert answer.status_code == 403
    assert answer.json()["type"] == "/problems/RoleMissing"
