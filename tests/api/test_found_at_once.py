"""What a request has changed is found by the next one, without a worker in between."""

from fastapi.testclient import TestClient


def test_a_created_ticket_is_found_by_the_next_search(agent: TestClient) -> None:
    new = {
        "title": "Label printer prints ZPL as text",
        "description": "Since the driver update.",
        "audience": "internal",
    }
    assert agent.post("/api/v1/tickets", json=new).status_code == 201

    found = agent.post("/api/v1/search", json={"query": "label printer ZPL"}).json()

    assert [hit["title"] for hit in found["hits"]] == ["Label printer prints ZPL as text"]
