"""From a closed ticket over its draft to a found article, through the doors."""

from typing import Any

import pytest
from fastapi.testclient import TestClient

from api.wiring import Services
from api.worker import work_all
from kb import people
from kb.db import Database
from tests.api.conftest import CONTRACTOR
from tests.factories import make_ticket, message

CASES = {
    "en": (
        "VPN tunnel drops every hour",
        "Since Monday the VPN tunnel is gone after an hour and I have to sign in again.",
        "The gateway ran firmware 7.1 with a rekey fault. Installed firmware 7.2.1 on vpn-gw-02"
        " and restarted the service with `systemctl restart strongswan`. The tunnel has held for"
        " a day.",
        "rekey firmware gateway",
    ),
    "de": (
        "Druckerwarteschlange hängt",
        "Seit heute früh druckt der Drucker im zweiten Stock nicht mehr, die Warteschlange steht.",
        "Ursache war ein beschädigter Auftrag. Den Dienst mit `net stop spooler` angehalten, den"
        " Ordner C:\\Windows\\System32\\spool\\PRINTERS geleert und den Dienst mit `net start"
        " spooler` wieder gestartet. Danach druckte er wieder.",
        "Warteschlange spooler Dienst",
    ),
    "nl": (
        "Outlook vraagt steeds om wachtwoord",
        "Sinds gisteren vraagt Outlook steeds opnieuw om mijn wachtwoord.",
        "De oorzaak was een oude aanmeldsleutel. In Referentiebeheer alle sleutels van"
        " MicrosoftOffice16 verwijderd en Outlook met `outlook.exe /safe` gestart. Daarna vroeg"
        " Outlook niet meer om het wachtwoord.",
        "Referentiebeheer sleutels Outlook",
    ),
}


MORE = {
    "en": "Removed the old profile under C:\\ProgramData\\NetGate\\profiles before the restart.",
    "de": "Danach den alten Treiber mit `pnputil /delete-driver` aus dem Treiberspeicher entfernt.",
    "nl": "Verwijder daarna de map C:\\Users\\Public\\Profielen en start de computer opnieuw op.",
}
"""A step that the first ticket on the issue did not tell."""


def close(
    client: TestClient, database: Database, language: str, more: str = "", **facts: Any
) -> int:
    """Close a second-level ticket; its id."""
    title, description, resolution, _ = CASES[language]
    resolution = f"{resolution} {more}".strip()
    with database.write() as session:
        known = make_ticket(
            session, title=title, description=description, language=language, level=2, **facts
        ).id
    answer = client.post(f"/api/v1/tickets/{known}/close", json={"resolution": resolution})
    assert answer.json()["draft_promised"] is True
    return known


@pytest.fixture
def draft(agent: TestClient, services: Services) -> dict[str, Any]:
    """A draft of a case that a contractor may see."""
    close(agent, services.database, "en", audience=CONTRACTOR)
    work_all(services)
    (found,) = agent.get("/api/v1/drafts").json()["items"]
    shown: dict[str, Any] = agent.get(f"/api/v1/drafts/{found['id']}").json()
    return shown


def articles(client: TestClient, query: str) -> list[str]:
    body = {"query": query, "filters": {"kinds": ["article"]}}
    return [hit["number"] for hit in client.post("/api/v1/search", json=body).json()["hits"]]


def published(client: TestClient, services: Services, language: str, **facts: Any) -> Any:
    """The article from the first ticket on an issue, found by search; Any: JSON."""
    close(client, services.database, language, **facts)
    work_all(services)
    (found,) = client.get("/api/v1/drafts").json()["items"]
    answer = client.post(f"/api/v1/drafts/{found['id']}/publish", json={})
    assert answer.status_code == 200, answer.text
    work_all(services)
    return answer.json()


def test_a_change_that_is_turned_down_leaves_the_article_as_it_was(
    agent: TestClient, services: Services
) -> None:
    article = published(agent, services, "en")
    close(agent, services.database, "en", MORE["en"], external_id="2")
    work_all(services)
    path = f"/api/v1/drafts/{article['id']}"

    answer = agent.post(f"{path}/reject", json={"reason": "Only on one machine."})

    assert answer.status_code == 200, answer.text
    now = answer.json()
    assert (now["state"], now["version"], now["published_version"]) == ("published", 3, 3)
    assert now["markdown"] == article["markdown"]
    assert all(statement["evidence"] for statement in now["statements"])
    assert agent.get("/api/v1/drafts").json()["items"] == []
    assert [one["number"] for one in agent.get(f"{path}/versions").json()] == [3, 2, 1]


