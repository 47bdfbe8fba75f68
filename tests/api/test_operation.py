"""Health, figures and logs."""

import io
import json
import logging
from collections.abc import Iterator
from pathlib import Path

import pytest
import structlog
from fastapi import FastAPI
from fastapi.testclient import TestClient

from api import logs
from api.app import create_app
from api.wiring import Services
from kb import jobs
from kb.db import Database
from tests.factories import MONDAY, make_ticket
from tests.fakes import index_all


@pytest.fixture
def lines() -> Iterator[io.StringIO]:
    """What is logged, as `kb serve` would write it."""
    root = logging.getLogger()
    before, level = root.handlers, root.level
    stream = io.StringIO()
    logs.configure("json", stream)
    yield stream
    root.handlers, root.level = before, level
    structlog.reset_defaults()


def test_strangers_learn_that_it_lives(stranger: TestClient) -> None:
    assert stranger.get("/health/live").json() == {"status": "alive"}
    assert stranger.get("/health/ready").json() == {"status": "ready"}


def test_without_a_database_it_lives_but_is_not_ready(services: Services, tmp_path: Path) -> None:
    services.finder.database = Database(f"sqlite:///{tmp_path}/nowhere/kb.sqlite3")
    client = TestClient(create_app(services))

    assert client.get("/health/live").status_code == 200
    answer = client.get("/health/ready")
    assert answer.status_code == 503
    assert answer.json()["type"] == "/problems/NotReady"
    assert "retry-after" in answer.headers


def test_only_administrators_are_told_how_far_the_index_lags(
    administrator: TestClient, agent: TestClient, services: Services
) -> None:
    with services.database.write() as session:
        make_ticket(session)

    assert agent.get("/health/ready").json() == {"status": "ready"}
    told = administrator.get("/health/ready").json()
    assert (told["lag"]["documents"], told["model"]) == (1, "words")
    index_all(services.finder)
    assert set(administrator.get("/health/ready").json()["lag"].values()) == {0}


def test_figures_are_for_administrators(
    administrator: TestClient, agent: TestClient, stranger: TestClient, database: Database
) -> None:
    with database.write() as session:
        make_ticket(session)
        jobs.promise(session, "draft", 1, at=MONDAY)
    assert agent.get("/metrics").status_code == 403
    assert stranger.get("/metrics").status_code == 401
    agent.get("/api/v1/tickets/4711")

    figures = administrator.get("/metrics").text

    assert "kb_jobs_waiting 1.0" in figures
    assert "kb_index_documents_behind 1.0" in figures
    assert 'kb_documents{kind="ticket"} 1.0' in figures
    assert (
        'kb_requests_total{method="GET",route="/api/v1/tickets/{ticket_id}",status="404"} 1.0'
        in figures
    )
    assert (
        'kb_request_seconds_count{method="GET",route="/api/v1/tickets/{ticket_id}"} 1.0' in figures
    )
    assert "4711" not in figures


def test_unknown_paths_and_methods_make_no_figures_of_their_own(
    administrator: TestClient,
) -> None:
    administrator.request("BREW", "/coffee/17")

    figures = administrator.get("/metrics").text

    assert 'kb_requests_total{method="other",route="-",status="404"} 1.0' in figures
    assert "coffee" not in figures


def test_a_request_is_one_line_without_what_was_asked(
    agent: TestClient, lines: io.StringIO
) -> None:
    agent.get("/api/v1/tickets/17?salary=swordfish", headers={"X-Request-ID": "r1"})

    entry = json.loads(lines.getvalue().splitlines()[-1])
    assert entry["event"] == "request"
    assert entry["route"] == "/api/v1/tickets/{ticket_id}"
    assert (entry["method"], entry["status"], entry["request_id"]) == ("GET", 404, "r1")
    assert entry["ms"] >= 0
    assert "swordfish" not in lines.getvalue()


def test_an_error_is_logged_by_its_places(app: FastAPI, lines: io.StringIO) -> None:
    @app.get("/broken")
    def broken() -> None:
        try:
            int("swordfish")
        except ValueError as error:
            raise RuntimeError("the password is swordfish") from error

    answer = TestClient(app).get("/broken")

    assert answer.status_code == 500
    assert "swordfish" not in answer.text + lines.getvalue()
    entry = json.loads(lines.getvalue().splitlines()[0])
    assert (entry["error"], entry["causes"]) == ("RuntimeError", ["ValueError"])
    assert "broken" in entry["places"][-1]


def test_libraries_log_in_the_same_form(lines: io.StringIO) -> None:
    try:
        int("swordfish")
    except ValueError:
        logging.getLogger("some.library").exception("it broke")

    entry = json.loads(lines.getvalue())
    assert (entry["event"], entry["error"]) == ("it broke", "ValueError")
    assert "swordfish" not in lines.getvalue()
