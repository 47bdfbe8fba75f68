"""A directory provisions people and teams of its organisation, and ends their access."""

from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from scim2_client.engines.httpx2 import SyncSCIMClient
from scim2_tester import Status, check_server

from api.scim import MEDIA_TYPE
from kb import licences, people, sign_ins, tokens
from kb.db import Database
from kb.models import Licence, OrganisationKind, Scope
from kb.visibility import OPERATOR
from tests.api.conftest import client_of
from tests.factories import MONDAY, make_audience, make_person, make_ticket

USER = "urn:ietf:params:scim:schemas:core:2.0:User"
GROUP = "urn:ietf:params:scim:schemas:core:2.0:Group"
PATCH = "urn:ietf:params:scim:api:messages:2.0:PatchOp"
KIM = {"schemas": [USER], "userName": "kim@own.example", "displayName": "Kim", "externalId": "x-1"}

DEPARTURES = {
    "search_with_attributes",  # searching by POST is not offered
    "check_remove_attribute",  # a person without displayName or active has the default again
    "check_add_attribute",  # the display of a member is ours, not what was sent
    "check_replace_attribute",  # the same
}


@pytest.fixture
def directory(app: FastAPI, database: Database) -> TestClient:
    """The directory of our own company; a contractor and a ticket are there too."""
    with database.write() as session:
        robot = make_person(session, "robot@own.example", roles=(), audiences=())
        robot.service = True
        secret = tokens.create(
            session, robot, "directory", scopes=[Scope.SCIM], expires_at=None, at=MONDAY
        ).secret
        make_person(
            session, "eve@other.example", organisation="Other", kind=OrganisationKind.CONTRACTOR
        )
        make_ticket(session)
    client = client_of(app, secret)
    client.headers["content-type"] = MEDIA_TYPE
    return client


def created(directory: TestClient, kind: str, resource: dict[str, Any]) -> dict[str, Any]:
    answer = directory.post(f"/scim/v2/{kind}", json=resource)
    assert answer.status_code == 201, answer.text
    assert answer.headers["content-type"] == MEDIA_TYPE
    made: dict[str, Any] = answer.json()
    assert answer.headers["location"] == made["meta"]["location"]
    return made


def patched(directory: TestClient, path: str, *operations: dict[str, Any]) -> dict[str, Any]:
    answer = directory.patch(
        f"/scim/v2/{path}", json={"schemas": [PATCH], "Operations": list(operations)}
    )
    assert answer.status_code == 200, answer.text
    now: dict[str, Any] = answer.json()
    return now


def token_of(database: Database, email: str) -> str:
    with database.write() as session:
        person = people.person(session, email)
        return tokens.create(session, person, "own", expires_at=None, at=MONDAY).secret


def test_the_checks_of_the_standards_pass(directory: TestClient) -> None:
    """Asks for what the RFCs say, apart from what `DEPARTURES` names.

    The people that it makes all have the one address of the example, and are refused.
    """
    client = TestClient(
        directory.app, base_url="http://testserver/scim/v2", headers=dict(directory.headers)
    )
    results = check_server(SyncSCIMClient(client))

    wrong = {
        one.title
        for one in results
        if one.status is Status.ERROR and "somebody has this userName" not in str(one.reason)
    }
    assert wrong <= DEPARTURES
    assert sum(one.status is Status.SUCCESS for one in results) > 10


def test_a_person_is_made_found_changed_and_sees_nothing(
    app: FastAPI, directory: TestClient, database: Database
) -> None:
    made = created(directory, "Users", KIM)
    assert made["active"] is True
    path = f"Users/{made['id']}"

    for wanted in ('userName eq "KIM@own.example"', 'externalId eq "x-1" and active eq true'):
        found = directory.get("/scim/v2/Users", params={"filter": wanted}).json()
        assert [one["id"] for one in found["Resources"]] == [made["id"]]
    none = directory.get("/scim/v2/Users", params={"filter": 'userName eq "nobody@x.example"'})
    assert (none.json()["totalResults"], none.json()["Resources"]) == (0, [])
    now = patched(directory, path, {"op": "Replace", "path": "displayName", "value": "Kim B."})
    assert now["displayName"] == "Kim B."
    entire = {"schemas": [USER], "userName": "kim.b@own.example", "name": {"givenName": "K"}}
    replaced = directory.put(f"/scim/v2/{path}", json=entire).json()
    assert (replaced["userName"], replaced["displayName"]) == ("kim.b@own.example", "K")
    assert "externalId" not in replaced

    client = client_of(app, token_of(database, "kim.b@own.example"))
    assert client.get("/api/v1/me").json()["roles"] == []
    assert client.get("/api/v1/tickets/1").status_code == 404


def test_attributes_that_we_do_not_keep_are_left_out(directory: TestClient) -> None:
    made = created(
        directory, "Users", KIM | {"title": "Dr", "emails": [{"value": "kim@own.example"}]}
    )
    assert "title" not in made


def test_who_is_deactivated_is_outside_at_the_next_request(
    app: FastAPI, directory: TestClient, database: Database
) -> None:
    made = created(directory, "Users", KIM)
    client = client_of(app, token_of(database, "kim@own.example"))
    with database.write() as session:
        sign_ins.begin(session, int(made["id"]), at=MONDAY)
    assert client.get("/api/v1/me").status_code == 200

    patched(directory, f"Users/{made['id']}", {"op": "replace", "value": {"active": False}})

    assert client.get("/api/v1/me").status_code == 401
    with database.read() as session:
        assert sign_ins.listed(session, at=MONDAY) == []
    patched(directory, f"Users/{made['id']}", {"op": "replace", "path": "active", "value": True})
    assert client.get("/api/v1/me").status_code == 200


