"""The application on a real database, and people with tokens."""

from pathlib import Path

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from api.app import create_app
from api.wiring import Services
from articles.writers import ExtractiveWriter
from kb import people, tokens
from kb.db import Database
from kb.models import OrganisationKind, Role
from kb.settings import Settings
from tests.factories import MONDAY, make_person
from tests.fakes import make_finder

CONTRACTOR = "Nordwind Netze"
"""The audience that internal staff and one contractor share."""


@pytest.fixture
def services(database: Database, tmp_path: Path) -> Services:
    settings = Settings(data_dir=tmp_path, request_limit=500_000)
    return Services(
        settings, database, make_finder(database, tmp_path / "index"), ExtractiveWriter()
    )


@pytest.fixture
def app(services: Services) -> FastAPI:
    return create_app(services)


def client_of(app: FastAPI, secret: str | None) -> TestClient:
    headers = {} if secret is None else {"Authorization": f"Bearer {secret}"}
    return TestClient(app, headers=headers)


@pytest.fixture
def stranger(app: FastAPI) -> TestClient:
    """Sends no token."""
    return client_of(app, None)


@pytest.fixture
def agent(app: FastAPI, database: Database) -> TestClient:
    """A second-level agent of our own company, who may read everything."""
    with database.write() as session:
        person = make_person(session, audiences=(people.INTERNAL, CONTRACTOR))
        secret = tokens.create(session, person, "test", expires_at=None, at=MONDAY).secret
    return client_of(app, secret)


@pytest.fixture
def contractor(app: FastAPI, database: Database) -> TestClient:
    """An engineer of a contractor, who may read what is shared with that company."""
    with database.write() as session:
        person = make_person(
            session,
            "engineer@nordwind.example",
            organisation=CONTRACTOR,
            kind=OrganisationKind.CONTRACTOR,
            roles=(Role.SECOND_LEVEL,),
            audiences=(CONTRACTOR,),
        )
        secret = tokens.create(session, person, "test", expires_at=None, at=MONDAY).secret
    return client_of(app, secret)


@pytest.fixture
def administrator(app: FastAPI, database: Database) -> TestClient:
    """Runs the service."""
    with database.write() as session:
        person = make_person(session, "admin@own.example", roles=(Role.ADMINISTRATOR,))
        secret = tokens.create(session, person, "test", expires_at=None, at=MONDAY).secret
    return client_of(app, secret)
