"""A real Request Tracker 5 on loopback: cases, notes, closing, deletion, there and back."""

import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest
from cryptography.fernet import Fernet
from pydantic import SecretStr
from sqlalchemy import func, select

from api.wiring import Services
from api.worker import work_all
from articles.models import Article
from articles.writers import ExtractiveWriter
from kb.db import Database
from kb.models import Document, Job, Message, Ticket
from kb.settings import Settings
from kb.sources import register, sync
from kb.sources.accounts import Account
from kb.sources.http import Http
from kb.sources.models import Source
from kb.sources.ports import SourceUnavailable
from kb.sources.request_tracker import RequestTracker
from kb.sources.vault import Vault
from kb.visibility import Reader, visible_documents, visible_tickets
from tests import databases
from tests.factories import make_audience
from tests.fakes import make_finder

SERVER = Path("/usr/share/request-tracker5/libexec/rt-server")
SETUP = "rt-setup-database-5"
PASSWORD = "made for this test"
ANSWER = (
    "The reader had lost its key. Hold the reset button for ten seconds, enrol the reader again"
    " with `door-admin enrol --reader 7`, then load the cards with `door-admin push`."
)
TICKETS = int(os.environ.get("KB_LIVE_TICKETS", "20"))  # noqa: TID251  a setting of tests alone

pytestmark = [
    pytest.mark.live,
    pytest.mark.timeout(1800),
    pytest.mark.skipif(
        not SERVER.exists() or shutil.which(SETUP) is None,
        reason="request-tracker5, rt5-db-sqlite and rt5-standalone are not installed",
    ),
]

