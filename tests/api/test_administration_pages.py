"""Administrators run the service from pages; for others these are not there."""

import json
import re
from dataclasses import replace
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from cryptography.fernet import Fernet
from fastapi import FastAPI
from fastapi.testclient import TestClient
from pydantic import SecretStr
from sqlalchemy import select

from api.pages.administration.operation import shown
from api.wiring import Services
from kb import administration, jobs, people, tokens, visibility
from kb.db import Database
from kb.models import Event, Job, Licence, Role, Token
from kb.settings import Settings
from kb.sources import register
from kb.sources.accounts import Account
from kb.sources.vault import Vault
from tests.api.conftest import client_of
from tests.api.test_pages import browser, csrf, opened
from tests.factories import MONDAY, make_person
from tests.isolation.doors import READS, WRITES

BERLIN = ZoneInfo(Settings().time_zone)

PAGES = [
    "/admin/people",
    "/admin/people/1",
    "/admin/organisations",
    "/admin/team?name=Network",
    "/admin/audiences",
    "/admin/audience?name=internal",
    "/admin/why",
    "/admin/audit",
    "/admin/sources",
    "/admin/source?name=rt",
    "/admin/index",
    "/admin/jobs",
    "/admin/import",
    "/admin/webhooks",
    "/admin/settings",
]
FORMS = sorted(door.partition(" ")[2] for door in WRITES if door.startswith("POST /admin/"))


@pytest.fixture
def boss(app: FastAPI, administrator: TestClient, database: Database) -> TestClient:
    with database.write() as session:
        own = people.organisation(session, "Own")
        people.put_team(session, "Network", level=2, organisation_id=own.id)
        account = Account(url="https://rt.example", secret=SecretStr("the token"))
        vault = Vault(Fernet.generate_key())
        register.add(session, "rt", "request-tracker", account, vault=vault, at=MONDAY)
    return browser(app, administrator)


def send(client: TestClient, path: str, **fields: object) -> int:
    """Send a form and follow it to the page that it leads to."""
    secret = csrf(client.get("/articles").text)
    answer = client.post(path, data={"csrf": secret, **fields})
    if answer.status_code == 303:
        answer = client.get(answer.headers["location"])
    return answer.status_code


def verbs(database: Database) -> list[str]:
    with database.read() as session:
        return list(session.scalars(select(Event.verb).order_by(Event.id)))


def sees(database: Database, email: str) -> set[str]:
    with database.read() as session:
        person = people.person(session, email)
        reader = visibility.reader_of(session, person, at=datetime.now(UTC))
        return {one.name for one in people.own_audiences(session, reader)}


def test_one_page_leads_to_all(boss: TestClient) -> None:
    start = boss.get("/admin").text

    for path in PAGES:
        assert boss.get(path).status_code == 200, path
    named = {door.partition(" ")[2] for door in READS if door.startswith("GET /admin/")}
    below = {
        "/admin/people/{person_id}",
        "/admin/team",
        "/admin/source",
        "/admin/audience",
        "/admin/audit/export",
        "/admin/import/{upload_id}",
    }
    for path in named - below:
        assert f'href="{path}"' in start, path


@pytest.mark.parametrize("who", ["agent", "contractor"])
@pytest.mark.usefixtures("boss")
def test_for_others_no_page_and_no_form_is_there(
    app: FastAPI, database: Database, who: str, request: pytest.FixtureRequest
) -> None:
    somebody = browser(app, request.getfixturevalue(who))
    before = verbs(database)

    assert {path: somebody.get(path).status_code for path in PAGES} == dict.fromkeys(PAGES, 404)
    for path in FORMS:
        assert send(somebody, re.sub(r"{\w+}", "1", path)) in {404, 422}, path
    assert [verb for verb in verbs(database) if verb != "article.list"] == before
    assert opened(app).get("/admin/people").status_code == 303


