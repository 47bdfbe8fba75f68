"""The page of a ticket system: how far it is read, what fails, who may see what; pause, go on."""

from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from pydantic import SecretStr
from sqlalchemy import select

from api.connectors import connect
from api.wiring import Services
from kb import people
from kb.db import Database
from kb.models import Event
from kb.sources import register, sync
from kb.sources.accounts import Account
from kb.sources.models import SourceCaseRow
from kb.sources.vault import open_vault
from tests.api.conftest import CONTRACTOR
from tests.api.test_administration_pages import send
from tests.api.test_pages import browser, csrf
from tests.contracts.stand_ins.redmine import RedmineStandIn
from tests.contracts.stand_ins.server import served
from tests.factories import MONDAY

PAGE = "/admin/source?name=rm"
MAP = "/admin/source/map"


@pytest.fixture
def there() -> RedmineStandIn:
    return RedmineStandIn()


@pytest.fixture
def boss(
    app: FastAPI, administrator: TestClient, services: Services, there: RedmineStandIn
) -> Iterator[TestClient]:
    with served(there) as server:
        account = Account(url=server.url, secret=SecretStr("key"), private=True)
        vault = open_vault(services.settings)
        with services.database.write() as session:
            register.add(session, "rm", "redmine", account, vault=vault, at=MONDAY)
        yield browser(app, administrator)


def read(services: Services) -> None:
    with services.database.read() as session:
        source = register.source(session, "rm")
    with closing(connect(source, open_vault(services.settings))) as connector:
        sync.run(services.database, source.id, connector, clock=lambda: datetime.now(UTC))


def verbs(database: Database) -> list[tuple[str, int | None]]:
    with database.read() as session:
        found = select(Event.verb, Event.person_id).where(Event.verb.startswith("source."))
        return [(verb, by) for verb, by in session.execute(found.order_by(Event.id))]


def test_tells_how_far_it_is_read_and_who_may_see_it(
    boss: TestClient, services: Services, there: RedmineStandIn
) -> None:
    for minutes in range(3):
        there.add(minutes=minutes)
    assert "for the first time" in boss.get(PAGE).text

    read(services)
    page = boss.get(PAGE).text
    assert '<time datetime="2026-01-05T09:02:00+00:00">' in page  # the mark, by Redmine's clock
    assert "<td>it-support</td>" in page
    assert '<span class="bad">administrators alone</span>' in page

    with services.database.write() as session:
        audience_id = people.put_audience(session, "internal").id
        source_id = register.source(session, "rm").id
        register.put_scope(session, source_id, "it-support", audience_id=audience_id, at=MONDAY)
    page = boss.get(PAGE).text
    assert '<span class="bad">administrators alone</span>' not in page
    assert '<a href="/admin/audience?name=internal">internal</a>' in page


def test_names_the_case_that_fails_and_why(
    boss: TestClient, services: Services, there: RedmineStandIn
) -> None:
    there.add()
    there.add()
    read(services)
    with services.database.write() as session:
        case = session.scalars(select(SourceCaseRow).order_by(SourceCaseRow.id)).first()
        assert case is not None
        case.failure, case.attempts, case.due_at = "no time: 'yesterday'", 2, MONDAY

    page = boss.get(PAGE).text

    assert '<a href="/tickets/1">1</a></td><td>no time: &#39;yesterday&#39;</td><td>2</td>' in page
    assert '<progress id="read" value="1" max="2">' in page


def test_is_paused_and_goes_on_and_both_are_recorded(
    boss: TestClient, services: Services, there: RedmineStandIn
) -> None:
    there.add()

    assert send(boss, "/admin/source/pause", name="rm") == 200
    assert "paused" in boss.get(PAGE).text
    with pytest.raises(sync.SourcePaused):
        read(services)

    assert send(boss, "/admin/source/resume", name="rm") == 200
    read(services)
    with services.database.read() as session:
        assert register.statuses(session)[0].known == 1
    (_, nobody), (paused, by), (resumed, by_too) = verbs(services.database)
    assert (paused, resumed, nobody) == ("source.pause", "source.resume", None)
    assert by is not None
    assert by == by_too


