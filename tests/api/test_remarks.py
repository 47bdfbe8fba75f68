"""Comments, suggested edits and flags through the doors."""

from typing import Any

from fastapi import FastAPI
from fastapi.testclient import TestClient
from sqlalchemy import update

from api.wiring import Services
from articles import reviews
from articles.models import ArticleVersion
from tests.api.test_drafts import draft, published
from tests.api.test_pages import browser, csrf
from tests.factories import MONDAY

__all__ = ["draft"]


def test_a_draft_goes_back_to_its_author_and_comes_again(
    agent: TestClient, contractor: TestClient, draft: dict[str, Any]
) -> None:
    here = f"/api/v1/drafts/{draft['id']}"

    commented = agent.post(f"{here}/remarks", json={"text": "Which firmware?"})
    returned = agent.post(f"{here}/return", json={"text": "Name the version."})

    assert (commented.status_code, returned.status_code) == (201, 200)
    assert [(one["kind"], one["open"]) for one in returned.json()] == [
        ("comment", False),
        ("edits_suggested", True),
    ]
    assert contractor.get(f"{here}/remarks").json() == []
    assert contractor.post(f"{here}/return", json={"text": "x"}).status_code == 403
    agent.patch(here, json={"base": 1, "title": "VPN tunnel drops with firmware 7.1"})
    assert [one["open"] for one in agent.get(f"{here}/remarks").json()] == [False, False]
    assert agent.post("/api/v1/drafts/999/remarks", json={"text": "x"}).status_code == 404


def test_a_reader_flags_and_the_page_shows_it_to_editors(
    app: FastAPI, agent: TestClient, contractor: TestClient, services: Services
) -> None:
    article = published(agent, services, "en")
    desk = browser(app, agent)
    path = f"/articles/{article['number']}"
    page = desk.get(path).text

    answer = desk.post(f"{path}/flag", data={"csrf": csrf(page), "reason": "Gone in 8.0."})

    assert answer.status_code == 303, answer.text
    assert "Flagged" in desk.get(answer.headers["location"]).text
    assert "Gone in 8.0." not in desk.get(path).text
    assert "Gone in 8.0." in desk.get("/drafts").text
    (flag,) = agent.get("/api/v1/flags").json()
    assert contractor.get("/api/v1/flags").json() == []
    assert contractor.post(f"/api/v1/remarks/{flag['id']}/settle").status_code == 404
    shown = desk.get(f"/drafts/{article['id']}").text
    settled = desk.post(f"/drafts/remarks/{flag['id']}/settle", data={"csrf": csrf(shown)})
    assert settled.status_code == 303
    assert agent.get("/api/v1/flags").json() == []


def test_the_page_comments_and_returns(
    app: FastAPI, agent: TestClient, contractor: TestClient, draft: dict[str, Any]
) -> None:
    desk, outside = browser(app, agent), browser(app, contractor)
    here = f"/drafts/{draft['id']}"
    form = {"csrf": csrf(desk.get(here).text), "text": "Which firmware?"}

    assert desk.post(f"{here}/comment", data=form).status_code == 303
    assert desk.post(f"{here}/return", data=form | {"text": "Shorter."}).status_code == 303

    shown = desk.get(here).text
    assert "Which firmware?" in shown
    assert "edits suggested" in shown
    assert "edits are suggested" in desk.get("/drafts").text
    for page in (here, "/drafts"):
        text = outside.get(page).text
        assert "Which firmware?" not in text
        assert "Shorter." not in text
        assert "edits are suggested" not in text


def test_the_page_lists_what_is_due_and_confirms_it(
    app: FastAPI, agent: TestClient, contractor: TestClient, services: Services
) -> None:
    article = published(agent, services, "en")
    desk = browser(app, agent)
    assert agent.get("/api/v1/reviews-due").json() == []
    assert "Reviews due" not in desk.get("/drafts").text
    with services.database.write() as session:
        session.execute(update(ArticleVersion).values(at=MONDAY - 2 * reviews.AGE))

    (due,) = agent.get("/api/v1/reviews-due").json()

    assert (due["number"], due["used"]) == (article["number"], False)
    assert contractor.get("/api/v1/reviews-due").json() == []
    assert contractor.post(f"/api/v1/drafts/{due['id']}/confirm").status_code == 404
    page = desk.get("/drafts").text
    assert "Reviews due" in page
    data = {"csrf": csrf(page)}
    assert desk.post(f"/drafts/{due['id']}/confirm", data=data).status_code == 303
    assert agent.get("/api/v1/reviews-due").json() == []
    assert agent.post(f"/api/v1/drafts/{due['id']}/confirm").status_code == 204
