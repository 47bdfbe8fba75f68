"""The numbers: each counts what it says, and only of what the reader may see."""

import csv
import io
import re
from collections.abc import Mapping

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from api.wiring import Services
from kb import people
from kb.models import OrganisationKind, TicketState
from tests.api.conftest import CONTRACTOR
from tests.api.test_desk import write_article
from tests.api.test_inbox import close, escalated, link
from tests.api.test_pages import browser
from tests.factories import MONDAY, make_ticket


def rows_of(desk: TestClient, by: str = "team") -> dict[str, Mapping[str, str]]:
    answer = desk.get(f"/numbers/figures.csv?days=3660&by={by}")
    assert answer.headers["content-type"].startswith("text/csv")
    return {row[by]: row for row in csv.DictReader(io.StringIO(answer.text))}


@pytest.fixture
def filled(services: Services, agent: TestClient) -> Services:
    """Two solved tickets, one of them escalated although its article was there."""
    article = write_article(services)
    id_ = escalated(agent, services, external_id="1", queue="Network", language="de")
    close(agent, id_)
    link(agent, id_, article)
    with services.database.write() as session:
        make_ticket(
            session,
            external_id="2",
            title="Printer jam",
            queue="Network",
            language="nl",
            state=TicketState.CLOSED,
            closed_at=MONDAY,
            resolution="Took the paper out.",
        )
        make_ticket(session, external_id="3", queue="=cmd()", organisation="Own")
    return services


def test_each_figure_counts_what_it_says(app: FastAPI, agent: TestClient, filled: Services) -> None:
    desk = browser(app, agent)

    assert filled is not None
    team = rows_of(desk)["Network"]
    assert {name: team[name] for name in team if name != "team"} == {
        "tickets_in": "2",
        "solved": "2",
        "solved_first": "1",
        "escalations": "1",
        "avoidable": "1",
        "link_rate": "0.5",
        "reused": "1",
        "days_to_publish": "",
    }
    assert rows_of(desk, "language")["nl"]["solved"] == "1"
    assert rows_of(desk, "company")["Own"]["tickets_in"] == "1"
    assert "'=cmd()" in rows_of(desk)  # no formula in a spreadsheet


def test_an_article_that_was_not_found_makes_no_escalation_avoidable(
    app: FastAPI, agent: TestClient, services: Services
) -> None:
    id_ = escalated(agent, services, queue="Network")
    close(agent, id_)
    link(agent, id_, write_article(services))

    row = rows_of(browser(app, agent))["Network"]
    assert (row["escalations"], row["avoidable"]) == ("1", "0")


def test_what_is_older_is_left_out(app: FastAPI, agent: TestClient, filled: Services) -> None:
    page = browser(app, agent).get("/numbers?days=1&by=language").text

    assert filled is not None
    assert "Tickets that were opened in this time." in page
    answer = browser(app, agent).get("/numbers/figures.csv?days=1&by=language").text
    assert "nl" not in answer


def test_the_chart_is_a_picture_without_script(
    app: FastAPI, agent: TestClient, filled: Services
) -> None:
    answer = browser(app, agent).get("/numbers/chart.svg?days=3660")

    assert filled is not None
    assert answer.headers["content-type"] == "image/svg+xml"
    assert "Network" in answer.text
    assert "<script" not in answer.text
    assert not re.search(r">\d+\.\d+</text>", answer.text), "tickets are counted in whole numbers"
    assert "default-src 'none'" in answer.headers["content-security-policy"]


@pytest.mark.parametrize("query", ["days=0", "days=x", "by=person", "days=99999"])
def test_nonsense_is_refused(app: FastAPI, agent: TestClient, query: str) -> None:
    assert browser(app, agent).get(f"/numbers?{query}").status_code == 422


def test_another_company_gets_its_own_tickets_alone(
    app: FastAPI, contractor: TestClient, services: Services
) -> None:
    with services.database.write() as session:
        company = people.put_organisation(session, CONTRACTOR, OrganisationKind.CONTRACTOR)
        people.put_team(session, "NOC", level=2, organisation_id=company.id)
        make_ticket(session, external_id="1", queue="NOC", audience=CONTRACTOR)
        make_ticket(session, external_id="2", queue="NOC")  # theirs, but not for them to see
        make_ticket(session, external_id="3", queue="Front office", audience=CONTRACTOR)
    outside = browser(app, contractor)

    rows = rows_of(outside)
    assert {name: row["tickets_in"] for name, row in rows.items()} == {"NOC": "1"}
    assert "Front office" not in outside.get("/numbers?days=3660").text
    assert "Front office" not in outside.get("/numbers/chart.svg?days=3660").text


def test_another_company_reads_no_name_of_a_company_that_a_ticket_hides(
    app: FastAPI, agent: TestClient, contractor: TestClient, services: Services
) -> None:
    with services.database.write() as session:
        company = people.put_organisation(session, CONTRACTOR, OrganisationKind.CONTRACTOR)
        people.put_team(session, "NOC", level=2, organisation_id=company.id)
        for number, name in enumerate(("Ahrens GmbH", CONTRACTOR)):
            make_ticket(
                session,
                external_id=f"{number}",
                queue="NOC",
                organisation=name,
                audience=CONTRACTOR,
            )
    outside = browser(app, contractor)

    assert rows_of(outside, "company").keys() == {"", CONTRACTOR}
    assert "Ahrens" not in outside.get("/numbers?days=3660&by=company").text
    assert "Ahrens" not in outside.get("/numbers/chart.svg?days=3660&by=company").text
    assert rows_of(browser(app, agent), "company").keys() == {"Ahrens GmbH", CONTRACTOR}
