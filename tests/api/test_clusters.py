"""What was solved again and again without an article becomes one draft, through the doors."""

from typing import Any

import pytest
from click.testing import CliRunner
from fastapi import FastAPI
from fastapi.testclient import TestClient

from api.cli import main
from api.wiring import Services
from api.worker import work_all
from kb import people, tokens
from kb.db import Database
from kb.models import Role, TicketState
from tests.api.conftest import CONTRACTOR, client_of
from tests.api.test_drafts import CASES, articles
from tests.api.test_pages import browser, csrf
from tests.factories import MONDAY, make_person, make_ticket


def solve(database: Database, language: str, times: int, *, audience: str, first: int = 1) -> None:
    """Tickets of the first level that were solved: none of them promises a draft."""
    title, description, resolution, _ = CASES[language]
    with database.write() as session:
        for number in range(first, first + times):
            make_ticket(
                session,
                audience=audience,
                external_id=f"INC-{number}",
                title=title,
                description=description,
                language=language,
                state=TicketState.CLOSED,
                closed_at=MONDAY,
                resolution=resolution,
            )


@pytest.mark.parametrize("language", CASES)
def test_a_cluster_becomes_an_article_that_is_found(
    agent: TestClient, services: Services, language: str
) -> None:
    other = "nl" if language != "nl" else "de"
    solve(services.database, language, 3, audience=CONTRACTOR)
    solve(services.database, other, 2, audience=CONTRACTOR, first=10)
    work_all(services)

    listed = agent.get("/api/v1/clusters").json()

    assert [(one["size"], one["audience"]) for one in listed] == [(3, CONTRACTOR), (2, CONTRACTOR)]
    assert {one["number"] for one in listed[0]["tickets"]} == {"INC-1", "INC-2", "INC-3"}
    made = agent.post(f"/api/v1/clusters/{listed[0]['id']}/draft")
    assert made.status_code == 201, made.text
    draft = made.json()
    assert (draft["language"], draft["audience"], draft["ticket_id"]) == (
        language,
        CONTRACTOR,
        None,
    )
    told = {item["ticket_id"] for each in draft["statements"] for item in each["evidence"]}
    assert told == {one["id"] for one in listed[0]["tickets"]}
    assert [one["size"] for one in agent.get("/api/v1/clusters").json()] == [2]
    assert agent.post(f"/api/v1/clusters/{listed[0]['id']}/draft").status_code == 404
    agent.post(f"/api/v1/drafts/{draft['id']}/publish", json={"version": 1})
    work_all(services)
    assert articles(agent, CASES[language][3]) == [draft["number"]]


def test_tickets_of_others_make_no_cluster(
    agent: TestClient, contractor: TestClient, services: Services
) -> None:
    solve(services.database, "en", 1, audience=CONTRACTOR)
    solve(services.database, "en", 2, audience=people.INTERNAL, first=10)
    work_all(services)
    (seen,) = agent.get("/api/v1/clusters").json()

    assert contractor.get("/api/v1/clusters").json() == []
    assert contractor.post(f"/api/v1/clusters/{seen['id']}/draft").status_code == 404
    assert contractor.get("/api/v1/drafts").json()["items"] == []


def test_who_does_not_work_on_articles_may_not(
    app: FastAPI, services: Services, database: Database
) -> None:
    solve(database, "en", 2, audience=people.INTERNAL)
    work_all(services)
    with database.write() as session:
        person = make_person(session, "first@own.example", roles=(Role.FIRST_LEVEL,))
        secret = tokens.create(session, person, "t", expires_at=None, at=MONDAY).secret
    client = client_of(app, secret)

    assert client.get("/api/v1/clusters").status_code == 403
    assert client.post("/api/v1/clusters/1/draft").status_code == 403


def test_tickets_that_say_nothing_give_no_draft(agent: TestClient, services: Services) -> None:
    with services.database.write() as session:
        for number in ("1", "2"):
            make_ticket(
                session,
                external_id=number,
                state=TicketState.CLOSED,
                closed_at=MONDAY,
                resolution="Fixed.",
            )
    work_all(services)
    (one,) = agent.get("/api/v1/clusters").json()

    answer = agent.post(f"/api/v1/clusters/{one['id']}/draft")

    assert (answer.status_code, answer.json()["type"]) == (422, "/problems/TooThin")
    assert agent.get("/api/v1/drafts").json()["items"] == []


def test_the_page_lists_them_and_drafts_with_one_button(
    app: FastAPI, agent: TestClient, services: Services
) -> None:
    solve(services.database, "en", 2, audience=CONTRACTOR)
    work_all(services)
    desk = browser(app, agent)
    page = desk.get("/drafts").text
    assert "Solved again and again" in page
    assert "2 tickets" in page
    (cluster,) = agent.get("/api/v1/clusters").json()

    answer = desk.post(f"/drafts/clusters/{cluster['id']}", data={"csrf": csrf(page)})

    assert answer.status_code == 303, answer.text
    assert CASES["en"][0] in desk.get(answer.headers["location"]).text
    assert "Solved again and again" not in desk.get("/drafts").text


def test_commands_list_and_draft(
    services: Services, monkeypatch: pytest.MonkeyPatch, agent: TestClient
) -> None:
    solve(services.database, "en", 2, audience=people.INTERNAL)
    work_all(services)
    monkeypatch.setenv("KB_DATA_DIR", str(services.settings.data_dir))
    monkeypatch.setenv(
        "KB_DATABASE_URL", services.database.engine.url.render_as_string(hide_password=False)
    )
    (cluster,) = agent.get("/api/v1/clusters").json()

    listed = CliRunner().invoke(main, ["clusters", "--as", "agent@own.example"])
    drafted = CliRunner().invoke(
        main, ["clusters", "draft", str(cluster["id"]), "--as", "agent@own.example"]
    )

    assert listed.output.split("\t") == [str(cluster["id"]), "2", f"{CASES['en'][0]}\n"]
    assert drafted.output.splitlines()[-1] == "KB-1 waits for its review"
    again = CliRunner().invoke(main, ["clusters", "draft", "1", "--as", "agent@own.example"])
    assert again.exit_code == 1
    assert "no cluster 1" in again.output


