"""A real Icinga 2 on loopback: problems are known here, their ends are seen, and cases are left."""

import os
import shutil
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from pydantic import SecretStr
from sqlalchemy import select

from api.app import create_app
from api.wiring import Services
from articles.writers import ExtractiveWriter
from kb import alarms, people, tokens
from kb.models import Alarm, Ticket
from kb.settings import Settings
from kb.sources import http, register
from kb.sources.accounts import Account
from kb.sources.http import Http
from kb.sources.icinga import Icinga
from kb.sources.ports import SourceDenied, SourceUnavailable
from kb.sources.sync import Synced
from kb.sources.vault import open_vault
from tests import databases
from tests.factories import MONDAY, make_audience, make_person, make_ticket
from tests.fakes import index_all, make_finder
from tests.live.desks import PASSWORD, Server, free_port

PROGRAM = "icinga2"
NOTE = "Rotated the logs of srv-db-01 and set logrotate to daily."
RUNBOOK = "https://kb.example/articles/KB-12"
PARTNER = "partner"
CONFIG = """
const NodeName = "localhost"
const ZoneName = "localhost"
include <itl>
object Endpoint NodeName {{ }}
object Zone ZoneName {{ endpoints = [ NodeName ] }}
object ApiListener "api" {{ bind_host = "127.0.0.1", bind_port = {port} }}
object ApiUser "root" {{ password = "{password}", permissions = [ "*" ] }}
object ApiUser "kb" {{
  password = "{password}", permissions = [ "objects/query/Host", "objects/query/Service" ]
}}
object Host "srv-db-01" {{
  check_command = "dummy", enable_active_checks = false, max_check_attempts = 1, vars.team = "db"
}}
object Service "disk" {{
  host_name = "srv-db-01", check_command = "dummy", enable_active_checks = false
  max_check_attempts = 1, display_name = "Disk full", notes_url = "{runbook}"
}}
object Service "load" {{
  host_name = "srv-db-01", check_command = "dummy", enable_active_checks = false
  max_check_attempts = 2, display_name = "High load", vars.team = "net"
}}
"""
OK, WARNING, CRITICAL = 0, 1, 2
DOWN = 1
"""Of a host."""

pytestmark = [
    pytest.mark.live,
    pytest.mark.more,
    pytest.mark.timeout(300),
    pytest.mark.skipif(shutil.which(PROGRAM) is None, reason=f"{PROGRAM} is not installed"),
]


