"""What was replaced in a draft, taking it back, and who may look behind a placeholder."""

from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from api.wiring import Services
from api.worker import work_all
from tests.api.conftest import CONTRACTOR
from tests.api.test_pages import browser, csrf
from tests.factories import make_ticket, message

RESOLUTION = (
    "The gateway vpn-gw-02 ran firmware 7.1 with a rekey fault. Called Jonas Example at"
    " jonas@own.example, installed firmware 7.2.1 on vpn-gw-02 and restarted it with"
    " `ssh vpn-gw-02 reboot`."
)


@pytest.fixture
def draft(agent: TestClient, contractor: TestClient, services: Services) -> dict[str, Any]:
    """A draft of a case that a contractor may see, so that hosts are replaced."""
    assert contractor.get("/api/v1/me").status_code == 200
    with services.database.write() as session:
        ticket = make_ticket(session, language="en", level=2, audience=CONTRACTOR, item="vpn-gw-02")
        known = ticket.id
    agent.post(f"/api/v1/tickets/{known}/close", json={"resolution": RESOLUTION})
    work_all(services)
    (found,) = agent.get("/api/v1/drafts").json()["items"]
    shown: dict[str, Any] = agent.get(f"/api/v1/drafts/{found['id']}").json()
    return shown


def replaced(client: TestClient, draft: dict[str, Any]) -> dict[str, str | None]:
    rows = client.get(f"/api/v1/drafts/{draft['id']}/replacements").json()
    return {row["placeholder"]: row["original"] for row in rows}


def test_a_reviewer_sees_what_stands_behind(agent: TestClient, draft: dict[str, Any]) -> None:
    assert "vpn-gw-02" not in draft["markdown"]
    found = replaced(agent, draft)

    assert found["[HOST-1]"] == "vpn-gw-02"
    assert "jonas@own.example" in found.values()


def test_undone_it_stands_there_again_with_its_evidence(
    agent: TestClient, draft: dict[str, Any]
) -> None:
    path = f"/api/v1/drafts/{draft['id']}"

    answer = agent.post(f"{path}/replacements/undo", json={"base": 1, "placeholders": ["[HOST-1]"]})

    assert answer.status_code == 200, answer.text
    assert "[HOST-1]" not in {row["placeholder"] for row in answer.json()}
    now = agent.get(path).json()
    assert now["version"] == 2
    assert "ssh vpn-gw-02 reboot" in now["markdown"]
    assert "HOST" not in now["markdown"]
    assert "jonas@own.example" not in now["markdown"]
    assert len(now["statements"]) == len(draft["statements"])
    assert all(one["supported"] for one in now["statements"])


def test_what_is_left_stays_known_after_an_edit(agent: TestClient, draft: dict[str, Any]) -> None:
    path = f"/api/v1/drafts/{draft['id']}"
    agent.patch(path, json={"base": 1, "title": "Tunnel drops with firmware 7.1"})

    assert replaced(agent, draft)["[HOST-1]"] == "vpn-gw-02"


def test_an_older_version_or_an_unknown_placeholder_is_refused(
    agent: TestClient, draft: dict[str, Any]
) -> None:
    path = f"/api/v1/drafts/{draft['id']}/replacements/undo"

    assert agent.post(path, json={"base": 2, "placeholders": ["[HOST-1]"]}).status_code == 409
    assert agent.post(path, json={"base": 1, "placeholders": ["[HOST-9]"]}).status_code == 422
    assert agent.post(path, json={"base": 1, "placeholders": []}).status_code == 422


def test_who_may_not_read_the_note_does_not_see_behind(
    agent: TestClient, contractor: TestClient, services: Services
) -> None:
    """A draft that stands on an internal note, widened: the note stays closed."""
    with services.database.write() as session:
        known = make_ticket(
            session,
            language="en",
            audience=CONTRACTOR,
            level=2,
            messages=(message(RESOLUTION, internal=True, accepted=True),),
        ).id
    agent.post(f"/api/v1/tickets/{known}/close", json={"resolution": "See the internal note."})
    work_all(services)
    (found,) = agent.get("/api/v1/drafts").json()["items"]
    path = f"/api/v1/drafts/{found['id']}"
    assert contractor.get(f"{path}/replacements").status_code == 404
    agent.post(f"{path}/publish", json={"audience": CONTRACTOR})

    seen = replaced(contractor, found)

    assert seen
    assert set(seen.values()) == {None}
    undo = {"base": 1, "placeholders": list(seen)[:1]}
    assert contractor.post(f"{path}/replacements/undo", json=undo).status_code == 422


def test_on_the_page(app: FastAPI, agent: TestClient, draft: dict[str, Any]) -> None:
    desk = browser(app, agent)
    page = desk.get(f"/drafts/{draft['id']}").text
    assert "[HOST-1]: vpn-gw-02" in page

    answer = desk.post(
        f"/drafts/{draft['id']}/undo",
        data={"csrf": csrf(page), "base": "1", "placeholder": "[HOST-1]"},
    )

    assert answer.status_code == 303, answer.text
    assert "ssh vpn-gw-02 reboot" in desk.get(f"/drafts/{draft['id']}").text
