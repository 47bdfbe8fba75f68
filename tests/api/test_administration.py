"""Administrators compose who sees what; nobody else learns or changes anything of it."""

from datetime import UTC, datetime, timedelta

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from sqlalchemy import select

from kb import people, tokens
from kb.db import Database
from kb.models import Event, OrganisationKind, Role, Scope
from tests.api.conftest import CONTRACTOR, client_of
from tests.factories import MONDAY, make_person, make_ticket

ADMIN = "/api/v1/admin"

ASKED = [
    ("GET", "/audiences", None),
    ("POST", "/audiences", {"name": "New"}),
    ("PUT", "/audiences/internal/grants", {"person": "engineer@nordwind.example"}),
    ("POST", "/audiences/internal/revoke", {"person": "agent@own.example"}),
    ("GET", "/organisations", None),
    ("PUT", "/organisations/New", {"kind": "own"}),
    ("GET", "/teams", None),
    ("PUT", "/teams/New", {"level": 1, "organisation": "Own"}),
    ("GET", "/teams/Desk/members", None),
    ("PUT", "/teams/Desk/members/agent@own.example", {}),
    ("DELETE", "/teams/Desk/members/agent@own.example", None),
    ("GET", "/licences", None),
    ("PUT", "/licences/people/agent@own.example", {"licence": "coach"}),
    ("PUT", "/licences/teams/Desk", {"licence": "coach"}),
    ("DELETE", "/licences/people/agent@own.example", None),
    ("DELETE", "/licences/teams/Desk", None),
    ("POST", "/previews", {"person": "agent@own.example"}),
    ("DELETE", "/previews/1", None),
    ("GET", "/why/tickets/1?person=agent@own.example", None),
    ("GET", "/why/articles/KB-1?person=agent@own.example", None),
]


@pytest.fixture
def boss(app: FastAPI, database: Database) -> TestClient:
    with database.write() as session:
        person = make_person(session, "boss@own.example", roles=(Role.ADMINISTRATOR,), audiences=())
        made = tokens.create(session, person, "t", scopes=[Scope.ADMIN], expires_at=None, at=MONDAY)
    return client_of(app, made.secret)


@pytest.mark.parametrize(("method", "path", "body"), ASKED, ids=lambda value: str(value)[:40])
def test_others_are_refused_alike_whatever_is_there(
    app: FastAPI,
    database: Database,
    agent: TestClient,
    stranger: TestClient,
    method: str,
    path: str,
    body: dict[str, str] | None,
) -> None:
    """A person's token is not for this; with the scope, the role is missing still."""
    with database.write() as session:
        person = people.person(session, "agent@own.example")
        made = tokens.create(session, person, "t", scopes=[Scope.ADMIN], expires_at=None, at=MONDAY)
        before = session.scalars(select(Event.id)).all()
    scoped = client_of(app, made.secret)

    answers = {
        client: client.request(method, f"{ADMIN}{path}", json=body)
        for client in (stranger, agent, scoped)
    }

    assert [answer.status_code for answer in answers.values()] == [401, 403, 403]
    assert answers[agent].json()["type"] == "/problems/ScopeMissing"
    missing = "Licence" if path.startswith("/licences") else "Role"
    assert answers[scoped].json()["type"] == f"/problems/{missing}Missing"
    with database.read() as session:
        assert session.scalars(select(Event.id)).all() == before


def test_a_contractors_ticket_is_for_its_company_and_the_team_that_works_on_it(
    boss: TestClient, app: FastAPI, database: Database
) -> None:
    boss.put(f"{ADMIN}/organisations/Nordwind", json={"kind": "contractor"})
    boss.put(f"{ADMIN}/organisations/Other", json={"kind": "contractor"})
    boss.put(f"{ADMIN}/teams/Network", json={"level": 2, "organisation": "Own"})
    assert boss.post(f"{ADMIN}/audiences", json={"name": "Nordwind"}).status_code == 201
    clients = {}
    with database.write() as session:
        ticket = make_ticket(session, audience="Nordwind").id
        for email, organisation, kind in (
            ("eng@nordwind.example", "Nordwind", OrganisationKind.CONTRACTOR),
            ("eve@other.example", "Other", OrganisationKind.CONTRACTOR),
            ("net@own.example", "Own", OrganisationKind.OWN),
            ("desk@own.example", "Own", OrganisationKind.OWN),
        ):
            person = make_person(session, email, organisation=organisation, kind=kind, audiences=())
            made = tokens.create(session, person, "t", expires_at=None, at=MONDAY)
            clients[email] = client_of(app, made.secret)

    def seeing() -> set[str]:
        path = f"/api/v1/tickets/{ticket}"
        return {email for email, one in clients.items() if one.get(path).status_code == 200}

    assert seeing() == set()
    for who in ({"organisation": "Nordwind"}, {"team": "Network"}):
        assert boss.put(f"{ADMIN}/audiences/Nordwind/grants", json=who).status_code == 200
    assert seeing() == {"eng@nordwind.example"}
    soon = (datetime.now(UTC) + timedelta(days=1)).isoformat()
    joined = boss.put(f"{ADMIN}/teams/Network/members/net@own.example", json={"until": soon})
    assert joined.json()[0]["origin"] == "hand"
    assert seeing() == {"eng@nordwind.example", "net@own.example"}

    over = (datetime.now(UTC) - timedelta(seconds=1)).isoformat()
    boss.put(f"{ADMIN}/teams/Network/members/net@own.example", json={"until": over})
    boss.put(f"{ADMIN}/audiences/Nordwind/grants", json={"organisation": "Nordwind", "until": over})
    assert seeing() == set()
    told = boss.get(
        f"{ADMIN}/why/tickets/{ticket}", params={"person": "eng@nordwind.example"}
    ).json()
    assert (told[0]["part"], told[0]["sees"]) == ("ticket", False)
    assert "(ended" in told[0]["because"][0]


