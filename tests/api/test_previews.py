"""An administrator looks as somebody else: recorded, for a while, and without changing anything."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from sqlalchemy import select, update

from api.pages.session import COOKIE, PREVIEW_COOKIE
from api.wiring import Services
from api.worker import forget
from kb import people, tokens
from kb.db import Database
from kb.models import Event, PersonRole, Preview, Role, Scope
from tests.api.conftest import CONTRACTOR, client_of
from tests.api.test_pages import browser, csrf
from tests.factories import MONDAY, make_person, make_ticket

BANNER = 'id="preview"'


@pytest.fixture
def boss(app: FastAPI, administrator: TestClient, contractor: TestClient) -> TestClient:
    """The browser of an administrator; there is a contractor to look as."""
    assert contractor.get("/api/v1/me").status_code == 200
    return browser(app, administrator)


def id_of(database: Database, email: str = "engineer@nordwind.example") -> int:
    with database.read() as session:
        return people.person(session, email).id


def begin(boss: TestClient, person_id: int) -> None:
    answer = boss.post(
        f"/admin/people/{person_id}/preview", data={"csrf": csrf(boss.get("/admin/people").text)}
    )
    assert (answer.status_code, answer.headers["location"]) == (303, "/")


def events_of(database: Database, domain: str) -> Iterator[tuple[str, int | None, int | None]]:
    with database.read() as session:
        for event in session.scalars(select(Event).order_by(Event.id)):
            if event.verb.startswith(domain):
                yield event.verb, event.person_id, event.subject_id


def test_it_begins_with_a_click_and_ends_with_one(boss: TestClient, database: Database) -> None:
    own, engineer = id_of(database, "admin@own.example"), id_of(database)
    begin(boss, engineer)

    page = boss.get("/articles").text
    assert BANNER in page
    assert '<a class="whose" href="/settings">engineer</a>' in page
    assert boss.get("/admin").status_code == 404
    answer = boss.post("/preview/end", data={"csrf": csrf(page)})

    assert answer.headers["location"] == "/admin/people"
    page = boss.get("/admin/people").text
    assert BANNER not in page
    assert '<a class="whose" href="/settings">admin</a>' in page
    assert list(events_of(database, "preview.")) == [
        ("preview.begin", own, engineer),
        ("preview.end", own, engineer),
    ]


def test_it_ends_with_its_time_and_that_is_recorded(
    boss: TestClient, database: Database, services: Services
) -> None:
    begin(boss, id_of(database))
    late = csrf(boss.get("/articles").text.split("</aside>")[1])
    over = datetime.now(UTC) - timedelta(seconds=1)
    with database.write() as session:
        session.execute(update(Preview).values(until=over))

    page = boss.get("/articles").text
    assert BANNER not in page
    sent = boss.post("/articles/KB-1/opinion", data={"csrf": late, "verdict": "helpful"})

    assert sent.status_code == 403, "a form of the preview is not taken for one's own"
    assert [verb for verb, _, _ in events_of(database, "preview.")] == ["preview.begin"]
    forget(services, at=datetime.now(UTC))
    with database.read() as session:
        end = session.scalars(select(Event).where(Event.verb == "preview.end")).one()
        assert end.at == over
        assert session.scalar(select(Preview.id)) is None


@pytest.mark.parametrize("who", ["admin@own.example", "engineer@nordwind.example"])
def test_it_ends_when_one_of_the_two_loses_access(
    boss: TestClient, database: Database, who: str
) -> None:
    begin(boss, id_of(database))
    with database.write() as session:
        person = people.person(session, who)
        if who.startswith("admin"):
            session.delete(session.get_one(PersonRole, (person.id, Role.ADMINISTRATOR)))
        else:
            person.active = False

    assert BANNER not in boss.get("/articles").text


def test_only_the_browser_that_began_it_shows_it(
    boss: TestClient, app: FastAPI, agent: TestClient, database: Database
) -> None:
    begin(boss, id_of(database))
    other = browser(app, agent)
    other.cookies.set(PREVIEW_COOKIE, boss.cookies[PREVIEW_COOKIE])

    assert BANNER not in other.get("/articles").text
    boss.cookies.delete(COOKIE)
    assert boss.get("/articles").status_code == 303


def test_who_has_no_access_is_nobody_to_look_as(boss: TestClient, database: Database) -> None:
    with database.write() as session:
        people.person(session, "engineer@nordwind.example").until = MONDAY
        engineer = id_of(database)

    secret = csrf(boss.get("/admin/people").text)
    answer = boss.post(f"/admin/people/{engineer}/preview", data={"csrf": secret})

    assert answer.status_code == 409
    assert "would see nothing" in answer.text


def test_signing_out_ends_it_too(boss: TestClient, database: Database) -> None:
    begin(boss, id_of(database))
    page = boss.get("/articles").text

    assert boss.post("/sign-out", data={"csrf": csrf(page)}).headers["location"] == "/sign-in"

    assert [verb for verb, _, _ in events_of(database, "preview.")][-1] == "preview.end"
    assert PREVIEW_COOKIE not in boss.cookies


def test_what_is_read_is_recorded_in_the_name_of_who_read_it(
    boss: TestClient, database: Database
) -> None:
    with database.write() as session:
        ticket_id = make_ticket(session, audience=CONTRACTOR).id
    begin(boss, id_of(database))

    assert boss.get(f"/tickets/{ticket_id}").status_code == 200

    with database.read() as session:
        read = session.scalars(select(Event).where(Event.verb == "ticket.read")).one()
        assert read.person_id == id_of(database, "admin@own.example")
        assert read.detail == f"as={id_of(database)}"


def test_over_the_interface_a_token_is_given_and_taken_back(
    app: FastAPI, database: Database, contractor: TestClient
) -> None:
    with database.write() as session:
        person = make_person(session, "boss@own.example", roles=(Role.ADMINISTRATOR,))
        made = tokens.create(session, person, "t", scopes=[Scope.ADMIN], expires_at=None, at=MONDAY)
    boss = client_of(app, made.secret)
    unknown = boss.post("/api/v1/admin/previews", json={"person": "nobody@own.example"})
    given = boss.post("/api/v1/admin/previews", json={"person": "engineer@nordwind.example"})
    seen = client_of(app, given.json()["secret"])

    assert (unknown.status_code, given.status_code) == (404, 201)
    assert seen.get("/api/v1/me").json() == contractor.get("/api/v1/me").json()
    assert seen.get("/api/v1/admin/audiences").json()["type"] == "/problems/ScopeMissing"
    assert boss.delete(f"/api/v1/admin/previews/{given.json()['id']}").status_code == 204
    assert seen.get("/api/v1/me").json()["type"] == "/problems/PreviewOver"
    assert boss.delete(f"/api/v1/admin/previews/{given.json()['id']}").status_code == 404


@pytest.mark.parametrize("path", ["/admin", "/admin/people", "/admin/why"])
@pytest.mark.parametrize("who", ["agent", "contractor"])
def test_for_others_administration_is_not_there(
    app: FastAPI, path: str, who: str, request: pytest.FixtureRequest
) -> None:
    somebody = browser(app, request.getfixturevalue(who))

    assert somebody.get(path).status_code == 404
    assert "/admin" not in somebody.get("/articles").text


def test_others_begin_no_preview(app: FastAPI, agent: TestClient, database: Database) -> None:
    at_desk = browser(app, agent)
    secret = csrf(at_desk.get("/").text)

    answer = at_desk.post("/admin/people/1/preview", data={"csrf": secret})

    assert answer.status_code == 404
    assert list(events_of(database, "preview.")) == []


def test_a_page_says_why_somebody_may_see_a_ticket(boss: TestClient, database: Database) -> None:
    with database.write() as session:
        ticket_id = make_ticket(session, audience=CONTRACTOR).id
        hidden_id = make_ticket(session, external_id="2").id
    person = "engineer@nordwind.example"

    seen = boss.get("/admin/why", params={"person": person, "ticket": ticket_id}).text
    unseen = boss.get("/admin/why", params={"person": person, "ticket": hidden_id}).text
    absent = boss.get("/admin/why", params={"person": person, "ticket": 999}).text

    assert "Ticket: may be seen" in seen
    assert "granted to the person" in seen
    assert "Internal messages: may not be seen" in seen
    assert "nothing lets them into internal" in unseen
    assert "There is no such person" in absent


def test_tickets_and_articles_lead_administrators_to_that_page(
    boss: TestClient, app: FastAPI, agent: TestClient, database: Database
) -> None:
    with database.write() as session:
        ticket_id = make_ticket(session).id

    assert f'href="/admin/why?ticket={ticket_id}"' in boss.get(f"/tickets/{ticket_id}").text
    assert "/admin/why" not in browser(app, agent).get(f"/tickets/{ticket_id}").text
