"""The numbers: each counts what it says, and only of what the reader may see."""

import csv
import io
import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from fastapi import BackgroundTasks, FastAPI
from fastapi.testclient import TestClient
from sqlalchemy import update

from api import searched
from api.wiring import Services
from indexer.search import search
from kb import people, tokens
from kb.models import OrganisationKind, TicketState, Unanswered
from kb.visibility import reader_of
from tests.api.conftest import CONTRACTOR, client_of
from tests.api.test_desk import write_article
from tests.api.test_inbox import close, escalated, link
from tests.api.test_pages import browser
from tests.factories import MONDAY, make_person, make_ticket
from tests.fakes import index_all


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
        "unanswered": "0",
    }
    assert rows_of(desk, "language")["nl"]["solved"] == "1"
    assert rows_of(desk, "company")["Own"]["tickets_in"] == "1"
    assert rows_of(desk, "month")[f"{MONDAY:%Y-%m}"]["tickets_in"] == "3"
    assert list(rows_of(desk, "month")) == sorted(rows_of(desk, "month"))
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


@pytest.mark.parametrize("query", ["days=0", "days=x", "by=person", "days=99999", "month=2026-13"])
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


def test_a_month_begins_and_ends_where_the_pages_are_read(
    app: FastAPI, agent: TestClient, services: Services
) -> None:
    with services.database.write() as session:
        for number, day in enumerate((31, 1)):  # half an hour into the year in Berlin, and before
            at = datetime(2025, 12, day, 23, 30, tzinfo=UTC)
            make_ticket(session, external_id=f"{number}", opened_at=at, updated_at=at)
    desk = browser(app, agent)

    def opened(query: str) -> list[str]:
        rows = csv.DictReader(io.StringIO(desk.get(f"/numbers/figures.csv?{query}").text))
        return [row["tickets_in"] for row in rows]

    assert services.settings.time_zone == "Europe/Berlin"
    assert opened("month=2025-12") == opened("month=2026-01") == ["1"]
    assert opened("month=2026-02") == []
    assert "month=2025-12" in desk.get("/numbers?month=2025-12").text


class TestUnanswered:
    NOTHING = "swordfish trombone"

    @pytest.fixture
    def known(self, services: Services) -> Services:
        with services.database.write() as session:
            make_ticket(session, title="The tunnel to Hamburg drops", audience=CONTRACTOR)
        index_all(services.finder)
        return services

    def count(self, desk: TestClient, by: str = "company") -> dict[str, str]:
        rows = rows_of(desk, by)
        return {name: row["unanswered"] for name, row in rows.items() if row["unanswered"] != "0"}

    def test_a_search_counts_when_it_ends_with_nothing_good(
        self, app: FastAPI, agent: TestClient, known: Services
    ) -> None:
        desk = browser(app, agent)
        for typed in ("swo", "swordf", self.NOTHING):
            desk.get("/desk/hits", params={"q": typed})
        assert self.count(desk) == {"Own": "1"}
        desk.get("/", params={"q": "  "})
        assert self.count(desk) == {"Own": "1"}

        desk.get("/", params={"q": "The tunnel to Hamburg drops"})  # in other words
        assert self.count(desk) == {}

        agent.post("/api/v1/search", json={"query": self.NOTHING})
        with known.database.write() as session:
            session.execute(update(Unanswered).values(at=datetime.now(UTC) - timedelta(minutes=2)))
        agent.post("/api/v1/search", json={"query": "The tunnel to Hamburg drops"})
        agent.post("/api/v1/search", json={"query": self.NOTHING})
        assert self.count(desk) == {"Own": "2"}
        assert sum(map(int, self.count(desk, "month").values())) == 2

    def test_a_preview_is_no_search(self, agent: TestClient, known: Services) -> None:
        assert agent
        with known.database.read() as session:
            own = reader_of(session, people.by_id(session, 1), at=MONDAY)
            reader = replace(own, previewed_by=1)
            found = search(session, known.finder, reader, self.NOTHING, limit=1, collapse=True)
        background = BackgroundTasks()

        searched.note(background, known, reader, found, at=MONDAY)

        assert background.tasks == []

    def test_another_company_counts_its_own_people_alone(
        self, app: FastAPI, agent: TestClient, contractor: TestClient, known: Services
    ) -> None:
        outside = browser(app, contractor)
        empty = outside.get("/numbers/figures.csv?days=3660&by=company").text
        with known.database.write() as session:  # may read no more than the contractor
            clerk = make_person(session, "clerk@own.example", audiences=(CONTRACTOR,))
            secret = tokens.create(session, clerk, "test", expires_at=None, at=MONDAY).secret
        for own in (agent, client_of(app, secret)):
            own.post("/api/v1/search", json={"query": self.NOTHING}).raise_for_status()
        assert outside.get("/numbers/figures.csv?days=3660&by=company").text == empty

        contractor.post("/api/v1/search", json={"query": self.NOTHING}).raise_for_status()

        assert list(self.count(outside).values()) == ["1"]

    def test_of_who_may_read_more_not_even_the_number_is_told(
        self, app: FastAPI, agent: TestClient, known: Services
    ) -> None:
        with known.database.write() as session:
            boss = make_person(session, "boss@own.example", audiences=("Board", people.INTERNAL))
            secret = tokens.create(session, boss, "test", expires_at=None, at=MONDAY).secret
        above = client_of(app, secret)

        above.post("/api/v1/search", json={"query": self.NOTHING}).raise_for_status()

        assert self.count(browser(app, agent)) == {}
        assert list(self.count(browser(app, above)).values()) == ["1"]
