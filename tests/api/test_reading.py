"""Reading lists: each of a team reads on, a coach orders, nobody learns what is not theirs."""

import re
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from sqlalchemy import select, update

from api.wiring import Services
from articles import links
from articles.models import Article, ArticleState, LinkRole, Reading
from kb import administration, people, privacy, tokens
from kb.models import Event, OrganisationKind, Role
from kb.visibility import OPERATOR, reader_of
from tests.api.conftest import CONTRACTOR, client_of
from tests.api.test_desk import write_article
from tests.api.test_pages import browser, csrf
from tests.factories import MONDAY, make_person, make_ticket

TEAM = "Desk"

CHANGES: list[tuple[str, str, dict[str, Any] | None]] = [
    ("POST", "", {"team_id": 1, "name": "Mine"}),
    ("PUT", "/1/entries/KB-1", None),
    ("DELETE", "/1/entries/KB-1", None),
    ("POST", "/1/entries/KB-1/move", {"direction": "up"}),
    ("DELETE", "/1", None),
]
"""What coaches alone do through the JSON interface."""


def member(
    app: FastAPI, services: Services, email: str, *, team: str = TEAM, **changes: Any
) -> TestClient:
    """Somebody of a team; a coach unless another role is given."""
    with services.database.write() as session:
        person = make_person(session, email, **{"roles": (Role.COACH,), **changes})
        made = people.put_team(session, team, level=1, organisation_id=person.organisation_id)
        people.join(session, person.id, made.id)
        scopes = tokens.PERSONAL
        secret = tokens.create(
            session, person, "test", scopes=scopes, expires_at=None, at=MONDAY
        ).secret
    return client_of(app, secret)


@pytest.fixture
def coach(app: FastAPI, services: Services) -> TestClient:
    """Coaches the desk, and reads what is internal and what a contractor shares."""
    both = (people.INTERNAL, CONTRACTOR)
    return member(app, services, "coach@own.example", audiences=both)


@pytest.fixture
def newcomer(app: FastAPI, services: Services) -> TestClient:
    """New at the desk; reads what is internal."""
    return member(app, services, "new@own.example", roles=(Role.FIRST_LEVEL,))


def listed(page: TestClient, numbers: list[int], name: str = "VPN") -> str:
    """Where the list is that a coach has made of these articles."""
    token = csrf(page.get("/reading").text)
    where = page.post("/reading", data={"csrf": token, "team": 1, "name": name})
    assert where.status_code == 303, where.text
    path: str = where.headers["location"]
    for number in numbers:
        act(page, path, "add", number)
    return path


def act(page: TestClient, path: str, what: str, number: int) -> int:
    data = {"csrf": csrf(page.get("/reading").text), "number": f"KB-{number}", "act": what}
    return page.post(f"{path}/entries", data=data).status_code


def order(page: TestClient, path: str) -> list[str]:
    return re.findall(r'class="kind">KB-(\d+)<', page.get(path).text)


def test_a_coach_makes_and_orders_a_list_with_plain_forms(
    app: FastAPI, coach: TestClient, services: Services
) -> None:
    for number in (1, 2, 3):
        write_article(services, number=number)
    page = browser(app, coach)
    path = listed(page, [1, 2, 3, 2])
    assert order(page, path) == ["1", "2", "3"]

    act(page, path, "up", 3)
    assert order(page, path) == ["1", "3", "2"]
    act(page, path, "down", 1)
    assert order(page, path) == ["3", "1", "2"]
    for what, number in (("up", 3), ("down", 2)):
        assert act(page, path, what, number) == 303  # at the end already
    assert order(page, path) == ["3", "1", "2"]
    act(page, path, "remove", 1)
    act(page, path, "remove", 1)
    assert order(page, path) == ["3", "2"]

    page.post(f"{path}/drop", data={"csrf": csrf(page.get(path).text)})
    assert page.get(path).status_code == 404
    with services.database.read() as session:
        verbs = session.scalars(select(Event.verb).order_by(Event.id)).all()
    ours = [verb.removeprefix("reading_list.") for verb in verbs if "reading_list." in verb]
    assert ours == ["make", "add", "add", "add", "move", "move", "remove", "drop"]


def test_each_reads_on_for_themselves(
    app: FastAPI, coach: TestClient, newcomer: TestClient, services: Services
) -> None:
    for number in (1, 2):
        write_article(services, number=number)
    path = listed(browser(app, coach), [1, 2])
    mine = browser(app, newcomer)
    assert "0 of 2 read" in mine.get("/reading").text

    read = {"csrf": csrf(mine.get(path).text), "number": "KB-2", "next": path}
    for _ in range(2):
        answer = mine.post("/reading/read", data=read | {"read": "true"})
        assert answer.headers["location"] == path
    assert "1 of 2 read" in mine.get(path).text
    assert "0 of 2 read" in browser(app, coach).get(path).text

    mine.post("/reading/read", data=read | {"read": "false"})
    assert "0 of 2 read" in mine.get(path).text
    for method, done in (("PUT", 1), ("PUT", 1), ("DELETE", 0), ("DELETE", 0)):
        assert newcomer.request(method, "/api/v1/articles/KB-1/read").status_code == 204
        found = newcomer.get("/api/v1/reading-lists/1").json()
        assert (found["done"], len(found["entries"])) == (done, 2)


