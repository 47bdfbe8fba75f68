"""What people of other organisations read is recorded; what our own people read is not."""

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import select

from api.wiring import Services
from kb import audit
from kb.db import Database
from kb.models import Event
from tests.api.conftest import CONTRACTOR
from tests.factories import make_ticket
from tests.fakes import index_all

READING = frozenset({"document", "ticket", "article", "draft"})


@pytest.fixture
def ticket_id(services: Services) -> int:
    with services.database.write() as session:
        made = make_ticket(session, audience=CONTRACTOR, external_id="1").id
        make_ticket(session, external_id="2")
    index_all(services.finder)
    return made


def recorded(database: Database) -> list[tuple[str, int | None, str]]:
    with database.read() as session:
        audit.verify(session)
        return [
            (event.verb, event.subject_id, event.detail)
            for event in session.scalars(select(Event).order_by(Event.position))
            if event.subject_kind in READING
        ]


def read_everything(client: TestClient, ticket_id: int) -> None:
    client.post("/api/v1/search", json={"query": "vpn"}).raise_for_status()
    client.get("/api/v1/tickets").raise_for_status()
    client.get(f"/api/v1/tickets/{ticket_id}").raise_for_status()
    client.get(f"/api/v1/tickets/{ticket_id}/similar").raise_for_status()
    client.get("/api/v1/me").raise_for_status()


def test_reads_of_a_contractor_are_recorded(
    contractor: TestClient, database: Database, ticket_id: int
) -> None:
    read_everything(contractor, ticket_id)

    assert recorded(database) == [
        ("document.search", None, ""),
        ("ticket.list", None, ""),
        ("ticket.read", ticket_id, ""),
        ("ticket.search_similar", ticket_id, ""),
    ]


def test_reads_of_our_own_people_are_not(
    agent: TestClient, database: Database, ticket_id: int
) -> None:
    read_everything(agent, ticket_id)

    assert recorded(database) == []


def test_what_was_not_shown_is_not_recorded(
    contractor: TestClient, database: Database, ticket_id: int
) -> None:
    assert contractor.get(f"/api/v1/tickets/{ticket_id + 1}").status_code == 404

    assert recorded(database) == []


def test_without_a_record_there_is_no_answer(
    contractor: TestClient,
    ticket_id: int,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def full(*_args: object, **_more: object) -> None:
        raise OSError("disk full")

    monkeypatch.setattr(audit, "seal", full)

    answer = contractor.get(f"/api/v1/tickets/{ticket_id}")

    assert answer.status_code == 500
    assert "VPN" not in answer.text