def published(agent: TestClient, services: Services, *, audience: str) -> dict[str, Any]:
    """An article from two tickets that told of the same."""
    solve(services.database, "en", 2, audience=audience)
    work_all(services)
    (cluster,) = agent.get("/api/v1/clusters").json()
    draft = agent.post(f"/api/v1/clusters/{cluster['id']}/draft").json()
    assert agent.post(f"/api/v1/drafts/{draft['id']}/publish", json={"version": 1}).is_success
    work_all(services)
    article: dict[str, Any] = draft
    return article


def test_tickets_are_linked_to_an_article_that_says_it_already(
    agent: TestClient, services: Services
) -> None:
    article = published(agent, services, audience=CONTRACTOR)
    solve(services.database, "en", 2, audience=CONTRACTOR, first=10)
    work_all(services)

    (cluster,) = agent.get("/api/v1/clusters").json()

    assert (cluster["verdict"], cluster["article"]["number"]) == ("link", article["number"])
    assert cluster["reason"] == "an article says all of this already"
    assert [one["article"]["id"] for one in cluster["candidates"]] == [article["id"]]
    refused = agent.post(f"/api/v1/clusters/{cluster['id']}/draft")
    assert (refused.status_code, refused.json()["type"]) == (409, "/problems/ArticleThere")
    assert article["number"] in refused.json()["detail"]
    use = f"/api/v1/clusters/{cluster['id']}/article"
    assert agent.put(use, json={"article_id": article["id"]}).status_code == 204
    assert agent.get("/api/v1/clusters").json() == []
    for one in cluster["tickets"]:
        outcome = agent.get(f"/api/v1/tickets/{one['id']}/decision").json()
        assert (outcome["decision"], outcome["article"]["id"]) == ("linked", article["id"])
    assert agent.put(use, json={"article_id": article["id"]}).status_code == 404


def test_one_ticket_changes_the_article_and_the_others_are_linked(
    agent: TestClient, services: Services
) -> None:
    article = published(agent, services, audience=CONTRACTOR)
    with services.database.write() as session:
        for number, more in (("10", ""), ("11", " Renew the certificate with certutil -pulse.")):
            title, description, resolution, _ = CASES["en"]
            make_ticket(
                session,
                audience=CONTRACTOR,
                external_id=number,
                title=title,
                description=description,
                language="en",
                state=TicketState.CLOSED,
                closed_at=MONDAY,
                resolution=resolution + more,
            )
    work_all(services)
    (cluster,) = agent.get("/api/v1/clusters").json()
    assert (cluster["verdict"], cluster["article"]["id"]) == ("change", article["id"])

    use = {"article_id": article["id"], "change": True}
    assert agent.put(f"/api/v1/clusters/{cluster['id']}/article", json=use).status_code == 204
    work_all(services)

    decided = {
        one["number"]: agent.get(f"/api/v1/tickets/{one['id']}/decision").json()["decision"]
        for one in cluster["tickets"]
    }
    assert decided == {"10": "linked", "11": "proposed"}
    assert "certutil -pulse" in agent.get(f"/api/v1/drafts/{article['id']}").json()["markdown"]


def test_an_article_that_one_may_not_see_is_no_candidate(
    agent: TestClient, services: Services, app: FastAPI
) -> None:
    article = published(agent, services, audience=people.INTERNAL)
    solve(services.database, "en", 2, audience=CONTRACTOR, first=10)
    work_all(services)
    with services.database.write() as session:
        person = make_person(
            session, "c@contractor.example", roles=(Role.SECOND_LEVEL,), audiences=(CONTRACTOR,)
        )
        secret = tokens.create(session, person, "t", expires_at=None, at=MONDAY).secret
    outside = client_of(app, secret)

    for client in (outside, agent):  # the contractor reads the tickets, and so the advice
        (cluster,) = client.get("/api/v1/clusters").json()
        assert (cluster["verdict"], cluster["article"], cluster["candidates"]) == ("new", None, [])
    use = f"/api/v1/clusters/{cluster['id']}/article"
    assert outside.put(use, json={"article_id": article["id"]}).status_code == 404
    assert outside.post(f"/api/v1/clusters/{cluster['id']}/draft").status_code == 201


def test_the_page_offers_the_article_and_a_draft_anyway(
    app: FastAPI, agent: TestClient, services: Services
) -> None:
    article = published(agent, services, audience=CONTRACTOR)
    solve(services.database, "en", 2, audience=CONTRACTOR, first=10)
    work_all(services)
    desk = browser(app, agent)
    page = desk.get("/drafts").text
    (cluster,) = agent.get("/api/v1/clusters").json()
    address = f"/drafts/clusters/{cluster['id']}"
    assert "An article says all of this already:" in page
    assert article["number"] in page

    assert desk.post(address, data={"csrf": csrf(page)}).status_code == 409
    linked = desk.post(f"{address}/article", data={"csrf": csrf(page), "article": article["id"]})

    assert linked.status_code == 303
    assert "Solved again and again" not in desk.get("/drafts").text
    solve(services.database, "en", 2, audience=CONTRACTOR, first=20)
    work_all(services)
    (again,) = agent.get("/api/v1/clusters").json()
    form = {"csrf": csrf(page), "anyway": "true"}
    assert desk.post(f"/drafts/clusters/{again['id']}", data=form).status_code == 303
