"""What happens to an article after it was drafted, over the API."""

from typing import Any

import pytest
from fastapi.testclient import TestClient

from api.wiring import Services
from api.worker import work_all
from kb.db import Database
from tests.api.conftest import CONTRACTOR
from tests.articles.writing import make_draft
from tests.factories import MONDAY, make_ticket

DRAFTS = "/api/v1/drafts"


@pytest.fixture
def drafts(database: Database) -> tuple[int, int]:
    """Two drafts that say the same, one of them shared with a contractor."""
    with database.write() as session:
        own = make_draft(session, external_id="1")
        shared = make_draft(session, external_id="2", audience=CONTRACTOR)
        return own.id, shared.id


def got(client: TestClient, path: str, **query: Any) -> Any:
    answer = client.get(path, params=query)
    assert answer.status_code == 200, answer.text
    return answer.json()


def edited(client: TestClient, draft_id: int, markdown: str) -> None:
    body = {"base": 1, "markdown": markdown}
    assert client.patch(f"{DRAFTS}/{draft_id}", json=body).status_code == 200


class TestVersions:
    def test_compare_and_restore(self, agent: TestClient, drafts: tuple[int, int]) -> None:
        place = f"{DRAFTS}/{drafts[0]}"
        edited(agent, drafts[0], "## Issue\n\nGone.\n")

        changes = got(agent, f"{place}/changes", before=1, after=2)
        restored = agent.post(f"{place}/restore", json={"version": 1, "base": 2}).json()

        assert {"removed", "added"} <= {line["change"] for line in changes["lines"]}
        assert restored["version"] == 3
        assert [one["number"] for one in got(agent, f"{place}/versions")] == [3, 2, 1]
        stale = agent.post(f"{place}/restore", json={"version": 1, "base": 2})
        assert (stale.status_code, stale.json()["type"]) == (409, "/problems/EditConflict")


class TestMergeAndArchive:
    def test_a_duplicate_is_found_merged_and_led_on(
        self, agent: TestClient, drafts: tuple[int, int]
    ) -> None:
        first, second = drafts
        assert agent.post(f"{DRAFTS}/{second}/publish", json={}).status_code == 200
        (twin,) = got(agent, f"{DRAFTS}/{first}/duplicates")
        assert (twin["article_id"], twin["similarity"]) == (second, 1.0)

        merged = agent.post(f"{DRAFTS}/{first}/merge", json={"into": second}).json()

        assert merged["state"] == "rejected"
        assert got(agent, "/api/v1/articles/KB-1")["number"] == "KB-2"

    def test_an_edit_that_makes_a_double_is_saved_with_a_warning(
        self, agent: TestClient, services: Services, drafts: tuple[int, int]
    ) -> None:
        first, second = drafts
        own = got(agent, f"{DRAFTS}/{first}")
        apart = {"base": 1, "title": "Scanner is slow", "markdown": "Clean the glass."}
        assert agent.patch(f"{DRAFTS}/{first}", json=apart).json()["duplicates"] == []
        assert agent.post(f"{DRAFTS}/{second}/publish", json={}).json()["duplicates"] == []
        work_all(services, at=MONDAY)
        same = {"base": 2, "title": "VPN is gone every hour", "markdown": own["markdown"]}

        edited = agent.patch(f"{DRAFTS}/{first}", json=same).json()
        published = agent.post(f"{DRAFTS}/{first}/publish", json={}).json()

        assert (edited["version"], published["state"]) == (3, "published")
        for answer in (edited, published):
            (twin,) = answer["duplicates"]
            assert (twin["article_id"], twin["title"]) == (second, own["title"])

    def test_a_double_that_the_editor_may_not_see_is_not_told(
        self, agent: TestClient, contractor: TestClient, drafts: tuple[int, int]
    ) -> None:
        first, second = drafts
        title = got(agent, f"{DRAFTS}/{second}")["title"]
        assert agent.post(f"{DRAFTS}/{first}/publish", json={}).json()["duplicates"] != []
        apart = {"base": 1, "title": "Scanner is slow"}
        assert contractor.patch(f"{DRAFTS}/{second}", json=apart).status_code == 200

        answer = contractor.patch(f"{DRAFTS}/{second}", json={"base": 2, "title": title})

        assert answer.status_code == 200
        assert answer.json()["duplicates"] == []

    def test_an_archived_article_is_gone_for_readers(
        self, agent: TestClient, drafts: tuple[int, int]
    ) -> None:
        assert agent.post(f"{DRAFTS}/{drafts[0]}/archive").status_code == 409
        assert agent.post(f"{DRAFTS}/{drafts[0]}/publish", json={}).status_code == 200

        assert agent.post(f"{DRAFTS}/{drafts[0]}/archive").json()["state"] == "archived"

        assert agent.get("/api/v1/articles/KB-1").status_code == 404


def test_the_checklist_names_what_is_missing(agent: TestClient, drafts: tuple[int, int]) -> None:
    edited(agent, drafts[0], "Ask kim.berg@firma.example")

    results = {one["item"]: one for one in got(agent, f"{DRAFTS}/{drafts[0]}/checklist")}

    assert results["title"]["passed"]
    assert results["private"]["places"] == ["EMAIL, line 1"]
    assert not results["resolution"]["passed"]


def test_a_translation_needs_another_language(agent: TestClient, drafts: tuple[int, int]) -> None:
    first, second = drafts

    answer = agent.put(f"{DRAFTS}/{first}/original", json={"original": second})

    assert answer.status_code == 422
    assert len(got(agent, f"{DRAFTS}/{first}/translations")) == 1


class TestLinks:
    def test_are_put_listed_and_taken_back(
        self, agent: TestClient, drafts: tuple[int, int], database: Database
    ) -> None:
        with database.write() as session:
            ticket = make_ticket(session, external_id="7")
        place = f"/api/v1/tickets/{ticket.id}/articles"
        body = {"article_id": drafts[0], "role": "resolved_by", "outcome": "solved"}

        (link,) = agent.put(place, json=body).json()

        assert (link["number"], link["outcome"]) == ("KB-1", "solved")
        assert agent.delete(f"{place}/{drafts[0]}/resolved_by").status_code == 204
        assert got(agent, place) == []
        made = agent.put(place, json=body | {"role": "created_from"})
        assert (made.status_code, made.json()["type"]) == (422, "/problems/NotForPeople")


def test_a_contractor_finds_none_of_it(
    contractor: TestClient, drafts: tuple[int, int], database: Database
) -> None:
    with database.write() as session:
        ticket = make_ticket(session, external_id="7")
    place = f"{DRAFTS}/{drafts[0]}"

    for path in ("versions", "changes?before=1&after=1", "checklist", "duplicates", "translations"):
        assert contractor.get(f"{place}/{path}").status_code == 404
    assert contractor.get(f"/api/v1/tickets/{ticket.id}/articles").status_code == 404
    assert got(contractor, f"{DRAFTS}/{drafts[1]}/duplicates") == []
