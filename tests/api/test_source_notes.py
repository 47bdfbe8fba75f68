"""What is written into a connected system: suggestions, drafts, and never what is not for it."""

from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from pydantic import SecretStr

from api.connectors import connect
from api.wiring import Services
from api.worker import work_all
from kb import people
from kb.db import Database
from kb.sources import register, sync
from kb.sources.accounts import Account
from kb.sources.models import Source
from kb.sources.vault import open_vault
from tests import databases
from tests.api.conftest import CONTRACTOR
from tests.contracts.stand_ins.redmine import START, RedmineStandIn
from tests.contracts.stand_ins.server import StandIn, served
from tests.factories import make_audience, make_ticket
from tests.fakes import index_all

NOW = START + timedelta(days=30)
ANSWER = (
    "The spooler had hung. Stop the service with `net stop spooler`, delete the files in"
    " C:\\Windows\\System32\\spool\\PRINTERS, then start it again with `net start spooler`."
)


@pytest.fixture
def there() -> RedmineStandIn:
    return RedmineStandIn()


@pytest.fixture
def server(there: RedmineStandIn) -> Iterator[StandIn]:
    with served(there) as running:
        yield running


@pytest.fixture
def database(tmp_path: Path, sqlite_template: Path) -> Iterator[Database]:
    """Nothing here asks the database for more than other tests do: one kind is enough."""
    with databases.sqlite_copy(sqlite_template, tmp_path) as made:
        yield made


Put = Callable[..., None]


@pytest.fixture
def desk(services: Services, server: StandIn) -> Put:
    """Map the project of the source and switch on what is written back."""
    with services.database.write() as session:
        account = Account(url=server.url, secret=SecretStr("key"), private=True)
        vault = open_vault(services.settings)
        register.add(session, "rm", "redmine", account, vault=vault, at=START)

    def put(*, audience: str | None = CONTRACTOR, **switches: bool) -> None:
        with services.database.write() as session:
            source = register.set_notes(session, "rm", **switches, at=START)
            register.put_scope(
                session,
                source.id,
                "it-support",
                audience_id=make_audience(session, audience) if audience else None,
                level=2,
                at=START,
            )

    return put


def run(services: Services) -> None:
    with services.database.read() as session:
        source: Source = register.source(session, "rm")
    with closing(connect(source, open_vault(services.settings))) as connector:
        sync.run(services.database, source.id, connector, clock=lambda: NOW)
    index_all(services.finder)
    work_all(services, at=NOW)


def notes_on(there: RedmineStandIn, number: int) -> list[str]:
    journals = there.issues[number]["journals"]
    assert all(item["private_notes"] for item in journals if "[kb:" in item["notes"])
    return [item["notes"] for item in journals if "[kb:" in item["notes"]]


class TestSuggestions:
    def test_name_what_all_its_readers_may_see_and_nothing_else(
        self, services: Services, there: RedmineStandIn, desk: Put
    ) -> None:
        with services.database.write() as session:
            for number, audience in ((501, CONTRACTOR), (502, people.INTERNAL)):
                make_ticket(
                    session,
                    external_id=str(number),
                    audience=audience,
                    title="Printer is stuck, jobs stay in spooling",
                    description="Printer 1 is stuck.",
                )
        index_all(services.finder)
        desk(suggests=True)
        there.add(created_on=f"{NOW:%Y-%m-%dT%H:%M:%SZ}")

        run(services)

        (note,) = notes_on(there, 1)
        assert "501" in note
        assert "502" not in note

    def test_are_noted_once(self, services: Services, there: RedmineStandIn, desk: Put) -> None:
        with services.database.write() as session:
            make_ticket(session, audience=CONTRACTOR, title="Printer is stuck, jobs in spooling")
        index_all(services.finder)
        desk(suggests=True)
        there.add(created_on=f"{NOW:%Y-%m-%dT%H:%M:%SZ}")

        run(services)
        there.issues[1]["updated_on"] = f"{NOW + timedelta(minutes=5):%Y-%m-%dT%H:%M:%SZ}"
        there.issues[1]["subject"] = "Printer 1 is stuck again"
        run(services)

        assert len(notes_on(there, 1)) == 1

    @pytest.mark.parametrize(
        ("audience", "suggests", "opened"),
        [(CONTRACTOR, False, NOW), (None, True, NOW), (CONTRACTOR, True, START - timedelta(1))],
        ids=["switched off", "for administrators alone", "back-filled"],
    )
    def test_not_where_nobody_wants_them(
        self,
        services: Services,
        there: RedmineStandIn,
        desk: Put,
        audience: str | None,
        suggests: bool,
        opened: datetime,
    ) -> None:
        with services.database.write() as session:
            make_ticket(session, audience=CONTRACTOR, title="Printer is stuck, jobs in spooling")
        index_all(services.finder)
        desk(audience=audience, suggests=suggests)
        there.add(created_on=f"{opened.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}")

        run(services)

        assert notes_on(there, 1) == []


def solved(there: RedmineStandIn, answer: str) -> int:
    number = there.add()
    there.say(number, answer)
    there.close(number, minutes=60 * 24)
    return number


class TestClosing:
    def test_leads_to_a_draft_and_a_note_with_its_link(
        self, services: Services, there: RedmineStandIn, desk: Put, agent: TestClient
    ) -> None:
        desk(tells=True)
        number = solved(there, ANSWER)

        run(services)
        run(services)

        (draft,) = agent.get("/api/v1/drafts").json()["items"]
        (note,) = notes_on(there, number)
        assert f"http://127.0.0.1:8000/drafts/{draft['id']}" in note
        assert draft["reopened"] is False

    def test_says_what_is_missing(
        self, services: Services, there: RedmineStandIn, desk: Put
    ) -> None:
        desk(tells=True)
        number = solved(there, "Works again.")

        run(services)

        (note,) = notes_on(there, number)
        assert "No article could be drafted" in note
        assert "Still open: what was done, step by step" in note

    def test_writes_nothing_unless_switched_on(
        self, services: Services, there: RedmineStandIn, desk: Put
    ) -> None:
        desk()
        number = solved(there, ANSWER)

        run(services)

        assert notes_on(there, number) == []

    def test_reopened_there_marks_the_draft(
        self, services: Services, there: RedmineStandIn, desk: Put, agent: TestClient
    ) -> None:
        desk()
        number = solved(there, ANSWER)
        run(services)
        there.issues[number] |= {
            "status": {"id": 1, "name": "New", "is_closed": False},
            "closed_on": None,
            "updated_on": f"{NOW:%Y-%m-%dT%H:%M:%SZ}",
        }
        run(services)

        (draft,) = agent.get("/api/v1/drafts").json()["items"]
        assert draft["reopened"] is True
        assert agent.get(f"/api/v1/drafts/{draft['id']}").json()["reopened"] is True


def test_a_ticket_that_was_with_the_second_level_counts_as_solved_by_it(
    services: Services, there: RedmineStandIn, desk: Put, agent: TestClient
) -> None:
    desk(keeps_level=True)
    number = there.add()
    run(services)
    with services.database.write() as session:
        source = register.source(session, "rm")
        audience_id = make_audience(session, CONTRACTOR)
        register.put_scope(
            session, source.id, "it-support", audience_id=audience_id, level=1, at=START
        )
    there.say(number, ANSWER)
    there.close(number, minutes=60 * 24)

    run(services)

    assert len(agent.get("/api/v1/drafts").json()["items"]) == 1