def test_what_the_team_uses_most_is_there_for_those_who_are_new(
    app: FastAPI, newcomer: TestClient, services: Services
) -> None:
    articles = [write_article(services, number=number) for number in (1, 2, 3, 4)]
    member(app, services, "coach@own.example")
    with services.database.write() as session:
        cases = [make_ticket(session, external_id=str(number)).id for number in range(3)]
        reader = reader_of(session, people.person(session, "coach@own.example"), at=MONDAY)
        for case in cases:
            links.link(session, reader, case, articles[2], role=LinkRole.RESOLVED_BY, at=MONDAY)
        links.link(session, reader, cases[0], articles[1], role=LinkRole.REFERENCE, at=MONDAY)
    page = browser(app, newcomer)
    helped = {"csrf": csrf(page.get("/reading").text), "verdict": "helpful"}
    page.post("/articles/KB-2/opinion", data=helped)
    page.post("/articles/KB-4/opinion", data=helped)
    page.post("/articles/KB-1/opinion", data=helped | {"verdict": "not_helpful"})

    assert order(page, "/reading/new/1") == ["3", "2", "4"]
    (found,) = newcomer.get("/api/v1/reading-lists").json()
    assert found == newcomer.get("/api/v1/reading-lists/new/1").json()
    assert [one["number"] for one in found["entries"]] == ["KB-3", "KB-2", "KB-4"]


def test_a_coach_makes_and_orders_a_list_through_the_interface(
    coach: TestClient, newcomer: TestClient, services: Services
) -> None:
    for number in (1, 2, 3):
        write_article(services, number=number)
    body = {"team_id": 1, "name": "VPN"}
    made = coach.post("/api/v1/reading-lists", json=body)
    assert (made.status_code, made.json()["entries"]) == (201, [])
    assert coach.post("/api/v1/reading-lists", json=body).status_code == 409
    path = f"/api/v1/reading-lists/{made.json()['id']}"

    def numbers(method: str, rest: str, **sent: Any) -> list[str]:
        answer = coach.request(method, f"{path}/entries/{rest}", **sent)
        assert answer.status_code == 200, answer.text
        assert answer.json() == coach.get(path).json()
        return [entry["number"] for entry in answer.json()["entries"]]

    for number in (1, 2, 3, 2):
        numbers("PUT", f"KB-{number}")
    assert numbers("POST", "KB-3/move", json={"direction": "up"}) == ["KB-1", "KB-3", "KB-2"]
    assert numbers("POST", "KB-1/move", json={"direction": "down"}) == ["KB-3", "KB-1", "KB-2"]
    assert numbers("DELETE", "KB-1") == numbers("DELETE", "KB-1") == ["KB-3", "KB-2"]
    assert len(newcomer.get(path).json()["entries"]) == 2
    assert coach.delete(path).status_code == 204
    assert newcomer.get(path).status_code == 404


def test_an_article_on_a_list_is_noted_as_read_on_its_own_page(
    app: FastAPI, coach: TestClient, newcomer: TestClient, services: Services
) -> None:
    for number in (1, 2):
        write_article(services, number=number)
    listed(browser(app, coach), [1], name="Swordfish")
    mine = browser(app, newcomer)
    page = mine.get("/articles/KB-1").text
    assert "Swordfish" in page
    assert "Swordfish" not in mine.get("/articles/KB-2").text
    said = {"csrf": csrf(page), "number": "KB-1", "next": "/articles/KB-1", "read": "true"}

    answer = mine.post("/reading/read", data=said)

    assert answer.headers["location"] == "/articles/KB-1"
    assert "already read" in mine.get("/articles/KB-1").text
    assert "already read" not in browser(app, coach).get("/articles/KB-1").text


def test_two_lists_of_a_team_have_two_names(app: FastAPI, coach: TestClient) -> None:
    page = browser(app, coach)
    path = listed(page, [])

    again = {"csrf": csrf(page.get(path).text), "team": 1, "name": "VPN"}
    answer = page.post("/reading", data=again)

    assert answer.status_code == 409
    assert "Choose another name" in answer.text


