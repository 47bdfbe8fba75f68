"""The search routes."""

from typing import Any

import pytest
from fastapi.testclient import TestClient

from api.wiring import Services
from kb import people
from tests.api.conftest import CONTRACTOR
from tests.factories import MONDAY, make_ticket, message
from tests.fakes import index_all


@pytest.fixture
def cases(services: Services) -> dict[str, int]:
    """Two cases about the same, one of them internal."""
    with services.database.write() as session:
        shared = make_ticket(
            session,
            audience=CONTRACTOR,
            external_id="1",
            title="Tunnel drops hourly",
            description="Since Monday the tunnel is gone: 0x80070005.",
            messages=(message("The admin password is swordfish", internal=True),),
        )
        hidden = make_ticket(session, external_id="2", title="Tunnel drops at the director's home")
        ids = {"shared": shared.id, "hidden": hidden.id}
    index_all(services.finder)
    return ids


def search(client: TestClient, query: str, **more: Any) -> list[dict[str, Any]]:
    answer = client.post("/api/v1/search", json={"query": query, **more})
    assert answer.status_code == 200, answer.text
    hits: list[dict[str, Any]] = answer.json()["hits"]
    return hits


def test_hits_say_what_was_found_and_why(contractor: TestClient, cases: dict[str, int]) -> None:
    hit = search(contractor, "tunnel gone 0x80070005")[0]

    assert (hit["kind"], hit["id"], hit["number"]) == ("ticket", cases["shared"], "1")
    marked = [hit["snippet"][mark["start"] : mark["end"]] for mark in hit["marks"]]
    assert "tunnel" in [word.casefold() for word in marked]
    assert "names 0x80070005 too" in [why["text"] for why in hit["why"]]


def test_a_contractor_does_not_find_what_an_agent_finds(
    agent: TestClient, contractor: TestClient, cases: dict[str, int]
) -> None:
    assert {hit["id"] for hit in search(agent, "tunnel drops")} == set(cases.values())
    assert [hit["id"] for hit in search(contractor, "tunnel drops")] == [cases["shared"]]
    # The stand-in for a model may find some likeness anywhere; hidden words it never shows.
    assert cases["hidden"] not in [hit["id"] for hit in search(contractor, "director")]
    assert "swordfish" not in str(search(contractor, "swordfish"))
    found = search(agent, "swordfish")[0]
    assert found["id"] == cases["shared"]
    assert "swordfish" in found["snippet"]


def test_what_is_hidden_changes_no_byte_of_an_answer(
    contractor: TestClient, services: Services
) -> None:
    with services.database.write() as session:
        make_ticket(session, audience=CONTRACTOR, external_id="1", title="Tunnel drops hourly")
    index_all(services.finder)
    before = contractor.post("/api/v1/search", json={"query": "tunnel drops director"})
    with services.database.write() as session:
        for number in range(5):
            make_ticket(session, external_id=f"h{number}", title="Tunnel drops for the director")
    index_all(services.finder)

    after = contractor.post("/api/v1/search", json={"query": "tunnel drops director"})

    assert before.json()["hits"]
    assert before.content == after.content


def test_a_revoked_audience_finds_nothing_though_the_index_is_stale(
    contractor: TestClient, services: Services, cases: dict[str, int]
) -> None:
    assert [hit["id"] for hit in search(contractor, "tunnel")] == [cases["shared"]]
    with services.database.write() as session:
        person = people.person(session, "engineer@nordwind.example")
        audience = people.audience(session, CONTRACTOR)
        people.revoke(session, audience.id, person_id=person.id, at=MONDAY)

    assert search(contractor, "tunnel") == []


@pytest.mark.usefixtures("cases")
@pytest.mark.parametrize("query", ["", "   ", "\n", "的 电子邮件", "🙂", "'; --", "AND OR"])
def test_odd_queries_have_an_answer(agent: TestClient, query: str) -> None:
    assert isinstance(search(agent, query), list)


@pytest.mark.usefixtures("cases")
def test_a_very_long_query_has_an_answer(agent: TestClient) -> None:
    assert search(agent, "tunnel drops " * 7_000)
    too_long = agent.post("/api/v1/search", json={"query": "x" * 100_001})
    assert too_long.status_code == 413
    assert too_long.json()["type"] == "/problems/QueryTooLong"


