"""The library, as readers use it."""

from fastapi import FastAPI
from fastapi.testclient import TestClient
from sqlalchemy import select

from api.wiring import Services
from kb import tokens
from kb.models import Feedback, OrganisationKind, Verdict
from tests.api.conftest import CONTRACTOR, client_of
from tests.api.test_desk import write_article
from tests.api.test_pages import browser, csrf
from tests.factories import MONDAY, make_person


def test_articles_are_browsed_by_tag_and_language(
    app: FastAPI, agent: TestClient, services: Services
) -> None:
    write_article(services)
    library = browser(app, agent)

    assert "KB-1" in library.get("/articles?tag=vpn").text
    for nothing in ("tag=vp", "tag=%25", "tag=vpn&language=de"):
        assert "KB-1" not in library.get(f"/articles?{nothing}").text


def test_tags_and_related_articles_of_others_are_not_told(
    app: FastAPI, agent: TestClient, contractor: TestClient, services: Services
) -> None:
    write_article(services, number=1)
    write_article(services, number=2, audience=CONTRACTOR)
    inside, outside = browser(app, agent), browser(app, contractor)

    assert "vpn 2" in inside.get("/articles").text
    assert "vpn 1" in outside.get("/articles").text
    assert "KB-1" in inside.get("/articles/KB-2").text
    assert "KB-1" not in outside.get("/articles/KB-2").text


def test_when_a_change_was_prepared_is_not_told_before_it_is_published(
    app: FastAPI, agent: TestClient, services: Services
) -> None:
    article = write_article(services, audience=CONTRACTOR)
    with services.database.write() as session:
        person = make_person(
            session,
            "reader@nordwind.example",
            organisation=CONTRACTOR,
            kind=OrganisationKind.CONTRACTOR,
            roles=(),
            audiences=(CONTRACTOR,),
        )
        secret = tokens.create(session, person, "test", expires_at=None, at=MONDAY).secret
    reader = client_of(app, secret)
    before = reader.get("/api/v1/articles").content
    assert b"KB-1" in before

    change = agent.patch(f"/api/v1/drafts/{article}", json={"base": 1, "title": "Unpublished"})

    assert change.is_success, change.text
    assert reader.get("/api/v1/articles").content == before


def test_what_is_missing_is_kept_beside_what_it_solved(
    app: FastAPI, agent: TestClient, contractor: TestClient, services: Services
) -> None:
    article = write_article(services)
    library = browser(app, agent)
    token = csrf(library.get("/articles/KB-1").text)
    library.post(
        "/desk/verdict",
        data={"csrf": token, "kind": "article", "id": article, "verdict": "solved"},
    )
    for said in ("helpful", "not_helpful"):
        answer = library.post(
            "/articles/KB-1/opinion",
            data={"csrf": token, "verdict": said, "missing": " Which model? "},
        )
        assert answer.headers["location"] == "/articles/KB-1?done=opinion"

    with services.database.read() as session:
        kept = session.execute(select(Feedback.verdict, Feedback.missing)).all()
    assert sorted((row.verdict, row.missing) for row in kept) == [
        (Verdict.NOT_HELPFUL, "Which model?"),
        (Verdict.SOLVED, ""),
    ]
    outside = browser(app, contractor)
    refused = {"csrf": csrf(outside.get("/").text), "verdict": "helpful"}
    assert outside.post("/articles/KB-1/opinion", data=refused).status_code == 404
