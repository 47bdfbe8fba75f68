"""What was solved again and again without an article becomes one draft, through the doors."""

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
    assert drafted.output == "KB-1 waits for its review\n"
    again = CliRunner().invoke(main, ["clusters", "draft", "1", "--as", "agent@own.example"])
    assert again.exit_code == 1
    assert "no cluster 1" in again.output