class Monitoring:
    """Icinga with a host of two services, told by us how they are."""

    def __init__(self, folder: Path) -> None:
        self.folder, port = folder, free_port()
        self.authority = folder / "data" / "certs" / "ca.crt"
        for name in ("data/certs", "run", "cache", "log", "spool"):
            (folder / name).mkdir(parents=True)
        written = CONFIG.format(port=port, password=PASSWORD, runbook=RUNBOOK)
        (folder / "icinga2.conf").write_text(written)
        self._make_certificate()
        command = [PROGRAM, "daemon", "-c", str(folder / "icinga2.conf"), *self._places()]
        self._server = Server(command, self._environment(), folder / "out")
        self.url = f"https://localhost:{port}"

    def account(self, user: str = "kb", password: str = PASSWORD) -> Account:
        return Account(url=self.url, user=user, secret=SecretStr(password), private=True)

    def start(self) -> None:
        self._server.start()
        until(self._answers)

    def stop(self) -> None:
        self._server.stop()

    def result(self, state: int, output: str, *, service: str | None = None) -> None:
        """What a check of the service, or else of the host, found."""
        name = f"srv-db-01!{service}" if service else "srv-db-01"
        kind = "Service" if service else "Host"
        body = {
            "type": kind,
            "filter": f'{kind.lower()}.__name == "{name}"',
            "exit_status": state,
            "plugin_output": output,
        }
        with closing(self._http()) as there:
            told = there.send("POST", "/v1/actions/process-check-result", body=body).json
        assert [one["code"] for one in told["results"]] == [200]

    def _http(self) -> Http:
        account = self.account("root")
        return Http(self.url, {"Authorization": account.basic}, private=True, sleep=lambda _: None)

    def _answers(self) -> bool:
        with closing(self._http()) as there:
            try:
                there.get("/v1")
            except SourceUnavailable:
                return False
        return True

    def _make_certificate(self) -> None:
        certificates, request = self.folder / "data" / "certs", str(self.folder / "request")
        key, signed = str(certificates / "localhost.key"), str(certificates / "localhost.crt")
        self._pki("new-ca")
        self._pki("new-cert", "--cn", "localhost", "--key", key, "--csr", request)
        self._pki("sign-csr", "--csr", request, "--cert", signed)
        shutil.copy(self.folder / "data" / "ca" / "ca.crt", self.authority)

    def _pki(self, *what: str) -> None:
        command = [PROGRAM, "pki", *what, *self._places()]
        subprocess.run(  # noqa: S603  the package's program
            command, env=self._environment(), check=True, capture_output=True
        )

    def _places(self) -> list[str]:
        """Folders of its own; nothing of the machine's is touched."""
        names = {
            "DataDir": "data",
            "InitRunDir": "run",
            "CacheDir": "cache",
            "LogDir": "log",
            "SpoolDir": "spool",
        }
        return [f"-DConfiguration.{name}={self.folder / place}" for name, place in names.items()]

    def _environment(self) -> dict[str, str]:
        mine = {"ICINGA2_USER": self.folder.owner(), "ICINGA2_GROUP": self.folder.group()}
        return os.environ | mine  # noqa: TID251  handed on to Icinga


@pytest.fixture
def monitoring(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Monitoring]:
    there = Monitoring(tmp_path)
    # As an administrator does who lets the machine trust the authority that Icinga made itself.
    monkeypatch.setenv("SSL_CERT_FILE", str(there.authority))
    http.trusted.cache_clear()
    there.start()
    try:
        yield there
    finally:
        there.stop()
        monkeypatch.undo()
        http.trusted.cache_clear()


def until(holds: Callable[[], bool], seconds: float = 60) -> None:
    deadline = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < deadline, "it did not come"
        time.sleep(0.2)


@dataclass
class Here:
    """Our own service beside it."""

    services: Services
    monitoring: Monitoring
    source_id: int
    agent: TestClient
    partner: TestClient

    def sync(self) -> Synced:
        with closing(Icinga(self.monitoring.account(), sleep=lambda _: None)) as connector:
            return alarms.keep_up(
                self.services.database, self.source_id, connector, clock=lambda: datetime.now(UTC)
            )

    def told(self) -> list[tuple[str, str, bool]]:
        """Name and severity of each alarm, and whether it is over; oldest first."""
        with self.services.database.read() as session:
            rows = session.scalars(select(Alarm).order_by(Alarm.id)).all()
        return [(row.name, row.severity, row.ended_at is not None) for row in rows]


@pytest.fixture
def here(monitoring: Monitoring, tmp_path: Path, sqlite_template: Path) -> Iterator[Here]:
    with databases.sqlite_copy(sqlite_template, tmp_path) as database:
        finder = make_finder(database, tmp_path / "index")
        services = Services(Settings(data_dir=tmp_path), database, finder, ExtractiveWriter())
        with database.write() as session:
            vault = open_vault(services.settings)
            account = monitoring.account()
            source = register.add(session, "icinga", "icinga", account, vault=vault, at=MONDAY)
            for scope, audience in (("db", people.INTERNAL), ("net", PARTNER)):
                audience_id = make_audience(session, audience)
                register.put_scope(
                    session, source.id, scope, audience_id=audience_id, level=2, at=MONDAY
                )
            agent = make_person(session, audiences=(people.INTERNAL, PARTNER))
            partner = make_person(session, "engineer@partner.example", audiences=(PARTNER,))
            made = [
                tokens.create(session, person, "test", expires_at=None, at=MONDAY).secret
                for person in (agent, partner)
            ]
        app = create_app(services)
        clients = [TestClient(app, headers={"Authorization": f"Bearer {one}"}) for one in made]
        yield Here(services, monitoring, source.id, agent=clients[0], partner=clients[1])