class TestWhoMayNot:
    def test_an_article_that_is_not_theirs_is_absent_and_counts_nowhere(
        self, app: FastAPI, coach: TestClient, newcomer: TestClient, services: Services
    ) -> None:
        write_article(services, number=1)
        write_article(services, number=2, audience=CONTRACTOR)
        write_article(services, number=3)
        path = listed(browser(app, coach), [1, 2, 3])
        mine = browser(app, newcomer)

        assert order(mine, path) == ["1", "3"]
        assert "0 of 2 read" in mine.get("/reading").text
        assert newcomer.put("/api/v1/articles/KB-2/read").status_code == 404
        assert order(browser(app, coach), path) == ["1", "2", "3"]
        with services.database.write() as session:
            session.execute(
                update(Article).where(Article.number == "KB-3").values(state=ArticleState.ARCHIVED)
            )
        assert order(mine, path) == ["1"]

    def test_a_coach_moves_past_what_they_do_not_see(
        self, app: FastAPI, coach: TestClient, services: Services
    ) -> None:
        for number, audience in ((1, people.INTERNAL), (2, CONTRACTOR), (3, people.INTERNAL)):
            write_article(services, number=number, audience=audience)
        path = listed(browser(app, coach), [1, 2, 3])
        other = browser(app, member(app, services, "coach2@own.example"))

        act(other, path, "up", 3)

        assert order(other, path) == ["3", "1"]
        assert order(browser(app, coach), path) == ["3", "2", "1"]
        assert act(other, path, "add", 2) == 404

    def test_what_was_for_a_hidden_ticket_makes_nothing_more_used(
        self, app: FastAPI, coach: TestClient, newcomer: TestClient, services: Services
    ) -> None:
        first, second = (write_article(services, number=number) for number in (1, 2))
        with services.database.write() as session:
            reader = reader_of(session, people.person(session, "coach@own.example"), at=MONDAY)
            shared = make_ticket(session, external_id="1").id
            hidden = make_ticket(session, external_id="2", audience=CONTRACTOR).id
            links.link(session, reader, shared, first, role=LinkRole.REFERENCE, at=MONDAY)
            links.link(session, reader, hidden, second, role=LinkRole.REFERENCE, at=MONDAY)

        assert order(browser(app, newcomer), "/reading/new/1") == ["1"]
        assert order(browser(app, coach), "/reading/new/1") == ["1", "2"]

    @pytest.mark.parametrize("kind", [OrganisationKind.OWN, OrganisationKind.CONTRACTOR])
    def test_a_list_of_another_team_is_absent(
        self, app: FastAPI, coach: TestClient, services: Services, kind: OrganisationKind
    ) -> None:
        write_article(services, audience=CONTRACTOR)
        path = listed(browser(app, coach), [1], name="Swordfish")
        company = "Own" if kind is OrganisationKind.OWN else CONTRACTOR
        other = member(
            app,
            services,
            "coach@other.example",
            team="Others",
            organisation=company,
            kind=kind,
            audiences=(CONTRACTOR,),
        )
        page = browser(app, other)
        token = csrf(page.get("/reading").text)

        assert "Swordfish" not in page.get("/reading").text
        assert "Swordfish" not in other.get("/api/v1/reading-lists").text
        for where in (path, "/reading/new/1", "/api/v1/reading-lists/1"):
            answer = (other if where.startswith("/api") else page).get(where)
            assert answer.status_code == 404, where
        for where, data in (
            (f"{path}/entries", {"number": "KB-1", "act": "remove"}),
            (f"{path}/drop", {}),
            ("/reading", {"team": 1, "name": "Mine"}),
        ):
            assert page.post(where, data={"csrf": token, **data}).status_code == 404, where
        for method, where, body in CHANGES:
            answer = other.request(method, f"/api/v1/reading-lists{where}", json=body)
            assert answer.status_code == 404, where
        assert "Swordfish" not in page.get("/articles/KB-1").text
        assert "Swordfish" in browser(app, coach).get("/articles/KB-1").text

    def test_who_left_the_team_reads_its_lists_no_more(
        self, app: FastAPI, coach: TestClient, newcomer: TestClient, services: Services
    ) -> None:
        path = listed(browser(app, coach), [])
        page = browser(app, newcomer)
        assert page.get(path).status_code == 200

        with services.database.write() as session:
            leaver = people.person(session, "new@own.example")
            administration.leave(session, OPERATOR, TEAM, leaver.email, at=MONDAY)

        assert page.get(path).status_code == 404
        assert "you are in none" in page.get("/reading").text

    def test_who_is_no_coach_changes_no_list(
        self, app: FastAPI, coach: TestClient, newcomer: TestClient, services: Services
    ) -> None:
        write_article(services)
        path = listed(browser(app, coach), [1])
        page = browser(app, newcomer)

        assert "Take off" not in page.get(path).text
        assert act(page, path, "remove", 1) == 403
        token = csrf(page.get(path).text)
        assert page.post(f"{path}/drop", data={"csrf": token}).status_code == 403
        made = page.post("/reading", data={"csrf": token, "team": 1, "name": "Mine"})
        assert made.status_code == 403
        for method, where, body in CHANGES:
            answer = newcomer.request(method, f"/api/v1/reading-lists{where}", json=body)
            assert answer.status_code == 403, where
        assert order(page, path) == ["1"]

    def test_what_somebody_has_read_goes_with_them(
        self, newcomer: TestClient, services: Services
    ) -> None:
        write_article(services)
        newcomer.put("/api/v1/articles/KB-1/read").raise_for_status()
        with services.database.write() as session:
            privacy.erase(session, privacy.sought(session, "new@own.example"), at=MONDAY)

        with services.database.read() as session:
            assert session.scalars(select(Reading)).all() == []