def test_named_people_and_taking_back(
    boss: TestClient, contractor: TestClient, database: Database
) -> None:
    with database.write() as session:
        ticket = make_ticket(session).id
    who = {"person": "engineer@nordwind.example"}
    path = f"/api/v1/tickets/{ticket}"
    assert contractor.get(path).status_code == 404

    granted = boss.put(f"{ADMIN}/audiences/internal/grants", json=who).json()
    assert who["person"] in {grant["person"] for grant in granted["grants"]}
    assert contractor.get(path).status_code == 200
    assert boss.post(f"{ADMIN}/audiences/internal/revoke", json=who).status_code == 200
    assert contractor.get(path).status_code == 404
    again = boss.post(f"{ADMIN}/audiences/internal/revoke", json=who)
    assert (again.status_code, again.json()["type"]) == (404, "/problems/GrantNotFound")
    with database.read() as session:
        verbs = session.scalars(select(Event.verb).where(Event.subject_kind == "audience")).all()
        assert {"audience.grant", "audience.revoke"} <= set(verbs)
        boss_id = people.person(session, "boss@own.example").id
        assert boss_id in set(session.scalars(select(Event.person_id)))


@pytest.mark.parametrize(
    ("method", "path", "body", "status"),
    [
        ("POST", "/audiences", {"name": CONTRACTOR}, 409),
        ("PUT", "/audiences/none/grants", {"person": "boss@own.example"}, 404),
        ("PUT", f"/audiences/{CONTRACTOR}/grants", {"person": "nobody@own.example"}, 404),
        ("PUT", f"/audiences/{CONTRACTOR}/grants", {}, 422),
        ("PUT", f"/audiences/{CONTRACTOR}/grants", {"person": "a@b", "team": "x"}, 422),
        ("PUT", "/teams/T", {"level": 4, "organisation": "Own"}, 422),
        ("PUT", "/teams/T", {"level": 1, "organisation": "None"}, 404),
        ("GET", "/teams/none/members", None, 404),
        ("GET", "/why/tickets/999?person=boss@own.example", None, 404),
        ("GET", "/why/articles/KB-999?person=boss@own.example", None, 404),
    ],
)
def test_what_is_not_there_or_not_right_is_told(
    boss: TestClient,
    contractor: TestClient,
    method: str,
    path: str,
    body: dict[str, str] | None,
    status: int,
) -> None:
    assert contractor.get("/api/v1/me").status_code == 200  # its audience is there
    assert boss.request(method, f"{ADMIN}{path}", json=body).status_code == status


def test_a_member_leaves_at_once(boss: TestClient, agent: TestClient) -> None:
    assert agent.get("/api/v1/me").status_code == 200
    boss.put(f"{ADMIN}/teams/Desk", json={"level": 1, "organisation": "Own"})
    path = f"{ADMIN}/teams/Desk/members/agent@own.example"
    boss.put(path, json={})

    assert boss.delete(path).status_code == 204

    assert boss.get(f"{ADMIN}/teams/Desk/members").json() == []
    assert boss.delete(path).status_code == 404


@pytest.mark.usefixtures("contractor")
def test_lists_name_everything(boss: TestClient) -> None:
    boss.put(f"{ADMIN}/teams/Desk", json={"level": 1, "organisation": "Own"})

    assert {one["name"] for one in boss.get(f"{ADMIN}/audiences").json()} == {CONTRACTOR}
    kinds = {one["name"]: one["kind"] for one in boss.get(f"{ADMIN}/organisations").json()}
    assert kinds == {"Own": "own", CONTRACTOR: "contractor"}
    assert boss.get(f"{ADMIN}/teams").json() == [
        {"name": "Desk", "level": 1, "organisation": "Own"}
    ]


def test_licences_are_given_and_taken_back(
    boss: TestClient, agent: TestClient, database: Database
) -> None:
    with database.write() as session:
        own = people.organisation(session, "Own")
        team = people.put_team(session, "Desk", level=1, organisation_id=own.id)
        people.join(session, people.person(session, "agent@own.example").id, team.id)

    for who in ("teams/Desk", "people/agent@own.example"):
        given = boss.put(f"{ADMIN}/licences/{who}", json={"licence": "candidate"})
        assert given.status_code == 200
        assert agent.get("/api/v1/me").json()["licence"] == "candidate"
    assert given.json() == boss.get(f"{ADMIN}/licences").json()
    assert given.json() == [
        {"person": "agent@own.example", "team": None, "licence": "candidate"},
        {"person": None, "team": "Desk", "licence": "candidate"},
    ]
    assert agent.post("/api/v1/drafts/1/publish", json={"version": 1}).status_code == 403
    for who in ("teams/Desk", "people/agent@own.example"):
        assert boss.delete(f"{ADMIN}/licences/{who}").status_code == 204
        assert boss.delete(f"{ADMIN}/licences/{who}").status_code == 404
    assert agent.get("/api/v1/me").json()["licence"] == "publisher"
    assert agent.post("/api/v1/drafts/1/publish", json={"version": 1}).status_code == 404