def test_a_problem_is_known_ends_and_leaves_a_case(here: Here) -> None:
    with here.services.database.write() as session:
        make_ticket(session, external_id="77", title="Disk full on srv-db-01", resolution=NOTE)
    index_all(here.services.finder)
    there = here.monitoring
    there.result(OK, "DISK OK", service="disk")
    here.sync()
    assert here.told() == []

    there.result(WARNING, "DISK WARNING 91 %", service="disk")
    here.sync()
    there.result(CRITICAL, "DISK CRITICAL 98 %", service="disk")
    here.sync()

    # From warning to critical is the same alarm.
    assert here.told() == [("Disk full", "critical", False)]
    (alarm,) = _listed(here.agent)
    assert (alarm["host"], alarm["service"]) == ("srv-db-01", "disk")
    assert (alarm["summary"], alarm["runbook"]) == ("DISK CRITICAL 98 %", RUNBOOK)
    known = here.agent.get(f"/api/v1/alarms/{alarm['id']}/known").json()["hits"]
    assert [hit["number"] for hit in known] == ["77"]
    # Who does not work with databases is told nothing of it.
    assert _listed(here.partner) == []
    assert here.partner.get(f"/api/v1/alarms/{alarm['id']}/known").status_code == 404

    path = f"/api/v1/alarms/{alarm['id']}/note"
    assert here.agent.put(path, json={"note": NOTE}).json()["case_id"] is None
    there.result(OK, "DISK OK 40 %", service="disk")
    here.sync()
    assert here.told() == [("Disk full", "critical", True)]
    (alarm,) = _listed(here.agent)
    assert alarm["summary"] == "DISK CRITICAL 98 %"  # the question, not that all is well again
    with here.services.database.read() as session:
        case = session.get_one(Ticket, alarm["case_id"])
    assert (case.source, case.resolution, case.item) == ("icinga", NOTE, "srv-db-01")


def test_stopped_and_started_again_nothing_is_lost_or_there_twice(here: Here) -> None:
    there = here.monitoring
    there.result(CRITICAL, "DISK CRITICAL", service="disk")
    there.result(OK, "LOAD OK", service="load")
    here.sync()
    there.result(WARNING, "LOAD WARNING", service="load")  # the first of two: no alarm yet
    here.sync()
    assert here.told() == [("Disk full", "critical", False)]
    there.result(WARNING, "LOAD WARNING", service="load")
    there.result(DOWN, "PING CRITICAL")

    there.stop()  # before we asked
    with pytest.raises(SourceUnavailable):
        here.sync()
    assert here.told() == [("Disk full", "critical", False)]
    there.start()
    for _ in range(2):
        here.sync()

    before = [("Disk full", "critical", False), ("Host down", "down", False)]
    assert sorted(here.told()) == sorted([*before, ("High load", "warning", False)])
    assert [one["name"] for one in _listed(here.partner)] == ["High load"]

    # Well and ill again between two looks is another alarm.
    there.result(OK, "DISK OK", service="disk")
    there.result(CRITICAL, "DISK CRITICAL", service="disk")
    there.result(OK, "PING OK")
    for _ in range(2):
        here.sync()

    disk = [over for name, _, over in here.told() if name == "Disk full"]
    assert disk == [True, False]
    assert ("Host down", "down", True) in here.told()


def test_tells_what_is_wrong_with_the_account(monitoring: Monitoring) -> None:
    with closing(Icinga(monitoring.account())) as connector:
        assert connector.visible().account == "kb"
        assert connector.visible().warnings == ()
    refused = Icinga(monitoring.account(password="other"))
    with closing(refused), pytest.raises(SourceDenied):
        refused.standing({}, at=MONDAY)


def _listed(client: TestClient) -> list[dict[str, Any]]:
    return list(client.get("/api/v1/alarms").json()["items"])
