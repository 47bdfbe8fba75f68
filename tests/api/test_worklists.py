"""The lists of tickets, their text on pages, and pages that tell of an error."""

import re
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from api.wiring import Services
from articles import links
from articles.models import LinkRole
from kb.models import TicketState
from tests.api.conftest import CONTRACTOR
from tests.api.test_pages import browser
from tests.articles.writing import make_draft
from tests.factories import MONDAY, make_reader, make_ticket, message

SOLVED: dict[str, Any] = {
    "state": TicketState.CLOSED,
    "closed_at": MONDAY,
    "level": 2,
    "resolution": "Ran `gpupdate /force`.",
}


@pytest.fixture
def at_desk(app: FastAPI, agent: TestClient) -> TestClient:
    return browser(app, agent)


@pytest.fixture
def outside(app: FastAPI, contractor: TestClient) -> TestClient:
    return browser(app, contractor)


def titles(client: TestClient, query: str) -> list[str]:
    page = client.get(f"/tickets{query}").text
    return re.findall(r'<h2><a href="/tickets/\d+"[^>]*>([^<]+)</a>', page)


def test_each_list_shows_its_tickets(at_desk: TestClient, services: Services) -> None:
    with services.database.write() as session:
        make_ticket(session, external_id="1", title="Open", queue="Network")
        make_ticket(session, external_id="2", title="Solved", **SOLVED)
        make_ticket(session, external_id="3", title="Easy", **SOLVED | {"level": 1})

    assert titles(at_desk, "") == ["Open"]
    assert titles(at_desk, "?view=unwritten") == ["Solved"]
    assert titles(at_desk, "?view=all") == ["Easy", "Solved", "Open"]
    assert titles(at_desk, "?view=all&queue=Network") == ["Open"]
    assert at_desk.get("/tickets?view=other").status_code == 422


def test_a_long_list_goes_on(at_desk: TestClient, services: Services) -> None:
    with services.database.write() as session:
        for number in range(60):
            make_ticket(session, external_id=str(number), title=f"No {number}")

    following = re.search(r"/tickets\?(view=open[^\"]*next=[^\"]+)", at_desk.get("/tickets").text)

    assert following
    rest = titles(at_desk, "?" + following[1].replace("&amp;", "&"))
    assert titles(at_desk, "") + rest == [f"No {number}" for number in reversed(range(60))]


def test_a_ticket_with_an_article_waits_no_longer(at_desk: TestClient, services: Services) -> None:
    with services.database.write() as session:
        make_draft(session, external_id="1", title="Drafted")
        ticket = make_ticket(session, external_id="2", title="Linked", **SOLVED)
        make_ticket(session, external_id="3", title="Waits", **SOLVED)
        article = make_draft(session, external_id="4", title="Another")
        reader = make_reader(session, "internal", email="writer@own.example")
        links.link(session, reader, ticket.id, article.id, role=LinkRole.RESOLVED_BY, at=MONDAY)

    assert titles(at_desk, "?view=unwritten") == ["Waits"]


def test_a_contractor_sees_its_own_and_nothing_of_other_articles(
    outside: TestClient, services: Services
) -> None:
    with services.database.write() as session:
        make_ticket(session, external_id="1", title="Internal", **SOLVED)
        shared = make_ticket(
            session, audience=CONTRACTOR, external_id="2", title="Shared", **SOLVED
        )
        hidden = make_draft(session, external_id="3", title="Hidden")
        reader = make_reader(session, "internal", CONTRACTOR, email="writer@own.example")
        links.link(session, reader, shared.id, hidden.id, role=LinkRole.REFERENCE, at=MONDAY)

    assert titles(outside, "?view=all") == ["Shared"]
    # An internal article is linked to it; the list must not tell.
    assert titles(outside, "?view=unwritten") == ["Shared"]


def test_code_in_a_ticket_is_shown_as_code_and_nothing_else_changes(
    at_desk: TestClient, services: Services
) -> None:
    said = "Ran:\n```\ndnscmd <zone>\n```\n# whoami\n![x](https://evil.example/p.png) a_b_c *.*"
    with services.database.write() as session:
        ticket = make_ticket(session, messages=[message(said)])

    page = at_desk.get(f"/tickets/{ticket.id}").text

    assert "<pre><code>dnscmd &lt;zone&gt;\n</code></pre>" in page
    assert "# whoami" in page
    assert "a_b_c *.*" in page
    assert 'src="https://evil.example' not in page


def test_who_has_signed_in_keeps_the_head_on_an_error(at_desk: TestClient) -> None:
    page = at_desk.get("/tickets/999", headers={"accept-language": "de"})

    assert page.status_code == 404
    assert '<a href="/articles"' in page.text
    assert "Not Found" not in page.text