@pytest.mark.usefixtures("boss")
def test_an_auditor_sees_the_record_and_nothing_else(app: FastAPI, database: Database) -> None:
    with database.write() as session:
        person = make_person(session, "auditor@own.example", roles=(Role.AUDITOR,), audiences=())
        secret = tokens.create(session, person, "t", expires_at=None, at=MONDAY).secret
    auditor = browser(app, client_of(app, secret))

    page = auditor.get("/admin/audit", params={"verify": "true", "verb": "token"})
    lines = auditor.get("/admin/audit/export").text.splitlines()

    assert "The record is whole" in page.text
    assert "token.create" in page.text
    assert "audience.grant" not in page.text
    assert json.loads(lines[-1])["verb"] == "session.begin"
    assert {auditor.get(path).status_code for path in PAGES if path != "/admin/audit"} == {404}


def test_a_record_that_was_changed_is_told(boss: TestClient, database: Database) -> None:
    with database.write() as session:
        session.scalars(select(Event)).first().detail = "other"  # type: ignore[union-attr]  # there are some

    assert "event 1 is not what was recorded" in boss.get("/admin/audit?verify=true").text


def test_a_company_its_team_and_its_audience_are_composed(
    boss: TestClient, database: Database
) -> None:
    assert send(boss, "/admin/organisations", name="Nordwind", kind="contractor") == 200
    assert send(boss, "/admin/teams", name="Cable / 2", level=2, organisation="Nordwind") == 200
    facts = {"email": "e@nordwind.example", "name": "E", "organisation": "Nordwind"}
    assert send(boss, "/admin/people", **facts, roles=["reader"], until="2199-01-01") == 200
    assert sees(database, "e@nordwind.example") == set()

    assert send(boss, "/admin/team/join", team="Cable / 2", email="e@nordwind.example") == 200
    assert send(boss, "/admin/audiences", name="Cables / all", teams=["Cable / 2"]) == 200
    assert send(boss, "/admin/audiences", name="For E", people="e@nordwind.example, ") == 200
    assert send(boss, "/admin/audiences", name="Public", everybody="true") == 200
    assert send(boss, "/admin/audiences", name="Over", people=facts["email"], until="2020-01-01")

    assert sees(database, "e@nordwind.example") == {"Cables / all", "For E", "Public"}
    assert send(boss, "/admin/audience/revoke", name="For E", person=facts["email"]) == 200
    assert send(boss, "/admin/team/leave", team="Cable / 2", email=facts["email"]) == 200
    assert sees(database, "e@nordwind.example") == {"Public"}
    told = set(verbs(database))
    assert told >= {"organisation.put", "team.put", "person.put", "team.join", "team.leave"}
    assert told >= {"audience.create", "audience.grant", "audience.revoke"}


def test_membership_has_first_and_last_day(boss: TestClient, database: Database) -> None:
    days = {"since": "2026-01-05", "until": "2026-01-31"}
    email = "admin@own.example"
    assert send(boss, "/admin/team/join", team="Network", email=email, **days) == 200

    with database.read() as session:
        (found,) = administration.members(session, visibility.OPERATOR, "Network")
    assert found.since == datetime(2026, 1, 5, tzinfo=BERLIN)
    assert found.until == datetime(2026, 2, 1, tzinfo=BERLIN)


def test_a_wrong_company_date_or_address_says_what(boss: TestClient) -> None:
    facts = {"email": "e@x.example", "name": "E", "organisation": "Own"}

    assert send(boss, "/admin/people", **facts | {"organisation": "Nobody"}) == 404
    assert send(boss, "/admin/people", **facts, until="soon") == 422
    assert send(boss, "/admin/people", **facts | {"email": "nobody"}) == 422
    assert send(boss, "/admin/audience/grant", name="internal", people="ghost@x.example") == 404


def test_nobody_locks_themselves_out(boss: TestClient, database: Database) -> None:
    with database.read() as session:
        own = people.person(session, "admin@own.example")
    facts = {"email": own.email, "name": "Admin", "organisation": "Own"}

    assert send(boss, f"/admin/people/{own.id}/active", active="false") == 409
    assert send(boss, "/admin/people", **facts, roles=["reader"]) == 409
    assert send(boss, "/admin/people", **facts, roles=["administrator"]) == 200


