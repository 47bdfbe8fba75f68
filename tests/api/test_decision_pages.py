"""The second level's desk: what to decide, what a change changes, and the closing form."""

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from api.wiring import Services
from api.worker import work_all
from kb.db import Database
from tests.api.test_drafts import MORE, close, published
from tests.api.test_pages import browser, csrf
from tests.factories import make_ticket


@pytest.fixture
def desk(app: FastAPI, agent: TestClient) -> TestClient:
    return browser(app, agent)


def test_an_article_is_linked_with_one_button(
    desk: TestClient, agent: TestClient, services: Services
) -> None:
    article = published(agent, services, "en")
    ticket = close(agent, services.database, "en", external_id="2")
    work_all(services)
    page = desk.get("/drafts").text
    assert article["number"] in page

    data = {"csrf": csrf(page), "verdict": "link", "article": str(article["id"])}
    answer = desk.post(f"/tickets/{ticket}/decide", data=data)

    assert answer.status_code == 303, answer.text
    assert article["number"] not in desk.get("/drafts").text
    (link,) = agent.get(f"/api/v1/tickets/{ticket}/articles").json()
    assert link["outcome"] == "solved"


def test_a_change_is_shown_as_what_it_changes(
    desk: TestClient, agent: TestClient, services: Services
) -> None:
    article = published(agent, services, "en")
    close(agent, services.database, "en", MORE["en"], external_id="2")
    work_all(services)

    page = desk.get(f"/drafts/{article['id']}").text

    assert "What changes for readers" in page
    assert "<ins>" in page
    assert "<del>" not in page


def test_a_change_is_turned_down(desk: TestClient, agent: TestClient, services: Services) -> None:
    article = published(agent, services, "en")
    close(agent, services.database, "en", MORE["en"], external_id="2")
    work_all(services)
    page = desk.get(f"/drafts/{article['id']}").text

    data = {"csrf": csrf(page), "reason": "Only there."}
    answer = desk.post(f"/drafts/{article['id']}/reject", data=data)

    assert answer.status_code == 303, answer.text
    assert "What changes for readers" not in desk.get(f"/drafts/{article['id']}").text


def test_closing_asks_for_what_is_missing_alone(desk: TestClient, database: Database) -> None:
    with database.write() as session:
        said = "Since client 5.1.2 the tunnel is gone after an hour."
        known = make_ticket(session, level=2, language="en", description=said).id
    page = desk.get(f"/tickets/{known}").text
    assert 'name="cause"' in page
    assert 'name="version"' not in page

    data = {
        "csrf": csrf(page),
        "resolution": "Installed the new client and restarted the computer.",
        "cause": "A fault of the old client.",
        "verification": "the tunnel held for a day",
    }
    answer = desk.post(f"/tickets/{known}/close", data=data)

    assert answer.headers["location"] == f"/tickets/{known}?done=draft"
    assert "Root cause: A fault of the old client." in desk.get(f"/tickets/{known}").text


def test_a_thin_closing_closes_and_says_so(desk: TestClient, database: Database) -> None:
    with database.write() as session:
        known = make_ticket(session, level=2).id
    page = desk.get(f"/tickets/{known}").text

    data = {"csrf": csrf(page), "resolution": "Fixed."}
    answer = desk.post(f"/tickets/{known}/close", data=data)

    assert answer.headers["location"] == f"/tickets/{known}?done=thin"
    assert "no article can be written" in desk.get(answer.headers["location"]).text
