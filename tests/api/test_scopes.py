"""A token does what it was made for, and a route that asks for nothing is not served."""

import pytest
from fastapi import APIRouter, FastAPI
from sqlalchemy import select

from api import scopes
from api.deps import ReaderDep
from kb import tokens
from kb.db import Database
from kb.models import Event, Role, Scope
from kb.tokens import ScopesUnfit
from tests.api.conftest import client_of
from tests.api.test_pages import opened
from tests.factories import MONDAY, make_person, make_ticket

ASKED: dict[Scope, tuple[str, str]] = {
    Scope.READ: ("GET", "/api/v1/tickets"),
    Scope.WRITE: ("POST", "/api/v1/tickets/1/close"),
    Scope.DRAFTS: ("POST", "/api/v1/drafts/1/archive"),
    Scope.FIGURES: ("GET", "/metrics"),
}
"""A route for each scope."""


def secret(database: Database, *wanted: Scope, service: bool = False) -> str:
    """A token for nothing but this, of somebody who may do and see everything."""
    with database.write() as session:
        person = make_person(session, roles=tuple(Role))
        person.service = service
        made = tokens.create(session, person, "test", scopes=wanted, expires_at=None, at=MONDAY)
        make_ticket(session)
    return made.secret


@pytest.mark.parametrize("wanted", ASKED)
def test_a_scope_opens_its_routes_and_no_other(
    app: FastAPI, database: Database, wanted: Scope
) -> None:
    client = client_of(app, secret(database, wanted))

    refused = set()
    for scope, (method, path) in ASKED.items():
        body = {"resolution": "New firmware."} if scope is Scope.WRITE else None
        answer = client.request(method, path, json=body)
        if answer.status_code == 403:
            assert answer.json()["type"] == "/problems/ScopeMissing"
            refused.add(scope)

    assert refused == ASKED.keys() - {wanted}


def test_figures_of_health_need_their_scope(app: FastAPI, database: Database) -> None:
    assert client_of(app, secret(database, Scope.READ)).get("/health/ready").status_code == 403
    told = client_of(app, secret(database, Scope.FIGURES)).get("/health/ready").json()
    assert "lag" in told


def test_a_token_without_the_scope_signs_nobody_in(app: FastAPI, database: Database) -> None:
    form = {"token": secret(database, *(set(Scope) - {Scope.SIGN_IN}))}

    answer = opened(app).post("/sign-in", data=form)

    assert answer.status_code == 401
    assert "set-cookie" not in answer.headers
    form = {"token": secret(database, Scope.SIGN_IN)}
    assert opened(app).post("/sign-in", data=form).status_code == 303


def test_a_system_does_not_sign_in(database: Database) -> None:
    with pytest.raises(ScopesUnfit, match="sign_in"):
        secret(database, Scope.SIGN_IN, service=True)


def test_a_token_is_for_something(database: Database) -> None:
    with pytest.raises(ScopesUnfit):
        secret(database)


def test_the_record_names_the_scopes(database: Database) -> None:
    secret(database, Scope.SCIM, Scope.ADMIN)

    with database.read() as session:
        told = session.scalars(select(Event.detail).where(Event.verb == "token.create")).one()
    assert told.endswith("scopes=admin scim")


def test_the_openapi_names_the_scope_of_each_route(app: FastAPI) -> None:
    paths = app.openapi()["paths"]

    assert paths["/api/v1/tickets"]["get"]["security"] == [{"token": ["read"]}]
    assert paths["/api/v1/tickets"]["post"]["security"] == [{"token": ["write"]}]
    assert paths["/api/v1/search"]["post"]["security"] == [{"token": ["read"]}]


def test_each_route_says_who_may_ask(app: FastAPI) -> None:
    assert scopes.undeclared(app) == []


@pytest.mark.parametrize("path", ["/api/v1/new", "/new", "/metrics/new", "/scim/v2/new"])
def test_a_route_that_says_nothing_stops_the_start(app: FastAPI, path: str) -> None:
    router = APIRouter()

    @router.get(path)
    def new() -> str:
        return "open"

    app.include_router(router)

    with pytest.raises(scopes.ScopeUndeclared, match=f"GET {path}"):
        scopes.check(app)


def test_a_route_that_changes_something_needs_more_than_reading(app: FastAPI) -> None:
    @app.delete("/api/v1/everything")
    def everything(reader: ReaderDep) -> int | None:
        return reader.person_id

    assert scopes.undeclared(app) == ["DELETE /api/v1/everything"]
