"""A ticket handed on to another system: opened there once, followed, its answer brought back."""

import re
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from fastapi import FastAPI
from fastapi.testclient import TestClient
from pydantic import SecretStr
from sqlalchemy import select

from api.cli import main
from api.connectors import open_kind
from api.wiring import Services
from api.worker import work_all
from kb import tickets
from kb.db import Database
from kb.models import Job, Ticket
from kb.sources import register, sync
from kb.sources.accounts import Account
from kb.sources.models import Source
from kb.sources.vault import open_vault
from tests import databases
from tests.api.conftest import CONTRACTOR
from tests.api.test_pages import browser
from tests.contracts.stand_ins.request_tracker import RtStandIn
from tests.contracts.stand_ins.server import served
from tests.factories import MONDAY, make_audience, make_ticket, ticket_record
from tests.fakes import index_all

PACKET = {
    "source": "vendor",
    "scope": "General",
    "title": "Tunnel drops",
    "text": "Gateway 7.1, see the log.",
}
ANSWER = "Fixed in firmware 7.2; install it and restart the swordfish."


@pytest.fixture
def database(tmp_path: Path, sqlite_template: Path) -> Iterator[Database]:
    with databases.sqlite_copy(sqlite_template, tmp_path) as made:
        yield made


@pytest.fixture
def vendor() -> RtStandIn:
    return RtStandIn()


@pytest.fixture
def account(vendor: RtStandIn) -> Iterator[Account]:
    with served(vendor) as server:
        yield Account(url=server.url, secret=SecretStr("secret"), private=True)


@pytest.fixture
def ticket_id(services: Services, account: Account) -> int:
    """A ticket that the contractor may read; only our own people read its internal messages."""
    with services.database.write() as session:
        vault = open_vault(services.settings)
        made = register.add(session, "vendor", "request-tracker", account, vault=vault, at=MONDAY)
        internal = make_audience(session)
        register.put_scope(session, made.id, "General", audience_id=internal, at=MONDAY)
        register.set_notes(session, "vendor", takes=True, at=MONDAY)
        return make_ticket(session, audience=CONTRACTOR).id


def hand_on(client: TestClient, ticket_id: int, **changes: str) -> Any:
    return client.post(f"/api/v1/tickets/{ticket_id}/handed-on", json=PACKET | changes)


def listed(client: TestClient, ticket_id: int) -> Any:
    return client.get(f"/api/v1/tickets/{ticket_id}/handed-on").json()


def follow(services: Services, account: Account) -> None:
    work_all(services)
    with services.database.read() as session:
        source_id = session.scalars(select(Source.id).where(Source.name == "vendor")).one()
    with closing(open_kind("request-tracker", account)) as connector:
        sync.run(services.database, source_id, connector, clock=lambda: datetime.now(UTC))
    work_all(services)


def test_opened_followed_and_answered(
    services: Services, agent: TestClient, vendor: RtStandIn, account: Account, ticket_id: int
) -> None:
    answer = hand_on(agent, ticket_id)
    assert (answer.status_code, answer.json()["external_id"]) == (202, None)
    follow(services, account)

    (there,) = listed(agent, ticket_id)
    assert (there["external_id"], there["state"], there["answer"]) == ("1", "open", None)
    assert there["link"].endswith("/Ticket/Display.html?id=1")
    assert vendor.said[1][0]["text"] == PACKET["text"]

    vendor.say(1, "Correspond", ANSWER)
    vendor.tickets[1] |= {
        "Status": "resolved", "Resolved": "2026-01-05T12:00:00Z",
        "LastUpdated": "2026-01-05T12:00:00Z",
    }  # fmt: skip
    follow(services, account)
    follow(services, account)

    (there,) = listed(agent, ticket_id)
    assert (there["state"], there["answer"]) == ("resolved", ANSWER)
    shown = agent.get(f"/api/v1/tickets/{ticket_id}").json()["messages"]
    assert [(one["text"], one["internal"], one["author"]) for one in shown] == [
        (ANSWER, True, "vendor 1")
    ]
    index_all(services.finder)
    hits = agent.post("/api/v1/search", json={"query": "restart the swordfish"}).json()["hits"]
    assert ticket_id in {hit["id"] for hit in hits}