def test_who_is_deleted_comes_back_with_nothing(
    app: FastAPI, directory: TestClient, database: Database
) -> None:
    made = created(directory, "Users", KIM)
    client = client_of(app, token_of(database, "kim@own.example"))
    with database.write() as session:
        kim = licences.Subject(person_id=int(made["id"]))
        licences.give(session, OPERATOR, kim, Licence.PUBLISHER, at=MONDAY)

    assert directory.delete(f"/scim/v2/Users/{made['id']}").status_code == 204

    assert directory.get(f"/scim/v2/Users/{made['id']}").status_code == 404
    assert directory.delete(f"/scim/v2/Users/{made['id']}").status_code == 404
    assert directory.get("/scim/v2/Users").json()["totalResults"] == 0
    assert client.get("/api/v1/me").status_code == 401
    again = created(directory, "Users", KIM)
    assert again["id"] == made["id"]
    assert client.get("/api/v1/me").status_code == 401
    back = client_of(app, token_of(database, "kim@own.example"))
    assert back.get("/api/v1/me").json()["licence"] is None


def test_a_group_is_a_team_and_its_members_read_what_it_reads(
    app: FastAPI, directory: TestClient, database: Database
) -> None:
    kim = created(directory, "Users", KIM)["id"]
    client = client_of(app, token_of(database, "kim@own.example"))
    made = created(
        directory,
        "Groups",
        {"schemas": [GROUP], "displayName": "Desk", "members": [{"value": kim}]},
    )
    with database.write() as session:
        desk = people.team(session, "Desk")
        people.grant(session, make_audience(session), team_id=desk.id, at=MONDAY)
    assert client.get("/api/v1/tickets/1").status_code == 200
    assert directory.get(f"/scim/v2/Users/{kim}").json()["groups"][0]["display"] == "Desk"

    path = f"Groups/{made['id']}"
    patched(directory, path, {"op": "remove", "path": f'members[value eq "{kim}"]'})
    assert client.get("/api/v1/tickets/1").status_code == 404
    now = patched(directory, path, {"op": "add", "path": "members", "value": [{"value": kim}]})
    assert [member["value"] for member in now["members"]] == [kim]
    assert client.get("/api/v1/tickets/1").status_code == 200
    assert directory.delete(f"/scim/v2/{path}").status_code == 204
    assert client.get("/api/v1/tickets/1").status_code == 404


def test_other_organisations_and_systems_are_not_there(
    directory: TestClient, database: Database
) -> None:
    with database.write() as session:
        eve = people.person(session, "eve@other.example")
        robot = people.person(session, "robot@own.example")
        people.put_team(session, "Theirs", level=1, organisation_id=eve.organisation_id)
        team_id = people.team(session, "Theirs").id

    assert directory.get("/scim/v2/Users").json()["totalResults"] == 0
    assert directory.get("/scim/v2/Groups").json()["totalResults"] == 0
    for path in (f"Users/{eve.id}", f"Users/{robot.id}", f"Groups/{team_id}"):
        hidden, absent = (
            directory.get(f"/scim/v2/{one}") for one in (path, path.split("/")[0] + "/999")
        )
        assert hidden.status_code == absent.status_code == 404
        assert directory.delete(f"/scim/v2/{path}").status_code == 404
    stolen = {"schemas": [GROUP], "displayName": "Desk", "members": [{"value": str(eve.id)}]}
    answer = directory.post("/scim/v2/Groups", json=stolen)
    assert (answer.status_code, answer.json()["scimType"]) == (400, "invalidValue")


@pytest.mark.parametrize(
    ("resource", "status", "kind"),
    [
        ({"schemas": [USER], "userName": "eve@other.example"}, 409, "uniqueness"),
        ({"schemas": [USER], "userName": "no address"}, 400, "invalidValue"),
        ({"schemas": [USER]}, 400, "invalidValue"),
        ({"schemas": ["urn:x"], "userName": "a@b.example"}, 400, None),
        ([], 400, "invalidSyntax"),
    ],
    ids=str,
)
def test_errors_are_those_of_scim(
    directory: TestClient, resource: object, status: int, kind: str | None
) -> None:
    answer = directory.post("/scim/v2/Users", json=resource)

    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == MEDIA_TYPE
    body = answer.json()
    assert body["status"] == str(status)
    assert body["schemas"] == ["urn:ietf:params:scim:api:messages:2.0:Error"]
    assert kind is None or body["scimType"] == kind


def test_a_wrong_filter_is_told(directory: TestClient) -> None:
    answer = directory.get("/scim/v2/Users", params={"filter": "userName eq"})
    assert (answer.status_code, answer.json()["scimType"]) == (400, "invalidFilter")


def test_broken_json_is_told(directory: TestClient) -> None:
    answer = directory.post("/scim/v2/Users", content=b"{")
    assert (answer.status_code, answer.headers["content-type"]) == (400, MEDIA_TYPE)


def test_without_the_scope_there_is_nothing(
    directory: TestClient, agent: TestClient, stranger: TestClient
) -> None:
    for path in ("Users", "Groups", "Schemas", "ServiceProviderConfig", "ResourceTypes"):
        assert agent.get(f"/scim/v2/{path}").status_code == 403
        answer = stranger.get(f"/scim/v2/{path}")
        assert answer.status_code == 401
        assert "www-authenticate" in answer.headers
    assert directory.get("/api/v1/tickets").status_code == 403
