"""What a closed ticket knows reaches everybody, told through the JSON interface alone.

The application is the real one: its own wiring, the shipped model and the index on disk.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from api import wiring
from api.app import create_app
from api.wiring import Services
from api.worker import work_all
from kb import people, tokens
from kb.db import Database
from kb.models import OrganisationKind, Role
from kb.settings import Settings
from tests.factories import MONDAY, make_person


@dataclass(frozen=True)
class Told:
    """A case as the service desk meets it twice; the second time somebody knows one step more."""

    title: str
    description: str
    resolution: str
    again: str
    """How the second requester puts it."""
    more: str
    """The step that the first engineer did not tell."""
    known: str
    """A piece of the resolution, letter by letter."""
    added: str
    """A piece of `more`, letter by letter."""
    question: str
    """How a colleague asks later, in words of their own."""


CASES = {
    "en": Told(
        title="VPN drops every hour",
        description="Since Monday the VPN tunnel is gone after an hour. The client shows error"
        " 809.",
        resolution="The firewall dropped large packets. Set the MTU of the tunnel to 1400 with"
        " `netsh interface ipv4 set subinterface VPN mtu=1400`. Restart the client afterwards.",
        again="The VPN tunnel is gone after an hour again. The client shows error 809.",
        more="Removed the old profile under C:\\ProgramData\\NetGate\\profiles before the restart.",
        known="mtu=1400",
        added="NetGate\\profiles",
        question="VPN connection is lost with error 809",
    ),
    "de": Told(
        title="Druckerwarteschlange hängt",
        description="Seit heute früh druckt der Drucker im zweiten Stock nicht mehr, die"
        " Warteschlange steht.",
        resolution="Ursache war ein beschädigter Auftrag. Den Dienst mit `net stop spooler`"
        " angehalten, den Ordner C:\\Windows\\System32\\spool\\PRINTERS geleert und den Dienst mit"
        " `net start spooler` wieder gestartet. Danach druckte er wieder.",
        again="Der Drucker im zweiten Stock druckt nicht mehr, die Warteschlange steht.",
        more="Danach den alten Treiber mit `pnputil /delete-driver` aus dem Treiberspeicher"
        " entfernt.",
        known="net stop spooler",
        added="pnputil",
        question="Drucker druckt nicht, Warteschlange steht",
    ),
    "nl": Told(
        title="Outlook vraagt steeds om wachtwoord",
        description="Sinds gisteren vraagt Outlook steeds opnieuw om mijn wachtwoord.",
        resolution="De oorzaak was een oude aanmeldsleutel. In Referentiebeheer alle sleutels van"
        " MicrosoftOffice16 verwijderd en Outlook met `outlook.exe /safe` gestart. Daarna vroeg"
        " Outlook niet meer om het wachtwoord.",
        again="Outlook vraagt steeds opnieuw om mijn wachtwoord.",
        more="Verwijder daarna de map C:\\Users\\Public\\Profielen en start de computer opnieuw"
        " op.",
        known="outlook.exe /safe",
        added="Profielen",
        question="Outlook blijft om mijn wachtwoord vragen",
    ),
}


@pytest.fixture
def services(database: Database, tmp_path: Path) -> Iterator[Services]:
    made = wiring.build(Settings(data_dir=tmp_path, request_limit=500_000), database)
    assert type(made.finder.embedder).__name__ == "OnnxEmbedder"
    yield made
    made.finder.close()


@pytest.fixture
def app(services: Services) -> FastAPI:
    return create_app(services)


class Desk:
    """The people of the story, each with a token of their own."""

    def __init__(self, app: FastAPI, services: Services) -> None:
        self._app, self._services = app, services
        self.engineer = self._person("engineer@own.example", Role.SECOND_LEVEL)
        self.publisher = self._person("publisher@own.example", Role.PUBLISHER)
        self.agent = self._person("agent@own.example", Role.FIRST_LEVEL)
        self.contractor = self._person(
            "engineer@nordwind.example",
            Role.SECOND_LEVEL,
            organisation="Nordwind Netze",
            kind=OrganisationKind.CONTRACTOR,
            audiences=("Nordwind Netze",),
        )

    def _person(self, email: str, role: Role, **facts: Any) -> TestClient:
        with self._services.database.write() as session:
            person = make_person(session, email, roles=(role,), **facts)
            secret = tokens.create(session, person, "flow", expires_at=None, at=MONDAY).secret
        return TestClient(self._app, headers={"Authorization": f"Bearer {secret}"})

    def close(self, language: str, title: str, description: str, resolution: str) -> int:
        """The engineer takes a ticket in and closes it; the worker does what that promised."""
        ticket = answered(
            self.engineer.post(
                "/api/v1/tickets",
                json={
                    "title": title,
                    "description": description,
                    "language": language,
                    "level": 2,
                    "audience": people.INTERNAL,
                },
            )
        )
        path = f"/api/v1/tickets/{ticket['id']}/close"
        closed = answered(self.engineer.post(path, json={"resolution": resolution}))
        assert closed["draft_promised"] is True
        self.work()
        known: int = ticket["id"]
        return known

    def work(self) -> None:
        work_all(self._services)

    def decision(self, ticket: int) -> Any:
        return answered(self.engineer.get(f"/api/v1/tickets/{ticket}/decision"))

    def waiting(self) -> Any:
        """The one draft or change that waits for its review."""
        (found,) = answered(self.publisher.get("/api/v1/drafts"))["items"]
        return answered(self.publisher.get(f"/api/v1/drafts/{found['id']}"))

    def publish(self, draft: Any) -> Any:
        """The engineer may not, the publisher may; then the worker."""
        path, body = f"/api/v1/drafts/{draft['id']}/publish", {"version": draft["version"]}
        assert self.engineer.post(path, json=body).status_code == 403
        assert self.contractor.post(path, json=body).status_code in (403, 404)
        done = answered(self.publisher.post(path, json=body))
        self.work()
        return done

    def found(self, client: TestClient, query: str) -> list[str]:
        """The numbers of the articles that a search finds, the best first."""
        body = {"query": query, "filters": {"kinds": ["article"]}}
        return [hit["number"] for hit in answered(client.post("/api/v1/search", json=body))["hits"]]


def answered(response: Any) -> Any:
    """What the interface said; Any: JSON."""
    assert response.is_success, response.text
    return response.json()


@pytest.fixture
def desk(app: FastAPI, services: Services) -> Desk:
    return Desk(app, services)


@pytest.mark.parametrize("language", CASES)
def test_a_closed_ticket_is_decided_on_drafted_reviewed_published_and_found(
    desk: Desk, language: str
) -> None:
    told = CASES[language]
    ticket = desk.close(language, told.title, told.description, told.resolution)

    decision = desk.decision(ticket)
    assert decision["decision"] == "drafted", decision
    draft = desk.waiting()
    assert (draft["ticket_id"], draft["state"], draft["language"]) == (ticket, "draft", language)
    assert told.known in draft["markdown"]
    words = " ".join((told.title, told.description, told.resolution))
    for statement in draft["statements"]:
        assert statement["supported"], statement
        assert statement["evidence"], statement
        assert all(item["quote"] in words for item in statement["evidence"])
    assert desk.found(desk.agent, told.question) == []

    wording = {"base": draft["version"], "title": f"{told.title} (reviewed)"}
    answered(desk.publisher.patch(f"/api/v1/drafts/{draft['id']}", json=wording))
    assert desk.found(desk.agent, told.question) == []
    desk.publish(desk.waiting())

    assert desk.found(desk.agent, told.question) == [draft["number"]]
    article = answered(desk.agent.get(f"/api/v1/articles/{draft['number']}"))
    assert article["title"] == wording["title"]
    assert told.known in article["markdown"]
    assert desk.found(desk.contractor, told.question) == []
    assert desk.contractor.get(f"/api/v1/articles/{draft['number']}").status_code == 404


@pytest.mark.parametrize("language", CASES)
def test_a_change_is_proposed_shown_as_a_diff_approved_and_found(desk: Desk, language: str) -> None:
    told = CASES[language]
    first = desk.close(language, told.title, told.description, told.resolution)
    article = desk.publish(desk.waiting())
    path = f"/api/v1/drafts/{article['id']}"
    second = desk.close(language, told.title, told.again, f"{told.resolution} {told.more}")

    decision = desk.decision(second)
    assert (decision["decision"], decision["article"]["id"]) == ("proposed", article["id"])
    change = desk.waiting()
    assert (change["id"], change["version"], change["published_version"]) == (article["id"], 2, 1)
    between = {"before": 1, "after": 2}
    lines = answered(desk.publisher.get(f"{path}/changes", params=between))["lines"]
    assert {line["change"] for line in lines} - {"same", "skipped"} == {"added"}
    added = ["".join(span["text"] for span in one["spans"]) for one in lines]
    assert any(told.added in line for line in added), added
    # What stayed keeps its evidence, and what came points into the second ticket.
    assert all(statement["supported"] for statement in change["statements"])
    sources = {item["ticket_id"] for one in change["statements"] for item in one["evidence"]}
    assert sources == {first, second}
    assert desk.contractor.get(f"{path}/changes", params=between).status_code in (403, 404)

    def shown() -> str:
        markdown: str = answered(desk.agent.get(f"/api/v1/articles/{article['number']}"))[
            "markdown"
        ]
        return markdown

    assert told.added not in shown()
    desk.publish(change)

    assert told.added in shown()
    assert desk.found(desk.agent, told.more) == [article["number"]]
    assert answered(desk.publisher.get("/api/v1/drafts"))["items"] == []
    assert desk.found(desk.contractor, told.more) == []


def test_a_closing_that_says_nothing_leaves_a_reason(desk: Desk) -> None:
    told = CASES["en"]
    ticket = desk.close("en", told.title, told.description, "Fixed.")

    decision = desk.decision(ticket)

    assert decision["decision"] == "too_thin"
    assert "step" in decision["missing"]
    assert answered(desk.publisher.get("/api/v1/drafts"))["items"] == []