class TestDeciding:
    """A person decides, whatever the program advised."""

    def ask(self, client: TestClient, ticket: int, verdict: str, **more: Any) -> Any:
        body = {"verdict": verdict} | more
        return client.put(f"/api/v1/tickets/{ticket}/decision", json=body)

    @pytest.fixture
    def article(self, agent: TestClient, services: Services) -> Any:
        return published(agent, services, "en")

    @pytest.fixture
    def ticket(self, agent: TestClient, services: Services, article: Any) -> int:
        """One that the article answers as it is."""
        assert article
        known = close(agent, services.database, "en", external_id="2")
        work_all(services)
        decision = agent.get(f"/api/v1/tickets/{known}/decision").json()
        assert (decision["decision"], decision["article"]["id"]) == ("link", article["id"])
        assert agent.get("/api/v1/drafts").json()["items"] == []
        return known

    def test_a_link_is_made_at_once(self, agent: TestClient, article: Any, ticket: int) -> None:
        answer = self.ask(agent, ticket, "link", article_id=article["id"])

        assert answer.status_code == 200, answer.text
        assert answer.json()["decision"] == "linked"
        (link,) = agent.get(f"/api/v1/tickets/{ticket}/articles").json()
        assert (link["article_id"], link["role"], link["outcome"]) == (
            article["id"],
            "resolved_by",
            "solved",
        )

    def test_a_new_article_is_written_all_the_same(
        self, agent: TestClient, services: Services, ticket: int
    ) -> None:
        answer = self.ask(agent, ticket, "new", reason="Another client.")
        assert answer.json()["decision"] == "pending"
        work_all(services)

        (draft,) = agent.get("/api/v1/drafts").json()["items"]
        assert draft["ticket_id"] == ticket
        assert self.ask(agent, ticket, "nothing").status_code == 409

    def test_a_change_to_an_article_that_lacks_nothing_is_a_link(
        self, agent: TestClient, services: Services, article: Any, ticket: int
    ) -> None:
        assert self.ask(agent, ticket, "change", article_id=article["id"]).status_code == 200
        work_all(services)

        assert agent.get(f"/api/v1/tickets/{ticket}/decision").json()["decision"] == "link"

    def test_nothing_is_noted_with_the_reason(self, agent: TestClient, ticket: int) -> None:
        answer = self.ask(agent, ticket, "nothing", reason="A test.").json()

        assert (answer["decision"], answer["reason"]) == ("nothing", "A test.")
        assert answer["person_id"] is not None

    def test_an_article_is_needed_and_must_be_published(
        self, agent: TestClient, ticket: int
    ) -> None:
        assert self.ask(agent, ticket, "link").status_code == 422
        assert self.ask(agent, ticket, "link", article_id=4711).status_code == 404

    def test_only_of_closed_tickets(self, agent: TestClient, database: Database) -> None:
        with database.write() as session:
            known = make_ticket(session, external_id="9").id

        assert self.ask(agent, known, "nothing").status_code == 409

    def test_a_contractor_decides_nothing_and_learns_nothing(
        self, agent: TestClient, contractor: TestClient, article: Any, ticket: int
    ) -> None:
        assert agent.get(f"/api/v1/tickets/{ticket}/decision").status_code == 200
        hidden = self.ask(contractor, ticket, "link", article_id=article["id"])
        absent = self.ask(contractor, 4711, "link", article_id=article["id"])

        assert hidden.status_code == absent.status_code == 404
        assert hidden.text.replace(str(ticket), "4711") == absent.text
        assert contractor.get(f"/api/v1/tickets/{ticket}/decision").status_code == 404
        assert contractor.get("/api/v1/drafts/outcomes").json() == []


def test_a_thin_closing_is_refused_with_what_it_lacks(
    agent: TestClient, services: Services
) -> None:
    with services.database.write() as session:
        known = make_ticket(session, level=2).id
    agent.post(f"/api/v1/tickets/{known}/close", json={"resolution": "Fixed."})

    work_all(services)

    assert agent.get("/api/v1/drafts").json()["items"] == []
    (outcome,) = agent.get("/api/v1/drafts/outcomes").json()
    assert (outcome["ticket_id"], outcome["decision"]) == (known, "too_thin")
    assert outcome["missing"]


def test_editing_makes_a_version_and_the_older_one_conflicts(
    agent: TestClient, draft: dict[str, Any]
) -> None:
    path = f"/api/v1/drafts/{draft['id']}"

    edited = agent.patch(path, json={"base": 1, "title": "Tunnel drops with firmware 7.1"})

    assert edited.status_code == 200, edited.text
    assert (edited.json()["version"], edited.json()["markdown"]) == (2, draft["markdown"])
    assert edited.json()["statements"]
    late = agent.patch(path, json={"base": 1, "title": "Another"})
    assert late.status_code == 409
    assert late.json()["type"] == "/problems/EditConflict"
    assert agent.get(path).json()["title"] == "Tunnel drops with firmware 7.1"
    stale = agent.post(f"{path}/publish", json={"version": 1})
    assert stale.status_code == 409


