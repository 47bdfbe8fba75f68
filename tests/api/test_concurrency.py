"""Many requests at once."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from fastapi.testclient import TestClient

from api.app import create_app
from api.wiring import Services
from kb import people
from kb.db import Database
from kb.models import Ticket
from tests.api.conftest import CONTRACTOR
from tests.factories import MONDAY, make_ticket
from tests.fakes import make_finder

NEW = {"title": "VPN drops", "description": "Every hour.", "audience": CONTRACTOR}


def test_sixty_writers_at_once_all_get_through(agent: TestClient, database: Database) -> None:
    def create(_number: int) -> int:
        return agent.post("/api/v1/tickets", json=NEW).status_code

    with agent, ThreadPoolExecutor(60) as pool:
        statuses = list(pool.map(create, range(60)))

    assert statuses == [201] * 60
    with database.read() as session:
        assert session.query(Ticket).count() == 60


def test_one_key_sent_by_many_at_once_creates_once(agent: TestClient, database: Database) -> None:
    key = {"Idempotency-Key": "a-1"}

    def create(_number: int) -> tuple[int, bytes]:
        answer = agent.post("/api/v1/tickets", json=NEW, headers=key)
        return answer.status_code, answer.content

    with agent, ThreadPoolExecutor(8) as pool:
        answers = set(pool.map(create, range(24)))

    assert {status for status, _ in answers} == {201}
    assert len(answers) == 1
    with database.read() as session:
        assert session.query(Ticket).count() == 1


def test_one_of_two_who_close_at_once_is_told(agent: TestClient, database: Database) -> None:
    with database.write() as session:
        known = make_ticket(session, level=2).id
    start = threading.Barrier(6)

    def close(number: int) -> int:
        start.wait()
        body = {"resolution": f"Firmware {number}."}
        return agent.post(f"/api/v1/tickets/{known}/close", json=body).status_code

    with agent, ThreadPoolExecutor(6) as pool:
        statuses = sorted(pool.map(close, range(6)))

    assert statuses == [200, 409, 409, 409, 409, 409]


def test_a_right_revoked_in_one_process_is_gone_in_the_other(
    contractor: TestClient,
    services: Services,
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    folder = tmp_path_factory.mktemp("second")
    url = services.database.engine.url.render_as_string(hide_password=False)
    other = Database(url)
    finder = make_finder(other, folder)
    second = TestClient(
        create_app(Services(services.settings, other, finder, services.writer)),
        headers=dict(contractor.headers),
    )
    with services.database.write() as session:
        known = make_ticket(session, audience=CONTRACTOR).id
    path = f"/api/v1/tickets/{known}"
    assert contractor.get(path).status_code == second.get(path).status_code == 200

    with services.database.write() as session:
        person = people.person(session, "engineer@nordwind.example")
        audience = people.audience(session, CONTRACTOR)
        people.revoke(session, audience.id, person_id=person.id, at=MONDAY)

    assert contractor.get(path).status_code == second.get(path).status_code == 404
    other.close()
