"""From an alarm to what is known about it, and from what was done to a case."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from pydantic import SecretStr

from api.wiring import Services
from kb import people
from kb.db import Database
from kb.sources import register
from kb.sources.accounts import Account
from kb.sources.vault import open_vault
from tests import databases
from tests.api.conftest import CONTRACTOR
from tests.factories import MONDAY, make_audience, make_ticket
from tests.fakes import index_all

SECRET = {"Authorization": "Bearer hook"}
NOTE = "Rotated the logs of srv-db-01 and set logrotate to daily."


@pytest.fixture
def database(tmp_path: Path, sqlite_template: Path) -> Iterator[Database]:
    with databases.sqlite_copy(sqlite_template, tmp_path) as made:
        yield made


@pytest.fixture(autouse=True)
def _monitors(services: Services) -> None:
    macros = {"alarms": "events", "name": "event.name", "fingerprint": "event.id"}
    with services.database.write() as session:
        for name, kind, options in (("am", "alertmanager", {}), ("zabbix", "alarms", macros)):
            account = Account(
                url="https://monitor.example",
                webhook_secret=SecretStr("hook"),
                options=dict(options),
            )
            vault = open_vault(services.settings)
            made = register.add(session, name, kind, account, vault=vault, at=MONDAY)
            for scope, audience in (("db", CONTRACTOR), ("net", people.INTERNAL)):
                audience_id = make_audience(session, audience)
                register.put_scope(
                    session, made.id, scope, audience_id=audience_id, level=2, at=MONDAY
                )


def alert(*, team: str = "db", status: str = "firing", **labels: str) -> dict[str, Any]:
    return {
        "status": status,
        "labels": {"alertname": "DiskFull", "instance": "srv-db-01", "team": team} | labels,
        "annotations": {
            "summary": "The disk of srv-db-01 is 98 % full.",
            "runbook_url": "https://kb.example/articles/KB-12",
        },
        "startsAt": "2026-01-05T09:00:00.123456789Z",
        "endsAt": "0001-01-01T00:00:00Z" if status == "firing" else "2026-01-05T10:00:00Z",
        "generatorURL": "javascript:alert(1)",
        "fingerprint": f"f{team}",
    }


def send(client: TestClient, *alerts: dict[str, Any], name: str = "am") -> int:
    body = {"version": "4", "alerts": list(alerts), "notification_reason": "new, unknown to us"}
    path = f"/api/v1/sources/{name}/webhook"
    return client.post(path, json=body, headers=SECRET).status_code


def alarms_of(client: TestClient) -> list[dict[str, Any]]:
    return list(client.get("/api/v1/alarms").json()["items"])


def test_is_answered_with_known_cases(
    services: Services, stranger: TestClient, agent: TestClient
) -> None:
    with services.database.write() as session:
        make_ticket(session, external_id="77", title="Disk full on srv-db-01", resolution=NOTE)
    index_all(services.finder)

    assert send(stranger, alert()) == 202

    (alarm,) = alarms_of(agent)
    assert (alarm["name"], alarm["host"], alarm["ended_at"]) == ("DiskFull", "srv-db-01", None)
    assert alarm["runbook"] == "https://kb.example/articles/KB-12"
    assert alarm["link"] is None
    known = agent.get(f"/api/v1/alarms/{alarm['id']}/known").json()["hits"]
    assert [hit["number"] for hit in known] == ["77"]
    assert "same_identifier" in {why["code"] for why in known[0]["why"]}


def test_the_same_case_twice_is_known_once_with_a_count(
    services: Services, stranger: TestClient, agent: TestClient
) -> None:
    with services.database.write() as session:
        for number in ("77", "78"):
            make_ticket(session, external_id=number, title="Disk full on srv-db-01")
    index_all(services.finder)
    send(stranger, alert())

    (alarm,) = alarms_of(agent)
    (hit,) = agent.get(f"/api/v1/alarms/{alarm['id']}/known").json()["hits"]
    assert hit["alike"] == 1


def test_sent_again_it_is_there_once_and_never_fires_again(
    stranger: TestClient, agent: TestClient
) -> None:
    send(stranger, alert(), alert())
    send(stranger, alert(status="resolved"))
    send(stranger, alert())

    (alarm,) = alarms_of(agent)
    assert alarm["ended_at"] == "2026-01-05T10:00:00Z"


def test_over_and_noted_on_it_is_a_case(
    services: Services, stranger: TestClient, agent: TestClient
) -> None:
    send(stranger, alert())
    (alarm,) = alarms_of(agent)
    path = f"/api/v1/alarms/{alarm['id']}/note"
    assert agent.put(path, json={"note": NOTE}).json()["case_id"] is None

    send(stranger, alert(status="resolved"))

    case = agent.get(f"/api/v1/tickets/{alarms_of(agent)[0]['case_id']}").json()
    assert (case["state"], case["resolution"], case["item"]) == ("closed", NOTE, "srv-db-01")
    index_all(services.finder)
    hits = agent.post("/api/v1/search", json={"query": "logrotate"}).json()["hits"]
    assert [hit["id"] for hit in hits] == [case["id"]]


def test_without_a_note_it_teaches_nothing(stranger: TestClient, agent: TestClient) -> None:
    send(stranger, alert(status="resolved"))

    assert alarms_of(agent)[0]["case_id"] is None
    assert agent.get("/api/v1/tickets").json()["items"] == []


class TestIsolation:
    def test_each_sees_the_alarms_of_their_scopes(
        self, stranger: TestClient, agent: TestClient, contractor: TestClient
    ) -> None:
        send(stranger, alert(team="db"), alert(team="net"), alert(team="unmapped"))

        assert {alarm["host"] for alarm in alarms_of(contractor)} == {"srv-db-01"}
        assert len(alarms_of(contractor)) == 1
        assert len(alarms_of(agent)) == 2
        (mine,) = alarms_of(contractor)
        for hidden in {1, 2, 3} - {mine["id"]} | {1_000}:
            for path in (f"/api/v1/alarms/{hidden}", f"/api/v1/alarms/{hidden}/known"):
                assert contractor.get(path).status_code == 404
            note = contractor.put(f"/api/v1/alarms/{hidden}/note", json={"note": NOTE})
            assert note.status_code == 404

    def test_what_is_known_is_what_the_asker_may_see(
        self, services: Services, stranger: TestClient, contractor: TestClient
    ) -> None:
        with services.database.write() as session:
            make_ticket(session, external_id="77", title="Disk full on srv-db-01")
        index_all(services.finder)
        send(stranger, alert())

        (alarm,) = alarms_of(contractor)
        assert contractor.get(f"/api/v1/alarms/{alarm['id']}/known").json()["hits"] == []

    def test_a_scope_that_is_mapped_anew_takes_its_alarms_along(
        self, services: Services, stranger: TestClient, agent: TestClient, contractor: TestClient
    ) -> None:
        send(stranger, alert())
        (alarm,) = alarms_of(agent)
        agent.put(f"/api/v1/alarms/{alarm['id']}/note", json={"note": NOTE})
        send(stranger, alert(status="resolved"))
        with services.database.write() as session:
            source_id = register.source(session, "am").id
            audience_id = make_audience(session)
            register.put_scope(session, source_id, "db", audience_id=audience_id, at=MONDAY)

        assert alarms_of(contractor) == []
        assert contractor.get("/api/v1/tickets").json()["items"] == []
        assert len(agent.get("/api/v1/tickets").json()["items"]) == 1

    def test_a_ticket_is_named_only_to_who_may_see_it(
        self, services: Services, stranger: TestClient, agent: TestClient, contractor: TestClient
    ) -> None:
        with services.database.write() as session:
            shared = make_ticket(session, external_id="INC-1", audience=CONTRACTOR).id
            make_ticket(session, external_id="INC-2")
        send(stranger, alert(ticket="INC-1"))
        send(stranger, alert(ticket="INC-2") | {"fingerprint": "other"})

        assert [alarm["ticket_id"] for alarm in alarms_of(agent)] == [None, shared]
        assert [alarm["ticket_id"] for alarm in alarms_of(contractor)] == [None, shared]


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 401),
        ({"Authorization": "Bearer other"}, 401),
        ({"Authorization": "Basic !"}, 401),
        ({"Authorization": "Basic cHJvbTpob29r"}, 202),  # prom:hook
    ],
)
def test_only_who_knows_the_secret_is_believed(
    stranger: TestClient, agent: TestClient, headers: dict[str, str], status: int
) -> None:
    body = {"version": "4", "alerts": [alert()]}
    answer = stranger.post("/api/v1/sources/am/webhook", json=body, headers=headers)

    assert answer.status_code == status
    assert len(alarms_of(agent)) == (status == 202)


@pytest.mark.parametrize(
    "body",
    [b"[]", b'{"version": "3", "alerts": []}', b'{"version": "4", "alerts": [{}]}', b"\xff"],
)
def test_what_is_not_understood_changes_nothing(
    stranger: TestClient, agent: TestClient, body: bytes
) -> None:
    answer = stranger.post("/api/v1/sources/am/webhook", content=body, headers=SECRET)
    assert answer.status_code == 202
    assert alarms_of(agent) == []


def test_any_system_by_the_places_of_its_fields(stranger: TestClient, agent: TestClient) -> None:
    event = {
        "event": {"id": 17, "name": "High load"},
        "host": "web-3",
        "scope": "db",
        "started_at": "1767603600",
        "ended_at": "{EVENT.RECOVERY.TIMESTAMP}",
    }
    body = json.dumps({"events": [event]}).encode()
    answer = stranger.post("/api/v1/sources/zabbix/webhook", content=body, headers=SECRET)

    assert answer.status_code == 202
    (alarm,) = alarms_of(agent)
    assert (alarm["name"], alarm["host"]) == ("High load", "web-3")
    assert (alarm["started_at"], alarm["ended_at"]) == ("2026-01-05T09:00:00Z", None)
