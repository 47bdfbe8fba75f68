"""An empty installation leads to import: a file is sent, looked at, imported and found."""

from datetime import UTC, datetime, timedelta

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from sqlalchemy import select

from api import importing, worker
from api.wiring import Services
from kb import people, tokens
from kb.db import Database
from kb.models import Event, Role, Ticket
from kb.sources import uploads
from kb.sources.models import Upload
from tests.api.conftest import client_of
from tests.api.test_pages import browser, csrf
from tests.factories import MONDAY, make_person

HEADER = "Ticketnummer;Kurzbeschreibung;Eröffnet am;Status;Lösung\r\n"
ROWS = HEADER + (
    "4711;VPN bricht mit Fehler 809 ab;03.02.2026 08:15;Geschlossen;Port 4500 freigegeben\r\n"
    "4712;Drucker druckt leere Seiten;04.02.2026 09:00;Offen;\r\n"
    "4713;Ohne Datum;gestern;Offen;\r\n"
)


@pytest.fixture
def boss(app: FastAPI, administrator: TestClient) -> TestClient:
    return browser(app, administrator)


def send(client: TestClient, content: bytes, name: str = "export.csv") -> str:
    """Send a file; the page that shows it."""
    secret = csrf(client.get("/admin/import").text)
    answer = client.post(
        "/admin/import",
        data={"csrf": secret, "source": "helpdesk"},
        files={"file": (name, content)},
    )
    assert answer.status_code == 303, answer.text
    return answer.headers["location"]


def choose(
    client: TestClient, where: str, then: str = "import", zone: str = "here", **columns: str
) -> str:
    """Choose columns beside the guessed ones; the page that follows."""
    page = client.get(where).text
    with_ours = {"id": "Ticketnummer", "title": "Kurzbeschreibung", "opened_at": "Eröffnet am"}
    chosen = with_ours | {"state": "Status", "resolution": "Lösung"} | columns
    audience = page.partition('name="audience"')[2].partition('value="')[2].partition('"')[0]
    answer = client.post(
        where,
        data={
            "csrf": csrf(page),
            "source": "helpdesk",
            "audience": audience,
            "otherwise": "closed",
            "time_zone": zone,
            "ours": list(chosen),
            "theirs": list(chosen.values()),
            "then": then,
        },
    )
    assert answer.status_code == 303, answer.text
    return client.get(where).text


def test_an_empty_desk_leads_its_administrator_to_import(
    boss: TestClient, app: FastAPI, agent: TestClient
) -> None:
    assert 'href="/admin/import"' in boss.get("/").text
    assert 'href="/admin/import"' not in browser(app, agent).get("/").text
    assert "Load the examples" in boss.get("/admin/import").text


def test_a_german_file_is_understood_looked_at_imported_and_found(
    boss: TestClient, services: Services, database: Database
) -> None:
    where = send(boss, ROWS.encode("cp1252"))
    before = boss.get(where).text

    assert "VPN bricht mit Fehler 809 ab" in before
    assert "Line 4, Opened: is no date" in before
    with database.read() as session:
        assert session.scalars(select(Ticket)).all() == []
    assert "It is being imported" in choose(boss, where)
    assert boss.get(where).headers["refresh"] == "2"
    worker.work_all(services)
    after = boss.get(where)
    assert "Search in it now" in after.text
    assert "refresh" not in after.headers
    assert "Imported, but for one row that was refused." in after.text
    assert '<td class="figure">4</td><td>Opened</td>' in after.text
    with database.read() as session:
        upload = session.scalars(select(Upload)).one()
        counts = (upload.rows, upload.new, upload.changed, upload.unchanged, upload.refused)
        assert counts == (3, 2, 0, 0, 1)
        assert upload.content is None, "it holds what people wrote in confidence"
        assert {one.state.value for one in session.scalars(select(Ticket))} == {"closed", "open"}
        assert {"upload.import", "ticket.import"} <= set(session.scalars(select(Event.verb)))
    assert "Port 4500 freigegeben" in boss.get("/", params={"q": "VPN 809"}).text
    assert 'href="/admin/import"' not in boss.get("/").text


@pytest.mark.parametrize(("zone", "hour"), [("here", 7), ("utc", 8)])
def test_times_without_a_zone_are_those_of_the_pages_or_utc(
    zone: str, hour: int, boss: TestClient, services: Services, database: Database
) -> None:
    assert services.settings.time_zone == "Europe/Berlin"
    where = send(boss, ROWS.encode())
    assert "08:15" in boss.get(where).text
    choose(boss, where, zone=zone)
    worker.work_all(services)

    with database.read() as session:
        opened = select(Ticket.opened_at).where(Ticket.external_id == "4711")
        assert session.scalars(opened).one() == datetime(2026, 2, 3, hour, 15, tzinfo=UTC)


