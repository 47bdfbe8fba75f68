"""The first run: a code from the terminal makes the first administrator, and then nobody else."""

import os
import pty
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx2
import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from sqlalchemy import select

from api.app import create_app
from api.wiring import Services
from kb import people, setup_codes
from kb.db import Database
from kb.models import Event, Role, SetupCode
from kb.setup_codes import CodeRefused, Somebody
from tests.api.test_pages import csrf, opened
from tests.api.test_serve import free_port, wait_until_alive
from tests.factories import MONDAY, make_person

EMAIL, PASSWORD = "eva@own.example", "correct horse battery"
EVA = Somebody(EMAIL, PASSWORD, "Eva", "Own", "de")


def new_code(database: Database, *, at: datetime | None = None) -> str:
    with database.write() as session:
        return setup_codes.put(session, at=at or datetime.now(UTC))


def sent(client: TestClient, code: str, **changes: str) -> tuple[int, str]:
    form = {"code": code, "name": "Eva", "organisation": "Own", "email": EMAIL}
    answer = client.post("/setup", data=form | {"password": PASSWORD} | changes)
    return answer.status_code, answer.headers.get("location", answer.text)


def verbs(database: Database) -> list[str]:
    with database.read() as session:
        return list(session.scalars(select(Event.verb).order_by(Event.id)))


@pytest.fixture
def newcomer(app: FastAPI) -> TestClient:
    return opened(app)


def test_an_empty_service_leads_to_its_first_administrator(
    newcomer: TestClient, database: Database
) -> None:
    assert newcomer.get("/").headers["location"] == "/sign-in?next=%2F"
    assert newcomer.get("/sign-in?next=%2F").headers["location"] == "/setup"
    code = new_code(database)

    assert sent(newcomer, code.lower().replace("-", " ")) == (303, "/admin/import")

    assert "Tickets from a file" in newcomer.get("/admin/import").text
    assert {"person.put", "password.set", "setup.finish"} <= set(verbs(database))
    with database.read() as session:
        assert people.person(session, EMAIL).email == EMAIL
        assert session.scalars(select(SetupCode)).all() == []
    newcomer.post("/sign-out", data={"csrf": csrf(newcomer.get("/").text)})
    signed_in = newcomer.post("/sign-in", data={"email": EMAIL, "password": PASSWORD})
    assert signed_in.status_code == 303


def test_once_somebody_administers_there_is_no_such_page(
    newcomer: TestClient, database: Database
) -> None:
    code = new_code(database)
    with database.write() as session:
        make_person(session, "boss@own.example", roles=(Role.ADMINISTRATOR,))

    assert newcomer.get("/setup").status_code == 404
    assert sent(newcomer, code)[0] == 404
    assert newcomer.get("/sign-in").status_code == 200
    with database.read() as session, pytest.raises(people.PersonNotFound):
        people.person(session, EMAIL)


def test_others_who_can_sign_in_are_told_that_nobody_administers(
    newcomer: TestClient, database: Database
) -> None:
    with database.write() as session:
        make_person(session)

    page = newcomer.get("/sign-in")

    assert page.status_code == 200
    assert '<a href="/setup">' in page.text


def test_all_codes_end_with_the_first_use(newcomer: TestClient, database: Database) -> None:
    first, second = new_code(database), new_code(database)
    assert sent(newcomer, first)[0] == 303

    for code in (first, second):
        assert sent(newcomer, code, email="mallory@own.example")[0] == 404


def test_a_code_is_good_for_an_hour(database: Database) -> None:
    code = new_code(database, at=MONDAY)

    with database.write() as session, pytest.raises(CodeRefused):
        setup_codes.create_first(
            session, code, EVA, address="192.0.2.1", at=MONDAY + timedelta(hours=1)
        )


