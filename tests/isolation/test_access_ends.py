"""Access ends by itself, and what is revoked is gone at the next request, in every process."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from api.app import create_app
from api.wiring import Services
from articles.writers import ExtractiveWriter
from kb import people, tokens
from kb.db import Database
from kb.models import Grant, Membership, OrganisationKind, Person, Role
from kb.settings import Settings
from tests.factories import MONDAY, make_audience, make_person, make_ticket, message
from tests.fakes import index_all, make_finder

EMAIL = "engineer@nordwind.example"
SHARED = "Nordwind"
TEAM = "Nordwind on call"


@pytest.fixture
def processes(database: Database, tmp_path: Path) -> list[Services]:
    """Two servers on one database, each with an index of its own."""
    settings = Settings(data_dir=tmp_path)
    return [
        Services(settings, database, make_finder(database, tmp_path / name), ExtractiveWriter())
        for name in "ab"
    ]


@pytest.fixture
def apps(processes: list[Services]) -> list[FastAPI]:
    return [create_app(services) for services in processes]


@pytest.fixture
def clients(processes: list[Services], apps: list[FastAPI]) -> list[TestClient]:
    """The same contractor at both; they read one ticket, through their team alone."""
    with processes[0].database.write() as session:
        person = make_person(
            session,
            EMAIL,
            organisation=SHARED,
            kind=OrganisationKind.CONTRACTOR,
            roles=(Role.SECOND_LEVEL,),
            audiences=(),
        )
        team = people.put_team(session, TEAM, level=2, organisation_id=person.organisation_id)
        people.join(session, person.id, team.id)
        people.grant(session, make_audience(session, SHARED), team_id=team.id, at=MONDAY)
        make_ticket(session, audience=SHARED, title="Tunnel drops", external_id="1")
        secret = tokens.create(session, person, "test", expires_at=None, at=MONDAY).secret
    for services in processes:
        index_all(services.finder)
    return [TestClient(app, headers={"Authorization": f"Bearer {secret}"}) for app in apps]


def end_person(session: Session, at: datetime) -> None:
    people.person(session, EMAIL).until = at


def end_membership(session: Session, at: datetime) -> None:
    for membership in session.scalars(select(Membership)):
        membership.until = at


def end_grant(session: Session, at: datetime) -> None:
    for grant in session.scalars(select(Grant).where(Grant.team_id.is_not(None))):
        grant.until = at


def deactivate(session: Session, _at: datetime) -> None:
    people.person(session, EMAIL).active = False


def revoke(session: Session, at: datetime) -> None:
    audience, team = people.audience(session, SHARED), people.team(session, TEAM)
    people.revoke(session, audience.id, team_id=team.id, at=at)


def seen(client: TestClient) -> list[str]:
    """What the contractor gets to see through each kind of door."""
    found = client.post("/api/v1/search", json={"query": "tunnel"})
    listed, shown = client.get("/api/v1/tickets"), client.get("/api/v1/tickets/1")
    return [answer.text for answer in (found, listed, shown) if "Tunnel drops" in answer.text]


ENDINGS = [end_person, end_membership, end_grant, deactivate, revoke]


@pytest.mark.parametrize("ending", ENDINGS)
def test_the_request_after_the_end_sees_nothing_in_either_process(
    processes: list[Services],
    clients: list[TestClient],
    ending: Callable[[Session, datetime], None],
) -> None:
    assert [len(seen(client)) for client in clients] == [3, 3]

    with processes[0].database.write() as session:
        ending(session, datetime.now(UTC) - timedelta(seconds=1))

    assert [seen(client) for client in clients] == [[], []]


@pytest.mark.parametrize("ending", [end_person, end_membership, end_grant])
def test_what_ends_tomorrow_is_there_today(
    processes: list[Services],
    clients: list[TestClient],
    ending: Callable[[Session, datetime], None],
) -> None:
    with processes[0].database.write() as session:
        ending(session, datetime.now(UTC) + timedelta(days=1))

    assert [len(seen(client)) for client in clients] == [3, 3]


def test_a_membership_that_begins_tomorrow_gives_nothing_today(
    processes: list[Services], clients: list[TestClient]
) -> None:
    with processes[0].database.write() as session:
        person = session.scalars(select(Person).where(Person.email == EMAIL)).one()
        team = people.team(session, TEAM)
        people.join(session, person.id, team.id, since=datetime.now(UTC) + timedelta(days=1))

    assert [seen(client) for client in clients] == [[], []]


def test_a_ticket_moved_away_is_gone_though_no_index_knows(
    processes: list[Services], clients: list[TestClient]
) -> None:
    with processes[0].database.write() as session:
        make_ticket(session, title="Tunnel drops", external_id="1")

    assert [seen(client) for client in clients] == [[], []]


def test_a_message_made_internal_is_not_quoted_though_no_index_knows(
    processes: list[Services], clients: list[TestClient]
) -> None:
    for internal in (False, True):
        with processes[0].database.write() as session:
            note = message("The password is swordfish", internal=internal)
            make_ticket(session, audience=SHARED, title="Tunnel", external_id="1", messages=(note,))
        found = [
            client.post("/api/v1/search", json={"query": "password swordfish"}).text
            for client in clients
        ]
        if not internal:
            for services in processes:
                index_all(services.finder)

    assert not any("The password is" in text for text in found)