CONFIG = """
Set($rtname, 'rt.test'); Set($Organization, 'rt.test');
Set($DatabaseType, 'SQLite'); Set($DatabaseName, '{folder}/rt.sqlite3');
Set($WebDomain, '127.0.0.1'); Set($WebPort, {port}); Set($WebPath, '');
Set($WebBaseURL, 'http://127.0.0.1:{port}');
Set($WebSessionClass, 'Apache::Session::File'); Set($MailCommand, 'testfile');
Set($LogToSyslog, undef); Set($LogToSTDERR, 'critical'); Set($Timezone, 'UTC');
Set($MasonDataDir, '{folder}/mason'); Set($MasonSessionDir, '{folder}/sessions');
1;
"""


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("rt")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    for name in ("conf.d", "mason", "sessions"):
        (folder / name).mkdir()
    (folder / "password").write_text(PASSWORD)
    config = folder / "RT_SiteConfig.pm"
    config.write_text(CONFIG.format(folder=folder, port=port))
    environment = os.environ | {  # noqa: TID251  handed on to RT
        "RT_SITE_CONFIG": str(config),
        "RT_SITE_CONFIG_DIR": str(folder / "conf.d"),
    }
    subprocess.run(  # noqa: S603  the name of the package's command
        [SETUP, "--action", "init", "--root-password-file", str(folder / "password")],
        env=environment,
        check=True,
        capture_output=True,
    )
    with (folder / "log").open("wb") as log:
        server = subprocess.Popen(  # noqa: S603  paths of the package
            ["perl", str(SERVER), "--host", "127.0.0.1", "--port", str(port)],  # noqa: S607
            env=environment,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
    try:
        yield _answering(f"http://127.0.0.1:{port}")
    finally:
        os.killpg(server.pid, 15)
        server.wait(30)


def _answering(url: str) -> str:
    deadline = time.monotonic() + 120
    with closing(RequestTracker(_account(url), sleep=lambda _: None)) as source:
        while True:
            try:
                source.visible()
            except SourceUnavailable:
                if time.monotonic() > deadline:
                    raise
                time.sleep(1)
            else:
                return url


def _account(url: str) -> Account:
    return Account(url=url, user="root", secret=SecretStr(PASSWORD), private=True)


@pytest.fixture
def database(tmp_path: Path, sqlite_template: Path) -> Iterator[Database]:
    with databases.sqlite_copy(sqlite_template, tmp_path) as made:
        yield made


def test_there_and_back(url: str, database: Database, tmp_path: Path) -> None:  # noqa: PLR0915  one story
    source = RequestTracker(_account(url))
    desk = Http(f"{url}/REST/2.0", source._http.headers, private=True)
    with closing(source), closing(desk):
        numbers = [_open(desk, number) for number in range(TICKETS)]
        with database.write() as session:
            staff, partner = make_audience(session, "staff"), make_audience(session, "partner")
            key = Fernet.generate_key()
            vault = Vault(key)
            row = register.add(
                session, "rt", "request-tracker", _account(url), vault=vault, at=datetime.now(UTC)
            )
            register.put_scope(
                session,
                row.id,
                "General",
                audience_id=partner,
                internal_audience_id=staff,
                level=2,
            )
            source_id = row.id
            register.set_notes(session, "rt", tells=True)

        class Killed(BaseException):
            pass

        def kill(done: sync.Synced) -> None:
            if done.fetched:
                raise Killed

        def run() -> sync.Synced:
            return sync.run(database, source_id, source, clock=lambda: datetime.now(UTC))

        # Stopped in the middle and started again: nothing lost, nothing twice.
        with pytest.raises(Killed):
            sync.run(database, source_id, source, clock=lambda: datetime.now(UTC), progress=kill)
        run()
        with database.read() as session:
            assert session.scalar(select(func.count()).select_from(Ticket)) == TICKETS
            assert session.scalar(select(func.count()).select_from(Message)) == 2 * TICKETS
            # The internal comment is for our own people alone.
            shown = session.scalars(
                select(Document.discussion).where(
                    visible_documents(Reader(None, frozenset({partner})))
                )
            ).all()
            assert len(shown) == TICKETS
            assert not any("spare key" in text for text in shown)
        assert run() == sync.Synced(done=True)

        # Closed there: a draft here, and its link there, once; our note does not come back.
        answer = {"Content": ANSWER, "ContentType": "text/plain"}
        desk.send("POST", f"/ticket/{numbers[0]}/correspond", body=answer)
        desk.send("PUT", f"/ticket/{numbers[0]}", body={"Status": "resolved"})
        assert run().fetched == 1
        services = Services(
            Settings(data_dir=tmp_path, source_key=SecretStr(key.decode())),
            database,
            make_finder(database, tmp_path / "index"),
            ExtractiveWriter(),
        )
        work_all(services)
        with database.read() as session:
            article = session.scalars(select(Article)).one()
            assert session.scalars(select(Job)).all() == []
        link = f"/drafts/{article.id}"
        assert [link in note for note in _our_notes(desk, numbers[0])] == [True]
        run()
        work_all(services)
        assert len(_our_notes(desk, numbers[0])) == 1
        with database.read() as session:
            assert session.scalar(select(func.count()).select_from(Message)) == 2 * TICKETS + 1

        # Deleted there: gone here.
        desk.send("PUT", f"/ticket/{numbers[1]}", body={"Status": "deleted"})
        assert run().gone == 1
        with database.read() as session:
            everybody = Reader(None, frozenset({staff, partner}))
            seen = set(
                session.scalars(select(Ticket.external_id).where(visible_tickets(everybody)))
            )
            assert seen == set(numbers) - {numbers[1]}
            assert session.get_one(Source, source_id).failure is None


def _our_notes(desk: Http, number: str) -> list[str]:
    query = {"fields": "Content,ContentType", "per_page": "100"}
    found = desk.get(f"/ticket/{number}/attachments", query).json["items"]
    return [item["Content"] for item in found if "[kb:" in (item.get("Content") or "")]


def _open(desk: Http, number: int) -> str:
    wanted = {
        "Queue": "General",
        "Subject": f"Door {number} does not open",
        "Content": "The card is refused.",
        "Requestor": "alice@example.test",
    }
    made = desk.send("POST", "/ticket", body=wanted).json["id"]
    public = {"Content": "Please use the new card.", "ContentType": "text/plain"}
    internal = {"Content": "The spare key hangs in room 2.", "ContentType": "text/plain"}
    desk.send("POST", f"/ticket/{made}/correspond", body=public)
    desk.send("POST", f"/ticket/{made}/comment", body=internal)
    return str(made)