def test_wrong_codes_are_counted_in_the_database_for_all_processes(
    newcomer: TestClient, services: Services, database: Database
) -> None:
    code = new_code(database)
    other = opened(create_app(services))
    for client in [newcomer, other] * (setup_codes.MOST_TRIES // 2):
        status, page = sent(client, "AAAAA-AAAAA-AAAAA-AAAAA")
        assert (status, "This code is not valid" in page) == (403, True)
        assert PASSWORD not in page

    assert sent(newcomer, code)[0] == 403

    assert verbs(database) == ["setup.refuse"] * (setup_codes.MOST_TRIES + 1)
    later = datetime.now(UTC) + timedelta(minutes=16)
    with database.write() as session:
        setup_codes.create_first(session, code, EVA, address="testclient", at=later)


def test_two_with_codes_of_two_processes_make_one_administrator(database: Database) -> None:
    first, second = new_code(database), new_code(database)
    at = datetime.now(UTC)
    with database.write() as session:
        setup_codes.create_first(session, first, EVA, address="192.0.2.1", at=at)

    with database.write() as session, pytest.raises(setup_codes.AlreadyBegun):
        setup_codes.create_first(session, second, EVA, address="192.0.2.2", at=at)


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"password": "short"}, "A password has at least 12 characters"),
        ({"email": "eva"}, "This is no e-mail address"),
    ],
)
def test_what_does_not_fit_is_said_and_the_code_stays_good(
    newcomer: TestClient, database: Database, changes: dict[str, str], says: str
) -> None:
    code = new_code(database)

    status, page = sent(newcomer, code, **changes)

    assert (status, says in page) == (422, True)
    assert 'value="Eva"' in page
    assert sent(newcomer, code)[0] == 303


def test_a_form_of_another_site_is_refused(newcomer: TestClient, database: Database) -> None:
    newcomer.headers["Sec-Fetch-Site"] = "cross-site"

    assert sent(newcomer, new_code(database))[0] == 403


def test_only_a_hash_of_the_code_is_kept(database: Database) -> None:
    code = new_code(database)

    with database.read() as session:
        (kept,) = session.scalars(select(SetupCode.hash))
    assert len(kept) == 32
    assert code.replace("-", "").encode() not in kept


def served(folder: Path, *, stderr: int, port: int) -> subprocess.Popen[bytes]:
    environment = os.environ | {  # noqa: TID251  what the child process gets
        "KB_DATA_DIR": str(folder),
        "KB_PORT": str(port),
        "OMP_NUM_THREADS": "1",
        "PYTHONPATH": str(Path(__file__).parents[2]),
    }
    command = [sys.executable, "-m", "api.cli", "serve", "--no-worker"]
    return subprocess.Popen(command, env=environment, cwd=folder, stderr=stderr)  # noqa: S603  ours


def lines(terminal: int) -> Iterator[str]:
    with os.fdopen(terminal, "rb", closefd=False) as read:
        for line in read:
            yield line.decode()


def test_serve_shows_a_code_on_its_terminal_alone(tmp_path: Path) -> None:
    ours, theirs = pty.openpty()
    port = free_port()
    process = served(tmp_path, stderr=theirs, port=port)
    try:
        shown = next(filter(None, (re.search(r"^ +(\S{23})\r?$", line) for line in lines(ours))))
        wait_until_alive(f"http://127.0.0.1:{port}", process)
        answer = httpx2.post(
            f"http://127.0.0.1:{port}/setup",
            data={"code": shown[1], "name": "Eva", "organisation": "Own", "email": EMAIL}
            | {"password": PASSWORD},
        )
        assert answer.headers["location"] == "/admin/import"
    finally:
        process.kill()
        process.wait()
        os.close(theirs)
        os.close(ours)


def test_serve_writes_no_code_to_a_log(tmp_path: Path) -> None:
    port = free_port()
    process = served(tmp_path, stderr=subprocess.PIPE, port=port)
    try:
        wait_until_alive(f"http://127.0.0.1:{port}", process)
    finally:
        process.terminate()
        _, said = process.communicate(timeout=60)

    assert b"nobody administers" in said
    assert not re.search(rb"\b([A-Z2-9]{5}-){3}[A-Z2-9]{5}\b", said)
    with (
        closing(Database(f"sqlite:///{tmp_path / 'kb.sqlite3'}")) as database,
        database.read() as session,
    ):
        assert session.scalars(select(SetupCode)).all() == []
