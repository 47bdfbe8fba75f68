"""A real Alertmanager on loopback: an alert fires, is known here, is over, and leaves a case."""

import json
import shutil
import socket
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import httpx2
import pytest
import uvicorn
from pydantic import SecretStr
from sqlalchemy import select

from api.app import create_app
from api.wiring import Services
from articles.writers import ExtractiveWriter
from kb import alarms
from kb.db import Database
from kb.models import Alarm, Ticket
from kb.settings import Settings
from kb.sources import register
from kb.sources.accounts import Account
from kb.sources.vault import open_vault
from kb.visibility import Reader
from tests import databases
from tests.factories import MONDAY, make_audience, make_reader
from tests.fakes import make_finder

PROGRAM = "prometheus-alertmanager"
NOTE = "Rotated the logs and set logrotate to daily."

pytestmark = [
    pytest.mark.live,
    pytest.mark.timeout(180),
    pytest.mark.skipif(shutil.which(PROGRAM) is None, reason=f"{PROGRAM} is not installed"),
]


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
        return port


@pytest.fixture
def services(tmp_path: Path, sqlite_template: Path) -> Iterator[Services]:
    with databases.sqlite_copy(sqlite_template, tmp_path) as database:
        finder = make_finder(database, tmp_path / "index")
        yield Services(Settings(data_dir=tmp_path), database, finder, ExtractiveWriter())


@contextmanager
def served(services: Services) -> Iterator[int]:
    """Our service, listening as it would for `kb serve`."""
    port = free_port()
    server = uvicorn.Server(uvicorn.Config(create_app(services), port=port, log_config=None))
    thread = threading.Thread(target=server.run)
    thread.start()
    try:
        yield port
    finally:
        server.should_exit = True
        thread.join(30)


@contextmanager
def alertmanager(folder: Path, ours: int) -> Iterator[httpx2.Client]:
    port = free_port()
    hook = {
        "url": f"http://127.0.0.1:{ours}/api/v1/sources/am/webhook",
        "send_resolved": True,
        "http_config": {"authorization": {"credentials": "hook"}},
    }
    route = {"receiver": "kb", "group_wait": "0s", "group_interval": "1s", "repeat_interval": "1h"}
    config = {"route": route, "receivers": [{"name": "kb", "webhook_configs": [hook]}]}
    (folder / "am.yml").write_text(json.dumps(config))  # JSON is YAML
    with (folder / "am.log").open("wb") as log:
        running = subprocess.Popen(  # noqa: S603  the package's program
            [
                PROGRAM,
                f"--config.file={folder / 'am.yml'}",
                f"--storage.path={folder / 'am'}",
                f"--web.listen-address=127.0.0.1:{port}",
                "--cluster.listen-address=",
            ],
            stdout=log,
            stderr=log,
        )
    try:
        with httpx2.Client(base_url=f"http://127.0.0.1:{port}") as client:
            until(lambda: ready(client))
            yield client
    finally:
        running.terminate()
        running.wait(30)


def ready(client: httpx2.Client) -> bool:
    try:
        return client.get("/-/ready").is_success
    except httpx2.TransportError:
        return False


def until(holds: Callable[[], bool], seconds: float = 60) -> None:
    deadline = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < deadline, "it did not come"
        time.sleep(0.2)


def one(database: Database) -> Alarm | None:
    with database.read() as session:
        return session.scalar(select(Alarm))


def test_an_alert_comes_goes_and_leaves_a_case(services: Services, tmp_path: Path) -> None:
    database = services.database
    with database.write() as session:
        account = Account(url="http://127.0.0.1:9093", webhook_secret=SecretStr("hook"))
        vault = open_vault(services.settings)
        source = register.add(session, "am", "alertmanager", account, vault=vault, at=MONDAY)
        audience_id = make_audience(session)
        register.put_scope(session, source.id, "db", audience_id=audience_id, level=2, at=MONDAY)
        reader: Reader = make_reader(session)
    alert = {
        "labels": {"alertname": "DiskFull", "instance": "srv-db-01", "team": "db"},
        "annotations": {"summary": "The disk of srv-db-01 is 98 % full."},
    }
    with served(services) as ours, alertmanager(tmp_path, ours) as there:
        there.post("/api/v2/alerts", json=[alert]).raise_for_status()
        until(lambda: one(database) is not None)
        alarm = one(database)
        assert alarm is not None
        assert (alarm.name, alarm.host, alarm.ended_at) == ("DiskFull", "srv-db-01", None)
        with database.write() as session:
            alarms.note(session, reader, alarm.id, NOTE, at=datetime.now(UTC))

        over = alert | {"endsAt": datetime.now(UTC).isoformat()}
        there.post("/api/v2/alerts", json=[over]).raise_for_status()
        until(lambda: (row := one(database)) is not None and row.case_id is not None)

    with database.read() as session:
        case = session.scalar(select(Ticket))
        assert case is not None
        assert (case.source, case.resolution, case.audience_id) == ("am", NOTE, audience_id)