def test_somebody_is_kept_out_and_let_in(
    boss: TestClient, agent: TestClient, database: Database
) -> None:
    with database.read() as session:
        person = people.person(session, "agent@own.example")

    send(boss, f"/admin/people/{person.id}/active", active="false")
    assert agent.get("/api/v1/me").status_code == 401
    send(boss, f"/admin/people/{person.id}/active", active="true")
    assert agent.get("/api/v1/me").status_code == 200


def test_failed_jobs_are_shown_and_tried_again(boss: TestClient, database: Database) -> None:
    with database.write() as session:
        jobs.promise(session, "draft", 7, at=MONDAY)
        jobs.promise(session, "draft", 8, at=MONDAY)
        for job in session.scalars(select(Job)):
            job.failed, job.failure = True, "Unavailable: the model is away"
        first = session.scalars(select(Job.id)).first()

    assert "the model is away" in boss.get("/admin/jobs").text
    assert send(boss, "/admin/jobs/retry", job=first) == 200
    with database.read() as session:
        assert sorted(session.scalars(select(Job.failed))) == [False, True]
    assert send(boss, "/admin/jobs/retry") == 200
    with database.read() as session:
        assert set(session.scalars(select(Job.failed))) == {False}
    assert verbs(database).count("job.retry") == 2


def test_settings_show_no_secret(boss: TestClient, services: Services) -> None:
    told = repr(shown(Settings(secret="s" * 40, database_url="postgresql://u:pw@db/kb")))

    assert "ssss" not in told
    assert "pw" not in told
    assert "('KB_SECRET', '', True" in told
    assert str(services.settings.data_dir) in boss.get("/admin/settings").text


def test_a_token_is_made_shown_once_used_and_taken_back(
    app: FastAPI, agent: TestClient, contractor: TestClient, database: Database
) -> None:
    at_desk = browser(app, agent)
    secret = csrf(at_desk.get("/tokens").text)
    made = at_desk.post(
        "/tokens", data={"csrf": secret, "name": "Script", "scopes": ["read", "admin"], "days": 9}
    )
    given = made.text.partition("<code>")[2].partition("<")[0]
    program = client_of(app, given)

    assert program.get("/api/v1/me").json()["email"] == "agent@own.example"
    assert program.get("/api/v1/admin/audiences").status_code == 403, "nobody gives themselves more"
    assert given not in at_desk.get("/tokens").text
    with database.read() as session:
        token = session.scalars(select(Token).where(Token.name == "Script")).one()
        assert token.scopes == "read"
        assert token.expires_at is not None
    other = browser(app, contractor)
    assert "Script" not in other.get("/tokens").text
    assert send(other, f"/tokens/{token.id}/revoke") == 404
    assert send(at_desk, f"/tokens/{token.id}/revoke") == 200
    assert program.get("/api/v1/me").status_code == 401


def test_a_token_for_nothing_or_forever_is_refused(app: FastAPI, agent: TestClient) -> None:
    at_desk = browser(app, agent)

    assert send(at_desk, "/tokens", name="Nothing") == 422
    assert send(at_desk, "/tokens", name="Long", scopes=["read"], days=400) == 422


@pytest.mark.usefixtures("agent")
def test_licences_are_given_on_the_pages_and_named_by_the_house(
    boss: TestClient, services: Services, database: Database
) -> None:
    with database.read() as session:
        person_id = people.person(session, "agent@own.example").id
    names = {Licence.CONTRIBUTOR: "Meisterschüler"}
    settings = services.settings.model_copy(update={"licence_names": names})
    boss.app.state.services = replace(services, settings=settings)  # type: ignore[attr-defined]  # FastAPI

    for page, form in (
        (f"/admin/people/{person_id}", f"/admin/people/{person_id}/licence"),
        ("/admin/team?name=Network", "/admin/team/licence?name=Network"),
    ):
        assert send(boss, form, licence="contributor") == 200
        assert '<option value="contributor" selected>Meisterschüler' in boss.get(page).text
        assert send(boss, form, licence="") == 200
        assert "selected>Meisterschüler" not in boss.get(page).text
        assert send(boss, form, licence="bishop") == 422
    assert verbs(database).count("licence.give") == 2
    assert verbs(database).count("licence.take_back") == 2
