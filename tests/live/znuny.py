"""A real Znuny on loopback, from Debian's package unpacked in a folder: nothing is configured."""

import base64
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

import psycopg
from pydantic import SecretStr
from sqlalchemy import URL, make_url

from kb.sources.accounts import Account
from kb.sources.http import Http
from kb.sources.ports import TicketSource
from kb.sources.znuny import Znuny
from tests.live.desks import (
    ANSWER,
    FILE,
    FIRST,
    INTERNAL,
    PASSWORD,
    REQUEST,
    SECOND,
    Server,
    free_port,
    wait_for,
)

UNPACKED = Path(os.environ.get("KB_LIVE_ZNUNY", "/var/tmp/kb-live-znuny"))  # noqa: S108, TID251
"""Where scripts/live.sh unpacks it, with the modules of Perl that it needs."""

PROGRAM = UNPACKED / "usr" / "share" / "otrs"
MODULES = ("usr/share/perl5", "usr/lib/*/perl5/*")
LIBRARIES = "usr/lib/*-linux-gnu"
USER = "root@localhost"
CONFIG = """
package Kernel::Config;
use strict; use warnings; use utf8;
sub Load {{
    my $Self = shift;
    $Self->{{Home}} = '{home}';
    $Self->{{DatabaseHost}} = '{host}';
    $Self->{{Database}} = '{database}';
    $Self->{{DatabaseUser}} = '{user}';
    $Self->{{DatabasePw}} = '{password}';
    $Self->{{DatabaseDSN}} = 'DBI:Pg:dbname={database};host={host};port={port}';
    $Self->{{SecureMode}} = 1;
    $Self->{{CheckEmailAddresses}} = 0;
    $Self->{{CheckMXRecord}} = 0;
    $Self->{{SendmailModule}} = 'Kernel::System::Email::DoNotSendEmail';
    $Self->{{OTRSTimeZone}} = 'UTC';
    return 1;
}}
use Kernel::Config::Defaults;
use parent qw(Kernel::Config::Defaults);
1;
"""
RUNNER = "use Plack::Runner; my $r = Plack::Runner->new; $r->parse_options(@ARGV); $r->run"
SAMPLE = "scripts/test/sample/Webservice/GenericTicketConnectorREST.yml"
"""The web service that the package itself offers to import."""


def znuny_is_missing() -> bool:
    return not (PROGRAM / "bin" / "cgi-bin" / "app.psgi").exists() or shutil.which("perl") is None