def test_the_same_file_again_changes_nothing(
    boss: TestClient, services: Services, database: Database
) -> None:
    for _ in range(2):
        choose(boss, send(boss, ROWS.encode()))
        worker.work_all(services)

    with database.read() as session:
        second = session.scalars(select(Upload).order_by(Upload.id.desc())).first()
        assert second is not None
        assert (second.new, second.changed, second.unchanged) == (0, 0, 2)


def test_an_import_that_was_cut_off_goes_on_and_counts_each_row_once(
    boss: TestClient,
    services: Services,
    database: Database,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(importing, "BATCH", 1)
    choose(boss, send(boss, ROWS.encode()))
    stored = importing.import_tickets
    calls: list[int] = []

    def dying(*given: object, **named: object) -> object:
        calls.append(1)
        if len(calls) == 2:
            raise OSError("the power is gone")
        return stored(*given, **named)  # type: ignore[arg-type]  # passed on as it came

    monkeypatch.setattr(importing, "import_tickets", dying)
    with database.read() as session:
        at = session.scalars(select(Upload.begun_at)).one()
    assert at is not None
    worker.do_job(services, at=at)
    with database.read() as session:
        assert session.scalars(select(Upload.rows)).one() == 1
    worker.do_job(services, at=at + timedelta(hours=1))

    with database.read() as session:
        upload = session.scalars(select(Upload)).one()
        assert (upload.rows, upload.new, upload.unchanged, upload.refused) == (3, 2, 0, 1)
        assert upload.done_at is not None


def test_a_needed_column_is_asked_for_and_nothing_is_imported_without(
    boss: TestClient, database: Database
) -> None:
    where = send(boss, b"Foo,Bar\n1 2,x\n1 2,x\n")

    assert "Choose the column for: Number, Title, Opened" in boss.get(where).text
    assert "Choose the column for: Opened" in choose(boss, where, opened_at="", state="", id="Foo")
    with database.read() as session:
        assert session.scalars(select(Upload.begun_at)).one() is None


@pytest.mark.parametrize(
    ("content", "hint"),
    [
        (b"PK\x03\x04", "Save the tickets as CSV"),
        (b"", "holds no rows"),
        (b"a;b\r\n", "holds no rows"),
    ],
)
def test_what_cannot_be_imported_is_refused_with_what_to_do(
    boss: TestClient, content: bytes, hint: str
) -> None:
    secret = csrf(boss.get("/admin/import").text)
    sent = {"csrf": secret, "source": "helpdesk"}

    answer = boss.post("/admin/import", data=sent, files={"file": ("x", content)})

    assert answer.status_code == 422
    assert hint in answer.text


def test_a_file_over_the_limit_is_refused(boss: TestClient) -> None:
    secret = csrf(boss.get("/admin/import").text)
    sent = {"csrf": secret, "source": "helpdesk"}

    answer = boss.post("/admin/import", data=sent, files={"file": ("x", b"a" * 600_000)})

    assert answer.status_code == 413
    assert "KB_REQUEST_LIMIT" in answer.text


def test_nobody_else_sees_a_file_not_even_another_administrator(
    app: FastAPI, boss: TestClient, database: Database, contractor: TestClient
) -> None:
    where = send(boss, ROWS.encode())
    with database.write() as session:
        person = make_person(session, "second.admin@own.example", roles=(Role.ADMINISTRATOR,))
        secret = tokens.create(session, person, "t", expires_at=None, at=MONDAY).secret
    other = browser(app, client_of(app, secret))

    assert other.get(where).status_code == 404
    assert "export.csv" not in other.get("/admin/import").text
    assert browser(app, contractor).get(where).status_code == 404


def test_what_nobody_imports_is_forgotten(boss: TestClient, database: Database) -> None:
    where = send(boss, ROWS.encode())
    with database.write() as session:
        at = session.scalars(select(Upload.at)).one()
        uploads.forget(session, at=at + uploads.KEPT + timedelta(minutes=1))

    gone = boss.get(where)

    assert gone.status_code == 409
    assert "Send it again" in gone.text


def test_the_examples_are_one_click_away(boss: TestClient, database: Database) -> None:
    secret = csrf(boss.get("/admin/import").text)

    answer = boss.post("/admin/import/examples", data={"csrf": secret})

    assert answer.status_code == 303
    with database.read() as session:
        assert len(session.scalars(select(Ticket)).all()) > 100
        assert people.INTERNAL in people.audiences_by_name(session)
    assert "Load the examples" not in boss.get("/admin/import").text