def test_asks_what_the_account_may_see(
    boss: TestClient, services: Services, there: RedmineStandIn
) -> None:
    secret = csrf(boss.get(PAGE).text)

    seen = boss.post("/admin/source/test", data={"csrf": secret, "name": "rm"}).text
    assert "<li>it-support</li>" in seen
    with services.database.read() as session:
        assert register.statuses(session)[0].unmapped == ("it-support",)

    there.key = "another"
    refused = boss.post("/admin/source/test", data={"csrf": secret, "name": "rm"})
    assert refused.status_code == 200
    assert "HTTP 401" in refused.text


def test_a_name_that_is_none_is_not_there(boss: TestClient) -> None:
    assert boss.get("/admin/source?name=other").status_code == 404
    assert send(boss, "/admin/source/pause", name="other") == 404


class TestMapping:
    """Who may see what comes from a scope is said on the page."""

    @pytest.fixture
    def mapped(self, boss: TestClient, services: Services, there: RedmineStandIn) -> TestClient:
        """Of a source with one case, which administrators alone may see."""
        there.add()
        read(services)
        with services.database.write() as session:
            people.put_audience(session, CONTRACTOR)
        return boss

    def test_opens_the_cases_at_once_and_closes_them_again(
        self, mapped: TestClient, services: Services, contractor: TestClient
    ) -> None:
        assert tickets_of(contractor) == 0

        chosen = {"audience": CONTRACTOR, "internal_audience": people.INTERNAL, "level": "2"}
        assert send(mapped, MAP, name="rm", scope="it-support", **chosen) == 200

        assert tickets_of(contractor) == 1
        with services.database.read() as session:
            (row,) = register.scopes(session, register.source(session, "rm").id)
            assert (row.scope, row.level) == ("it-support", 2)
        page = mapped.get(PAGE).text
        assert f'value="{CONTRACTOR}">' in page
        assert "<option selected>2</option>" in page

        assert send(mapped, MAP, name="rm", scope="it-support", audience="", level="1") == 200
        assert tickets_of(contractor) == 0

    def test_is_recorded_with_who_did_it(self, mapped: TestClient, services: Services) -> None:
        send(mapped, MAP, name="rm", scope="it-support", audience=CONTRACTOR, level="1")

        verb, by = verbs(services.database)[-1]
        assert (verb, by is not None) == ("source.map", True)

    @pytest.mark.parametrize(
        ("changed", "status"),
        [
            ({"audience": "nobody knows it"}, 404),
            ({"internal_audience": "nobody knows it"}, 404),
            ({"name": "other"}, 404),
            ({"level": "4"}, 422),
            ({"scope": ""}, 422),
            ({"scope": "a\x00b"}, 422),
        ],
    )
    def test_what_is_wrong_changes_nothing(
        self, mapped: TestClient, services: Services, changed: dict[str, str], status: int
    ) -> None:
        before = verbs(services.database)
        right = {"name": "rm", "scope": "it-support", "audience": CONTRACTOR, "level": "1"}

        assert send(mapped, MAP, **(right | changed)) == status
        assert verbs(services.database) == before

    @pytest.mark.usefixtures("mapped")
    @pytest.mark.parametrize("who", ["agent", "contractor"])
    def test_is_not_there_for_others(
        self, app: FastAPI, services: Services, who: str, request: pytest.FixtureRequest
    ) -> None:
        somebody = browser(app, request.getfixturevalue(who))
        before = verbs(services.database)

        given = {"name": "rm", "scope": "it-support", "audience": CONTRACTOR, "level": "1"}
        assert send(somebody, MAP, **given) == 404
        assert verbs(services.database) == before


def tickets_of(client: TestClient) -> int:
    return len(client.get("/api/v1/tickets").json()["items"])