class ZnunyDesk:
    kind = "znuny"

    def __init__(self, folder: Path, postgres_url: str) -> None:
        self._home = folder / "znuny"
        self._copy()
        self._connect(make_url(postgres_url).set(drivername="postgresql"))
        self._console("Maint::Config::Rebuild")
        self._console("Maint::Ticket::Delete", "--ticket-id", "1")  # the one that greets
        self._console("Admin::User::SetPassword", USER, PASSWORD)
        for name in (FIRST, SECOND):
            self._console("Admin::Queue::Add", "--name", name, "--group", "users")
        self._console("Admin::WebService::Add", "--name", "KB", "--source-path", SAMPLE)
        port = free_port()
        command = ["perl", "-e", RUNNER, "--", "--host", "127.0.0.1", "--port", str(port)]
        command += ["-E", "production", "bin/cgi-bin/app.psgi"]
        log = folder / "log"
        self._server = Server(command, self._environment(), log, folder=self._home)
        url = f"http://127.0.0.1:{port}/nph-genericinterface.pl/Webservice/KB"
        self.account = Account(
            url=url,
            user=USER,
            secret=SecretStr(PASSWORD),
            private=True,
            options={"customer": "partner@example.test"},
        )
        self._http = Http(url, private=True)
        self._session = ""
        self.start()

    def open(self, title: str, scope: str) -> str:
        wanted = {
            "Ticket": {
                "Title": title,
                "Queue": scope,
                "State": "open",
                "Priority": "3 normal",
                "CustomerUser": "alice@example.test",
            },
            "Article": _article(REQUEST, sender="customer"),
        }
        case = str(self._sent("/Ticket", wanted)["TicketID"])
        content = base64.b64encode(FILE.encode()).decode()
        file = {"Content": content, "ContentType": "text/plain", "Filename": "lock.txt"}
        self._change(case, Article=_article(ANSWER), Attachment=[file])
        self._change(case, Article=_article(INTERNAL, internal=True))
        return case

    def solve(self, case: str, answer: str) -> None:
        self._change(case, Ticket={"State": "closed successful"}, Article=_article(answer))

    def delete(self, case: str) -> None:
        self._console("Maint::Ticket::Delete", "--ticket-id", case)

    def our_notes(self, case: str) -> list[str]:
        query = {"SessionID": self._session, "AllArticles": "1"}
        (ticket,) = self._http.get(f"/Ticket/{case}", query).json["Ticket"]
        return [one["Body"] for one in ticket["Article"] if "[kb:" in one["Body"]]

    def connector(self) -> TicketSource:
        return Znuny(self.account, sleep=lambda _: None)

    def stop(self) -> None:
        self._server.stop()

    def start(self) -> None:
        self._server.start()
        wait_for(self)
        who = {"UserLogin": USER, "Password": PASSWORD}
        self._session = self._http.send("POST", "/Session", body=who).json["SessionID"]

    def _change(self, case: str, **what: object) -> None:
        self._sent("/TicketUpdate", {"TicketID": case, **what})

    def _sent(self, path: str, body: dict[str, object]) -> Any:  # Any: its JSON
        given = self._http.send("POST", path, body={"SessionID": self._session, **body}).json
        assert "Error" not in given, given
        return given

    def _copy(self) -> None:
        """The program with data of its own; the package's links lead to the machine's folders."""
        shutil.copytree(PROGRAM, self._home, symlinks=True)
        for name in ("var", "Kernel/Config.pm", "Kernel/Config/Backups", "Kernel/Config/Files"):
            (self._home / name).unlink()
        (self._home / "Kernel" / "Config" / "GenericAgent.pm").unlink()
        data = UNPACKED / "var" / "lib" / "otrs"
        shutil.copytree(data, self._home / "var", symlinks=True)
        for name in ("spool", "run"):
            (self._home / "var" / name).unlink()
            (self._home / "var" / name).mkdir()
        shutil.copytree(data / "Config" / "Files", self._home / "Kernel" / "Config" / "Files")
        (self._home / "Kernel" / "Config" / "Backups").mkdir()

    def _connect(self, server: URL) -> None:
        """A database with Znuny's tables, and the configuration that leads to it."""
        url = server.set(database="kb_live_znuny")
        with psycopg.connect(_plain(server), autocommit=True) as connection:
            connection.execute("DROP DATABASE IF EXISTS kb_live_znuny")
            connection.execute("CREATE DATABASE kb_live_znuny ENCODING 'UTF8' TEMPLATE template0")
        with psycopg.connect(_plain(url), autocommit=True) as connection:
            for part in ("schema", "initial_insert", "schema-post"):
                script = self._home / "scripts" / "database" / f"{part}.postgresql.sql"
                connection.execute(script.read_bytes())
        written = CONFIG.format(
            home=self._home,
            host=url.query.get("host") or url.host,
            port=url.port or 5432,
            database=url.database,
            user=url.username,
            password=url.password or "",
        )
        (self._home / "Kernel" / "Config.pm").write_text(written)

    def _console(self, *what: str) -> None:
        command = ["perl", "bin/otrs.Console.pl", *what, "--allow-root"]
        subprocess.run(  # noqa: S603  put together in this module
            command, cwd=self._home, env=self._environment(), check=True, capture_output=True
        )

    def _environment(self) -> dict[str, str]:
        own = [self._home, self._home / "Kernel" / "cpan-lib"]
        modules = own + [found for name in MODULES for found in UNPACKED.glob(name)]
        return os.environ | {  # noqa: TID251  handed on to Znuny
            "PERL5LIB": ":".join(map(str, modules)),
            "LD_LIBRARY_PATH": ":".join(map(str, UNPACKED.glob(LIBRARIES))),
        }


def _article(text: str, *, sender: str = "agent", internal: bool = False) -> dict[str, object]:
    return {
        "Subject": "About the door",
        "Body": text,
        "ContentType": "text/plain; charset=utf8",
        "SenderType": sender,
        "CommunicationChannel": "Internal" if internal else "Phone",
        "IsVisibleForCustomer": 0 if internal else 1,
    }


def _plain(url: URL) -> str:
    return url.render_as_string(hide_password=False)