def test_an_empty_index_has_an_answer(agent: TestClient) -> None:
    assert search(agent, "tunnel") == []


@pytest.mark.parametrize(
    ("filters", "found"),
    [
        ({}, ["a", "b"]),
        ({"kinds": ["ticket"]}, ["a", "b"]),
        ({"kinds": ["article"]}, []),
        ({"queues": ["Network"]}, ["a"]),
        ({"categories": ["VPN"], "sources": ["test"]}, ["b"]),
        ({"items": ["gw-02"]}, ["b"]),
        ({"languages": ["nl"]}, ["a"]),
        ({"since": "2026-01-05T09:00:00Z"}, ["a", "b"]),
        ({"since": "2026-01-05T10:00:00Z"}, []),
        ({"until": "2026-01-05T09:00:00Z"}, []),
        ({"solved": True}, []),
        ({"solved": False}, ["a", "b"]),
    ],
)
def test_filters(
    agent: TestClient, services: Services, filters: dict[str, Any], found: list[str]
) -> None:
    with services.database.write() as session:
        make_ticket(session, external_id="a", queue="Network", language="nl")
        make_ticket(session, external_id="b", category="VPN", item="gw-02", language="en")
    index_all(services.finder)

    hits = search(agent, "VPN tunnel", filters=filters, collapse=False)

    assert sorted(hit["number"] for hit in hits) == found


def test_tickets_that_say_the_same_are_one_hit(agent: TestClient, services: Services) -> None:
    with services.database.write() as session:
        for number in ("a", "b", "c"):
            make_ticket(session, external_id=number, queue="Network")
    index_all(services.finder)

    assert [(hit["number"], hit["alike"]) for hit in search(agent, "VPN tunnel")] == [("a", 2)]
    facets = agent.get("/api/v1/search/facets").json()
    assert {"name": "queue", "value": "Network", "count": 3} in facets


@pytest.mark.parametrize(
    ("body", "place"),
    [
        ({}, "body/query"),
        ({"query": "a\x00b"}, "body/query"),
        ({"query": "x", "limit": 0}, "body/limit"),
        ({"query": "x", "filters": {"queue": "Network"}}, "body/filters/queue"),
        ({"query": "x", "filters": {"since": "2026-01-05T09:00:00"}}, "body/filters/since"),
        (
            {"query": "x", "filters": {"until": "0001-01-01T00:00:00+14:00"}},
            "body/filters/until",
        ),
    ],
)
def test_wrong_questions_name_their_place(
    agent: TestClient, body: dict[str, Any], place: str
) -> None:
    answer = agent.post("/api/v1/search", json=body)

    assert answer.status_code == 422
    assert [entry["at"] for entry in answer.json()["errors"]] == [place]


def test_similar_cases_leave_the_case_itself_out(
    agent: TestClient, contractor: TestClient, cases: dict[str, int]
) -> None:
    path = f"/api/v1/tickets/{cases['shared']}/similar"

    assert [hit["id"] for hit in agent.get(path).json()["hits"]] == [cases["hidden"]]
    assert contractor.get(path).json()["hits"] == []
    assert contractor.get(f"/api/v1/tickets/{cases['hidden']}/similar").status_code == 404


def test_only_the_first_hits_are_given(agent: TestClient, cases: dict[str, int]) -> None:
    assert len(cases) == 2
    assert len(search(agent, "tunnel drops", limit=1)) == 1


class TestConfidence:
    def test_nothing_found_is_nothing_good(self, agent: TestClient) -> None:
        answer = agent.post("/api/v1/search", json={"query": "tunnel"}).json()

        assert answer["confidence"] == {"band": "nothing", "probability": None}

    def test_each_hit_and_the_answer_have_a_band(
        self, agent: TestClient, cases: dict[str, int]
    ) -> None:
        answer = agent.post("/api/v1/search", json={"query": "tunnel gone 0x80070005"}).json()

        assert answer["confidence"]["band"] == "related"  # nothing was learned for the stand-in
        assert answer["hits"][0]["id"] == cases["shared"]
        assert answer["hits"][0]["confidence"] == {"band": "related", "probability": None}
        similar = agent.get(f"/api/v1/tickets/{cases['shared']}/similar").json()
        assert set(similar["confidence"]) == {"band", "probability"}