def test_a_rejected_draft_is_not_found(
    agent: TestClient, services: Services, draft: dict[str, Any]
) -> None:
    path = f"/api/v1/drafts/{draft['id']}"
    assert agent.post(f"{path}/reject", json={"reason": " "}).status_code == 422

    answer = agent.post(f"{path}/reject", json={"reason": "KB-7 says the same."})

    assert answer.json()["state"] == "rejected"
    work_all(services)
    assert articles(agent, "rekey firmware") == []
    assert agent.get("/api/v1/drafts").json()["items"] == []
    assert agent.post(f"{path}/reject", json={"reason": "Again."}).status_code == 409
    assert agent.get(f"/api/v1/articles/{draft['number']}").status_code == 404


def test_publishing_to_others_audiences_looks_like_none(
    agent: TestClient, database: Database, draft: dict[str, Any]
) -> None:
    path = f"/api/v1/drafts/{draft['id']}/publish"
    absent = agent.post(path, json={"audience": "board"})
    with database.write() as session:
        people.put_audience(session, "board")

    hidden = agent.post(path, json={"audience": "board"})

    assert absent.status_code == 422
    assert absent.content == hidden.content


def test_a_contractor_reads_what_is_published_for_them_alone(
    agent: TestClient, contractor: TestClient, services: Services, draft: dict[str, Any]
) -> None:
    close(agent, services.database, "de", external_id="2")
    work_all(services)
    for found in agent.get("/api/v1/drafts").json()["items"]:
        answer = agent.post(f"/api/v1/drafts/{found['id']}/publish", json={})
        assert answer.status_code == 200
    work_all(services)

    assert len(agent.get("/api/v1/articles").json()["items"]) == 2
    seen = contractor.get("/api/v1/articles").json()["items"]
    assert [one["number"] for one in seen] == [draft["number"]]
    missing = contractor.get("/api/v1/articles/KB-4711")
    hidden = contractor.get("/api/v1/articles/KB-2")
    assert missing.status_code == hidden.status_code == 404
    assert missing.text.replace("4711", "2") == hidden.text
    assert articles(contractor, "Warteschlange spooler") == []


def test_internal_messages_keep_their_draft_internal(
    agent: TestClient, contractor: TestClient, services: Services
) -> None:
    said = CASES["en"][2]
    with services.database.write() as session:
        known = make_ticket(
            session,
            audience=CONTRACTOR,
            level=2,
            messages=(message(said, internal=True, accepted=True),),
        ).id
    agent.post(f"/api/v1/tickets/{known}/close", json={"resolution": "See the internal note."})
    work_all(services)

    for found in agent.get("/api/v1/drafts").json()["items"]:
        assert found["audience"] == "internal"
    assert contractor.get("/api/v1/drafts").json()["items"] == []


def test_readers_see_no_drafts(
    agent: TestClient, database: Database, draft: dict[str, Any]
) -> None:
    from sqlalchemy import delete

    from kb.models import PersonRole

    with database.write() as session:
        session.execute(delete(PersonRole))

    for path in ("", "/outcomes", f"/{draft['id']}", "/4711"):
        assert agent.get(f"/api/v1/drafts{path}").status_code == 403
    assert agent.post(f"/api/v1/drafts/{draft['id']}/publish", json={}).status_code == 403


def test_readers_of_an_article_do_not_see_its_unpublished_change(
    agent: TestClient, draft: dict[str, Any]
) -> None:
    path = f"/api/v1/drafts/{draft['id']}"
    agent.post(f"{path}/publish", json={})
    agent.patch(path, json={"base": 1, "title": "Half-finished"})

    assert agent.get(f"/api/v1/articles/{draft['number']}").json()["title"] == draft["title"]
    assert agent.get("/api/v1/articles").json()["items"][0]["title"] == draft["title"]
    (waiting,) = agent.get("/api/v1/drafts").json()["items"]
    assert (waiting["title"], waiting["published_version"]) == ("Half-finished", 1)
    agent.post(f"{path}/publish", json={"version": 2})
    assert agent.get(f"/api/v1/articles/{draft['number']}").json()["title"] == "Half-finished"


def test_drafts_come_in_parts(agent: TestClient, services: Services) -> None:
    for number, language in enumerate(["en", "de", "nl"]):
        close(agent, services.database, language, external_id=str(number))
    work_all(services)

    first = agent.get("/api/v1/drafts", params={"limit": 2}).json()
    second = agent.get("/api/v1/drafts", params={"limit": 2, "next": first["next"]}).json()

    ids = [one["id"] for one in first["items"] + second["items"]]
    assert ids == sorted(set(ids))
    assert len(ids) == 3
    assert second["next"] is None
