"""Who looks after an article and who may change it, through the doors."""

from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from sqlalchemy import select, update

from api.wiring import Services
from articles import reviews
from articles.models import ArticleVersion
from kb import licences, people, tokens
from kb.models import Event, Licence, Role
from kb.visibility import OPERATOR
from tests.api.conftest import CONTRACTOR, client_of
from tests.api.test_drafts import published
from tests.api.test_pages import browser, csrf
from tests.factories import MONDAY, make_person

OWNER = "kim@own.example"
COLLEAGUE = "second@own.example"


@pytest.fixture
def article(agent: TestClient, services: Services) -> dict[str, Any]:
    """Published by the agent, and a contractor may read it."""
    found: dict[str, Any] = published(agent, services, "en", audience=CONTRACTOR)
    return found


@pytest.fixture
def colleague(app: FastAPI, services: Services) -> TestClient:
    """Of the second level, with the licence of a candidate."""
    with services.database.write() as session:
        person = make_person(
            session,
            COLLEAGUE,
            roles=(Role.SECOND_LEVEL,),
            audiences=(people.INTERNAL, CONTRACTOR),
        )
        secret = tokens.create(session, person, "test", expires_at=None, at=MONDAY).secret
    return client_of(app, secret)


def at(article: dict[str, Any]) -> str:
    return f"/api/v1/drafts/{article['id']}/care"


def grow_old(services: Services) -> None:
    with services.database.write() as session:
        session.execute(update(ArticleVersion).values(at=MONDAY - 2 * reviews.AGE))


def due(client: TestClient, **params: Any) -> list[tuple[str | None, bool]]:
    found = client.get("/api/v1/reviews-due", params=params).json()
    return [(one["owner"], one["mine"]) for one in found]


def test_who_publishes_looks_after_it_until_it_is_handed_over(
    agent: TestClient, colleague: TestClient, services: Services, article: dict[str, Any]
) -> None:
    grow_old(services)
    before = agent.get(at(article)).json()
    assert due(agent, mine=True) == [(before["name"], True)]
    assert due(colleague, mine=True) == []

    answer = agent.patch(at(article), json={"owner": COLLEAGUE})

    assert (answer.status_code, answer.json()["owner"]) == (200, COLLEAGUE)
    assert due(agent, mine=True) == []
    assert [mine for _, mine in due(colleague, mine=True)] == [True]
    with services.database.read() as session:
        verbs = session.scalars(select(Event.verb).where(Event.subject_kind == "article")).all()
    assert verbs.count("article.hand_over") == 1
    # The owner hands on, with no more than a candidate's licence; afterwards no longer.
    assert colleague.patch(at(article), json={"owner": None}).json()["owner"] is None
    assert colleague.patch(at(article), json={"owner": COLLEAGUE}).status_code == 403
    assert due(agent) == [(None, False)]


@pytest.mark.usefixtures("contractor")
@pytest.mark.parametrize(
    "email", ["nobody@own.example", "engineer@nordwind.example", "reader@own.example"]
)
def test_nobody_looks_after_it_who_may_not_edit_it(
    agent: TestClient, services: Services, article: dict[str, Any], email: str
) -> None:
    with services.database.write() as session:
        make_person(session, "reader@own.example", roles=(Role.READER,))
    before = agent.get(at(article)).json()

    answer = agent.patch(at(article), json={"owner": email})

    assert answer.status_code == 422
    assert answer.json()["detail"] == f"nobody with the address '{email}' may edit KB-1"
    assert agent.get(at(article)).json() == before


def test_a_contractor_learns_no_name_and_hands_nothing_over(
    contractor: TestClient, services: Services, article: dict[str, Any]
) -> None:
    assert contractor.get(at(article)).json() == {
        "owner": None,
        "name": None,
        "governance": "experience",
    }
    grow_old(services)
    assert due(contractor) == []
    with services.database.write() as session:
        theirs = licences.of_person(session, OPERATOR, "engineer@nordwind.example")
        licences.give(session, OPERATOR, theirs, Licence.PUBLISHER, at=MONDAY)
    for email in (None, COLLEAGUE, "engineer@nordwind.example"):
        assert contractor.patch(at(article), json={"owner": email}).status_code == 403
    assert contractor.get("/api/v1/drafts/999/care").status_code == 404
    assert contractor.patch("/api/v1/drafts/999/care", json={"owner": None}).status_code == 404


def test_what_compliance_governs_publishers_alone_change(
    administrator: TestClient,
    colleague: TestClient,
    services: Services,
    article: dict[str, Any],
    app: FastAPI,
) -> None:
    with services.database.write() as session:
        admin = people.person(session, "admin@own.example")
        shared = people.audience(session, CONTRACTOR)
        people.grant(session, shared.id, person_id=admin.id, at=MONDAY)
    here = f"/api/v1/drafts/{article['id']}"
    rule = {"governance": "compliance"}
    assert colleague.patch(at(article), json=rule).status_code == 403
    assert administrator.patch(at(article), json=rule).status_code == 200
    edit = {"base": article["version"], "title": "VPN tunnel drops"}

    assert colleague.patch(here, json=edit).status_code == 403
    assert colleague.post(f"{here}/confirm").status_code == 403
    files = {"file": ("a.png", b"", "image/png")}
    form = {"base": str(article["version"]), "description": "x"}
    assert colleague.post(f"{here}/files", data=form, files=files).status_code in {403, 422}
    page = browser(app, colleague).get(f"/drafts/{article['id']}").text
    assert 'id="markdown"' not in page
    assert "publishers alone change it" in page
    assert colleague.post(f"{here}/remarks", json={"text": "Say 7.3."}).status_code == 201

    assert administrator.patch(here, json=edit).status_code == 200
    assert administrator.patch(at(article), json={"governance": "experience"}).status_code == 200
    again = {"base": article["version"] + 1, "title": "VPN tunnel drops hourly"}
    assert colleague.patch(here, json=again).status_code == 200


def test_the_page_hands_over_and_says_whose_it_is(
    app: FastAPI,
    agent: TestClient,
    colleague: TestClient,
    services: Services,
    article: dict[str, Any],
) -> None:
    desk, second = browser(app, agent), browser(app, colleague)
    here = f"/drafts/{article['id']}"
    form = {"csrf": csrf(desk.get(here).text)}

    assert desk.post(f"{here}/owner", data=form | {"owner": COLLEAGUE}).status_code == 303
    refused = desk.post(f"{here}/owner", data=form | {"owner": "x@own.example"})
    assert (refused.status_code, "may edit the article" in refused.text) == (422, True)

    grow_old(services)
    assert "yours" in second.get("/drafts").text
    assert "looked after by" in desk.get("/drafts").text
    assert desk.post(f"{here}/governance", data=form | {"governance": "x"}).status_code == 422
