"""Every error is a problem document, and says nothing that it should not."""

import importlib
import pkgutil
from collections.abc import Iterator
from datetime import timedelta
from typing import NoReturn

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from sqlalchemy import event
from sqlalchemy.exc import IntegrityError, OperationalError
from sqlalchemy.orm import Session

import api
import articles
import indexer
import kb
from api.problems import status_of
from kb import people, tokens
from kb.db import Database
from kb.errors import KbError
from tests.api.conftest import CONTRACTOR, client_of
from tests.factories import MONDAY, make_person, make_ticket

for package in (kb, indexer, articles, api):
    for module in pkgutil.walk_packages(package.__path__, package.__name__ + "."):
        if ".migrations" not in module.name and "__main__" not in module.name:
            importlib.import_module(module.name)

SECRET_TEXT = "the password is swordfish"


def descendants(kind: type[KbError]) -> list[type[KbError]]:
    return [d for sub in kind.__subclasses__() for d in (sub, *descendants(sub))]


@pytest.mark.parametrize("kind", descendants(KbError), ids=lambda kind: kind.__name__)
def test_every_error_has_a_status_and_a_sentence(kind: type[KbError]) -> None:
    assert status_of(kind) in {401, 403, 404, 409, 413, 422, 503}
    assert (kind.__doc__ or "").splitlines()[0].endswith((".", ":", ";")) or kind.__doc__


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/nowhere", 404),
        ("GET", "/api/v1/tickets/", 404),
        ("PUT", "/api/v1/tickets", 405),
        ("GET", "/api/v1/tickets?limit=x", 422),
        ("GET", "/api/v1/tickets?limit=101", 422),
        ("GET", "/api/v1/tickets/x", 422),
        ("GET", "/api/v1/tickets/99999999999999999999", 422),
        ("GET", "/api/v1/tickets/1", 404),
    ],
)
def test_the_frameworks_own_errors_too(
    agent: TestClient, method: str, path: str, status: int
) -> None:
    answer = agent.request(method, path)

    assert answer.status_code == answer.json()["status"] == status
    assert answer.headers["content-type"] == "application/problem+json"


def test_a_wrong_method_names_the_right_ones(agent: TestClient) -> None:
    assert "GET" in agent.put("/api/v1/tickets/1").headers["allow"]


@pytest.mark.parametrize("body", [b"{", b"\xff\xfe", b'{"title": "\\ud800"}', b"[]", b"null"])
def test_a_body_that_is_no_ticket(agent: TestClient, body: bytes) -> None:
    answer = agent.post(
        "/api/v1/tickets", content=body, headers={"Content-Type": "application/json"}
    )

    assert answer.status_code in {400, 422}
    assert answer.headers["content-type"] == "application/problem+json"


def test_places_are_named_without_what_was_sent(agent: TestClient) -> None:
    answer = agent.post(
        "/api/v1/tickets",
        json={"title": SECRET_TEXT * 50, "description": SECRET_TEXT, "level": SECRET_TEXT},
    )

    places = {entry["at"] for entry in answer.json()["errors"]}
    assert places == {"body/title", "body/level"}
    assert "swordfish" not in answer.text


def test_without_a_token_nothing_but_a_challenge(stranger: TestClient) -> None:
    answer = stranger.get("/api/v1/tickets")

    assert answer.status_code == 401
    assert answer.headers["www-authenticate"].startswith("Bearer")
    assert answer.json()["type"] == "/problems/SignInMissing"


@pytest.mark.parametrize("header", ["Bearer kb_wrong", "Basic eDp5", "Bearer", b"Bearer \xff\xfe"])
def test_a_wrong_token_is_refused(app: FastAPI, header: str | bytes) -> None:
    raw = header.encode() if isinstance(header, str) else header
    client = TestClient(app)

    answer = client.request("GET", "/api/v1/tickets", headers={b"Authorization": raw})

    assert answer.status_code == 401
    assert "www-authenticate" in answer.headers


def test_an_expired_token_and_an_ended_access_are_refused(app: FastAPI, database: Database) -> None:
    with database.write() as session:
        person = make_person(session)
        expired = tokens.create(session, person, "old", expires_at=MONDAY, at=MONDAY).secret
        valid = tokens.create(session, person, "new", expires_at=None, at=MONDAY).secret
    assert client_of(app, expired).get("/api/v1/me").status_code == 401
    assert client_of(app, valid).get("/api/v1/me").status_code == 200

    with database.write() as session:
        people.person(session, "agent@own.example").until = MONDAY + timedelta(days=1)

    answer = client_of(app, valid).get("/api/v1/me")
    assert answer.status_code == 401
    assert answer.json()["type"] == "/problems/AccessEnded"


def test_a_revoked_right_is_gone_at_the_next_request(
    contractor: TestClient, database: Database
) -> None:
    with database.write() as session:
        known = make_ticket(session, audience=CONTRACTOR).id
    assert contractor.get(f"/api/v1/tickets/{known}").status_code == 200

    with database.write() as session:
        person = people.person(session, "engineer@nordwind.example")
        people.revoke(
            session,
            people.audience(session, CONTRACTOR).id,
            person_id=person.id,
            at=MONDAY,
        )

    assert contractor.get(f"/api/v1/tickets/{known}").status_code == 404


@pytest.mark.parametrize("chunked", [False, True])
def test_a_body_over_the_limit_is_refused(agent: TestClient, chunked: bool) -> None:
    def pieces() -> Iterator[bytes]:
        for _ in range(60):
            yield b"x" * 10_000

    content = pieces() if chunked else b"x" * 600_000

    answer = agent.post(
        "/api/v1/tickets", content=content, headers={"Content-Type": "application/json"}
    )

    assert answer.status_code == 413
    assert answer.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (OSError(SECRET_TEXT), 500),
        (IntegrityError(SECRET_TEXT, {"title": SECRET_TEXT}, ValueError(SECRET_TEXT)), 409),
        (OperationalError(SECRET_TEXT, {"title": SECRET_TEXT}, ValueError(SECRET_TEXT)), 503),
    ],
    ids=["disk full", "collision", "connection lost"],
)
def test_a_failed_commit_is_an_error_for_the_client(
    agent: TestClient,
    database: Database,
    error: Exception,
    status: int,
    caplog: pytest.LogCaptureFixture,
) -> None:
    with database.write() as session:
        known = make_ticket(session).id

    def refuse(_session: Session) -> NoReturn:
        raise error

    event.listen(Session, "before_commit", refuse)
    try:
        answer = agent.post(f"/api/v1/tickets/{known}/close", json={"resolution": "New firmware."})
    finally:
        event.remove(Session, "before_commit", refuse)

    assert answer.status_code == answer.json()["status"] == status
    assert answer.headers["content-type"] == "application/problem+json"
    assert "swordfish" not in answer.text
    assert "swordfish" not in caplog.text
    assert agent.get(f"/api/v1/tickets/{known}").json()["state"] == "open"


def test_the_request_can_be_found_in_the_log(agent: TestClient) -> None:
    given = agent.get("/api/v1/me", headers={"X-Request-ID": "proxy-17"})
    made = agent.get("/api/v1/me", headers={"X-Request-ID": "no good"})

    assert given.headers["x-request-id"] == "proxy-17"
    assert len(made.headers["x-request-id"]) == 32