def test_the_page_of_the_ticket_leads_to_the_case_there(
    app: FastAPI,
    services: Services,
    agent: TestClient,
    contractor: TestClient,
    vendor: RtStandIn,
    account: Account,
    ticket_id: int,
) -> None:
    page, outside = browser(app, agent), browser(app, contractor)
    path = f"/tickets/{ticket_id}"
    assert "handed-on" not in page.get(path).text
    before = outside.get(path).text

    hand_on(agent, ticket_id)
    assert "not opened there yet" in page.get(path).text
    follow(services, account)
    shown = page.get(path).text
    assert re.search(r'<a href="[^"]+/Ticket/Display\.html\?id=1"[^>]*>vendor 1</a>', shown)
    assert "answered:" not in shown

    vendor.say(1, "Correspond", ANSWER)
    vendor.tickets[1] |= {"Status": "resolved", "LastUpdated": "2026-01-05T12:00:00Z"}
    follow(services, account)
    assert "answered:" in page.get(path).text
    assert outside.get(path).text == before


def test_the_answer_stays_when_the_source_tells_the_ticket_anew(
    services: Services, agent: TestClient, vendor: RtStandIn, account: Account, ticket_id: int
) -> None:
    hand_on(agent, ticket_id)
    follow(services, account)
    vendor.say(1, "Correspond", ANSWER)
    vendor.tickets[1] |= {"Status": "resolved", "LastUpdated": "2026-01-05T12:00:00Z"}
    follow(services, account)

    with services.database.write() as session:
        tickets.record(session, ticket_record(session, audience=CONTRACTOR, title="New title"))

    shown = agent.get(f"/api/v1/tickets/{ticket_id}").json()
    assert (shown["title"], [one["text"] for one in shown["messages"]]) == ("New title", [ANSWER])


def test_outsiders_see_neither_the_packet_nor_the_answer(
    services: Services,
    agent: TestClient,
    contractor: TestClient,
    vendor: RtStandIn,
    account: Account,
    ticket_id: int,
) -> None:
    hand_on(agent, ticket_id)
    follow(services, account)
    vendor.say(1, "Correspond", ANSWER)
    vendor.tickets[1] |= {"Status": "resolved", "LastUpdated": "2026-01-05T12:00:00Z"}
    follow(services, account)
    index_all(services.finder)

    assert listed(contractor, ticket_id) == []
    assert contractor.get(f"/api/v1/tickets/{ticket_id}").json()["messages"] == []
    found = contractor.post("/api/v1/search", json={"query": "restart the swordfish"})
    assert "swordfish" not in found.text
    assert hand_on(contractor, ticket_id).status_code == 403
    with services.database.write() as session:
        hidden = make_ticket(session, external_id="2").id
    assert hand_on(contractor, hidden).status_code == 404
    assert contractor.get(f"/api/v1/tickets/{hidden}/handed-on").status_code == 404


def test_a_kill_after_opening_it_opens_no_second(
    services: Services,
    agent: TestClient,
    vendor: RtStandIn,
    account: Account,
    ticket_id: int,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    class Killed(BaseException):
        pass

    def kill(*_: object, **__: object) -> None:
        raise Killed

    hand_on(agent, ticket_id)
    with monkeypatch.context() as patched:
        patched.setattr("api.handing_on_there._keep", kill)
        with pytest.raises(Killed):
            work_all(services)
    with services.database.write() as session:
        for job in session.scalars(select(Job)):
            job.due_at = MONDAY  # the lease of who was killed is over
    follow(services, account)

    assert len(vendor.tickets) == 1
    assert [one["external_id"] for one in listed(agent, ticket_id)] == ["1"]


def test_only_once_and_only_where_an_administrator_allows_it(
    services: Services, agent: TestClient, ticket_id: int
) -> None:
    assert hand_on(agent, ticket_id).status_code == 202
    again = hand_on(agent, ticket_id)
    assert (again.status_code, again.json()["type"]) == (409, "/problems/AlreadyHandedOn")
    assert hand_on(agent, ticket_id, source="other").status_code == 404
    with services.database.write() as session:
        register.set_notes(session, "vendor", takes=False, at=MONDAY)
        second = make_ticket(session, external_id="2").id
    refused = hand_on(agent, second)
    assert (refused.status_code, refused.json()["type"]) == (409, "/problems/TakesNoCases")


def test_the_command_sends_what_a_file_says(
    services: Services,
    vendor: RtStandIn,
    account: Account,
    ticket_id: int,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("KB_DATA_DIR", str(services.settings.data_dir))
    monkeypatch.setenv("KB_DATABASE_URL", str(services.database.engine.url))
    file = tmp_path / "packet.md"
    file.write_text("All that they need.")
    arguments = ["source", "hand-on", "vendor", str(ticket_id), "--scope", "General"]

    done = CliRunner().invoke(main, [*arguments, "--text-file", str(file)])

    assert done.exit_code == 0, done.output
    follow(services, account)
    assert vendor.said[1][0]["text"] == "All that they need."
    with services.database.read() as session:
        title = session.get_one(Ticket, ticket_id).title
    assert vendor.tickets[1]["Subject"].startswith(title)
