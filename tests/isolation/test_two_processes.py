"""Two server processes on one PostgreSQL: what is revoked is gone in both, under load."""

import contextlib
import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import httpx
import pytest

from kb import people, tokens
from kb.db import Database
from kb.models import OrganisationKind
from tests import databases
from tests.factories import MONDAY, make_audience, make_person, make_ticket
from tests.fakes import index_all, make_finder

ROOT = Path(__file__).parents[2]
EMAIL = "engineer@nordwind.example"
SHARED = "Nordwind"
SECRET_TITLE = "Tunnel drops"
ASKERS = 2
"""Threads that ask each process all the time."""


@dataclass
class Watch:
    """What the askers saw: when each request began, and whether it showed the ticket."""

    stop: threading.Event = field(default_factory=threading.Event)
    seen: list[tuple[float, str, bool]] = field(default_factory=list)

    def ask(self, base: str, secret: str) -> None:
        with httpx.Client(
            base_url=base, headers={"Authorization": f"Bearer {secret}"}, timeout=30
        ) as client:
            while not self.stop.is_set():
                began = time.monotonic()
                shown = client.get("/api/v1/tickets/1").text
                shown += client.post("/api/v1/search", json={"query": "tunnel"}).text
                self.seen.append((began, base, SECRET_TITLE in shown))

    def has(self, base: str, *, after: float, shown: bool) -> bool:
        return any(
            began > after and base == asked and saw is shown for began, asked, saw in self.seen
        )


@contextlib.contextmanager
def served(url: str, folder: Path) -> Iterator[list[str]]:
    """The addresses of two servers, each with an index of its own."""
    started = []
    try:
        for name in "ab":
            with socket.socket() as free:
                free.bind(("127.0.0.1", 0))
                port = free.getsockname()[1]
            place = folder / name
            place.mkdir()
            command = ["-m", "tests.isolation.serving_process", url, str(port), str(place)]
            process = subprocess.Popen(  # noqa: S603  our own program
                [sys.executable, *command],
                cwd=ROOT,
                env=os.environ | {"OMP_NUM_THREADS": "1"},  # noqa: TID251  it needs its PATH
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
            )
            started.append((process, f"http://127.0.0.1:{port}"))
        for process, base in started:
            _await(partial(_answers, base), process)
        yield [base for _, base in started]
    finally:
        for process, _ in started:
            process.terminate()
        for process, _ in started:
            process.wait(30)


def _answers(base: str) -> bool:
    try:
        return httpx.get(f"{base}/health/live", timeout=5).status_code == httpx.codes.OK
    except httpx.TransportError:
        return False


def _await(holds: Callable[[], bool], process: subprocess.Popen[bytes] | None = None) -> None:
    until = time.monotonic() + 120
    while not holds():
        assert time.monotonic() < until, "it did not happen within two minutes"
        assert process is None or process.poll() is None, "the server has ended"
        time.sleep(0.02)


@pytest.fixture
def secret(postgres: Database, tmp_path: Path) -> str:
    """The token of a contractor who reads one ticket."""
    databases.empty(postgres)
    with postgres.write() as session:
        person = make_person(
            session,
            EMAIL,
            organisation=SHARED,
            kind=OrganisationKind.CONTRACTOR,
            audiences=(SHARED,),
        )
        make_ticket(session, audience=SHARED, title=SECRET_TITLE, external_id="1")
        issued = tokens.create(session, person, "test", expires_at=None, at=MONDAY)
    index_all(make_finder(postgres, tmp_path / "index"))
    return issued.secret


def test_a_revoked_right_is_gone_in_both_under_load(
    postgres: Database, tmp_path: Path, secret: str
) -> None:
    watch = Watch()
    url = postgres.engine.url.render_as_string(hide_password=False)
    with served(url, tmp_path) as bases:
        askers = [
            threading.Thread(target=watch.ask, args=(base, secret))
            for base in bases
            for _ in range(ASKERS)
        ]
        for asker in askers:
            asker.start()
        try:
            for shown in (True, False, True, False):
                with postgres.write() as session:
                    audience = make_audience(session, SHARED)
                    person_id = people.person(session, EMAIL).id
                    now = datetime.now(UTC)
                    change = people.grant if shown else people.revoke
                    change(session, audience, person_id=person_id, at=now)
                committed = time.monotonic()
                for base in bases:
                    _await(partial(watch.has, base, after=committed, shown=shown))
                wrong = [one for one in list(watch.seen) if one[0] > committed and one[2] != shown]
                assert not wrong
        finally:
            watch.stop.set()
            for asker in askers:
                asker.join(60)
