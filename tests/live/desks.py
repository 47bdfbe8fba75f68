"""Real ticket systems on loopback: started, stopped, and worked in as their agents would."""

import base64
import importlib.util
import os
import secrets
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Protocol

import httpx2
from pydantic import SecretStr

from kb.sources.accounts import Account
from kb.sources.http import Http
from kb.sources.ports import SourceUnavailable, TicketSource
from kb.sources.redmine import Redmine
from kb.sources.request_tracker import RequestTracker
from kb.sources.roundup import Roundup

PASSWORD = "made for this test"
REQUEST = "The card is refused."
ANSWER = "Please use the new card."
INTERNAL = "The spare key hangs in room 2."
FILE = "A photograph of the lock."
FIRST, SECOND = "first-level", "second-level"
"""The scopes of every desk: where the first level works, and the second."""


class Desk(Protocol):
    """A running ticket system."""

    kind: str
    account: Account

    def open(self, title: str, scope: str) -> str:
        """A new case with an answer, an internal message and an attached file; its number."""
        ...

    def solve(self, case: str, answer: str) -> None: ...

    def delete(self, case: str) -> None: ...

    def our_notes(self, case: str) -> list[str]: ...

    def connector(self) -> TicketSource:
        """A way in that does not wait before it tries again."""
        ...

    def stop(self) -> None: ...

    def start(self) -> None: ...


class Server:
    """A process that answers on a port of its own."""

    def __init__(
        self,
        command: Sequence[str],
        environment: dict[str, str],
        log: Path,
        *,
        folder: Path | None = None,
    ) -> None:
        self._command, self._environment, self._log = command, environment, log
        self._folder = folder

    def start(self) -> None:
        with self._log.open("ab") as log:
            self._running = subprocess.Popen(  # noqa: S603  put together in this module
                self._command, env=self._environment, cwd=self._folder, stdout=log, stderr=log
            )

    def stop(self) -> None:
        self._running.terminate()
        self._running.wait(30)


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
        return port


def wait_for(desk: Desk) -> None:
    """Wait until the system answers."""
    deadline = time.monotonic() + 120
    with closing(desk.connector()) as source:
        while True:
            try:
                source.visible()
            except SourceUnavailable:
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.5)
            else:
                return


RT_SERVER = Path("/usr/share/request-tracker5/libexec/rt-server")
RT_SETUP = "rt-setup-database-5"
RT_CONFIG = """
Set($rtname, 'rt.test'); Set($Organization, 'rt.test');
Set($DatabaseType, 'SQLite'); Set($DatabaseName, '{folder}/rt.sqlite3');
Set($WebDomain, '127.0.0.1'); Set($WebPort, {port}); Set($WebPath, '');
Set($WebBaseURL, 'http://127.0.0.1:{port}');
Set($WebSessionClass, 'Apache::Session::File'); Set($MailCommand, 'testfile');
Set($LogToSyslog, undef); Set($LogToSTDERR, 'critical'); Set($Timezone, 'UTC');
Set($BcryptCost, 10);
Set($MasonDataDir, '{folder}/mason'); Set($MasonSessionDir, '{folder}/sessions');
1;
"""

# RT checks the password of each request, at its least cost for a tenth of a second or two: here
# each of its processes checks it once.  An overlay is RT's own way to change what it does.
RT_OVERLAY = """
package RT::User;
use strict; no warnings 'redefine';
my $check = \\&IsPassword;
my %known;
*IsPassword = sub {
    my ($self, $value) = @_;
    return $known{$self->Id . ' ' . ($value // '')} ||= $check->(@_);
};
1;
"""


def request_tracker_is_missing() -> bool:
    if not RT_SERVER.exists() or shutil.which(RT_SETUP) is None:
        return True
    return not _configured("request-tracker5", "rt5-db-sqlite", "rt5-standalone")


def _configured(*packages: str) -> bool:
    """Whether they are more than unpacked: what a package lacks shows when it is configured."""
    asked = ["dpkg-query", "--show", "--showformat=${Status}\n", *packages]
    told = subprocess.run(asked, check=False, capture_output=True, text=True)  # noqa: S603  as is
    return told.stdout.splitlines() == ["install ok installed"] * len(packages)


class RequestTrackerDesk:
    kind = "request-tracker"

    def __init__(self, folder: Path) -> None:
        port = free_port()
        for name in ("conf.d", "mason", "sessions"):
            (folder / name).mkdir()
        (folder / "password").write_text(PASSWORD)
        config = folder / "RT_SiteConfig.pm"
        config.write_text(RT_CONFIG.format(folder=folder, port=port))
        (folder / "lib" / "RT").mkdir(parents=True)
        (folder / "lib" / "RT" / "User_Local.pm").write_text(RT_OVERLAY)
        environment = os.environ | {  # noqa: TID251  handed on to RT
            "RT_SITE_CONFIG": str(config),
            "RT_SITE_CONFIG_DIR": str(folder / "conf.d"),
            "PERL5LIB": str(folder / "lib"),
        }
        subprocess.run(  # noqa: S603  the name of the package's command
            [RT_SETUP, "--action", "init", "--root-password-file", str(folder / "password")],
            env=environment,
            check=True,
            capture_output=True,
        )
        command = ["perl", str(RT_SERVER), "--host", "127.0.0.1", "--port", str(port)]
        self._server = Server(command, environment, folder / "log")
        url = f"http://127.0.0.1:{port}"
        self.account = Account(url=url, user="root", secret=SecretStr(PASSWORD), private=True)
        pair = base64.b64encode(f"root:{PASSWORD}".encode()).decode()
        self._http = Http(f"{url}/REST/2.0", {"Authorization": f"Basic {pair}"}, private=True)
        self.start()
        for name in (FIRST, SECOND):
            self._http.send("POST", "/queue", body={"Name": name})

    def open(self, title: str, scope: str) -> str:
        wanted = {
            "Queue": scope,
            "Subject": title,
            "Content": REQUEST,
            "Requestor": "alice@example.test",
        }
        made = str(self._http.send("POST", "/ticket", body=wanted).json["id"])
        content = base64.b64encode(FILE.encode()).decode()
        file = {"FileName": "lock.txt", "FileType": "text/plain", "FileContent": content}
        self._say(made, "correspond", ANSWER, Attachments=[file])
        self._say(made, "comment", INTERNAL)
        return made

    def solve(self, case: str, answer: str) -> None:
        self._say(case, "correspond", answer)
        self._http.send("PUT", f"/ticket/{case}", body={"Status": "resolved"})

    def delete(self, case: str) -> None:
        self._http.send("PUT", f"/ticket/{case}", body={"Status": "deleted"})

    def our_notes(self, case: str) -> list[str]:
        query = {"fields": "Content,ContentType", "per_page": "100"}
        found = self._http.get(f"/ticket/{case}/attachments", query).json["items"]
        return [item["Content"] for item in found if "[kb:" in (item.get("Content") or "")]

    def connector(self) -> TicketSource:
        return RequestTracker(self.account, sleep=lambda _: None)

    def stop(self) -> None:
        self._server.stop()

    def start(self) -> None:
        self._server.start()
        wait_for(self)

    def _say(self, case: str, how: str, text: str, **more: object) -> None:
        body = {"Content": text, "ContentType": "text/plain", **more}
        self._http.send("POST", f"/ticket/{case}/{how}", body=body)


REDMINE = Path("/usr/share/redmine")
REDMINE_DATABASE = """
production:
  adapter: sqlite3
  database: {folder}/redmine.sqlite3
  timeout: 10000
"""
REDMINE_GEMS = """
gem "sqlite3", "~> 1.4.0", :platforms => [:mri, :mingw, :x64_mingw]
gem "puma"
"""
REDMINE_CONTENT = """
Setting.rest_api_enabled = "1"
Setting.notified_events = []
names = ENV.fetch("KB_SCOPES").split(",")
names.each do |name|
  Project.create!(
    :name => name, :identifier => name, :is_public => true, :trackers => Tracker.all,
    :enabled_module_names => ["issue_tracking"])
end
Role.non_member.add_permission!(:add_issues, :add_issue_notes)
%w(alice bob).each do |name|  # who asks, and who answers
  made = User.new(:firstname => name, :lastname => "Test", :mail => "#{name}@example.test")
  made.login = name
  made.password = made.password_confirmation = ENV.fetch("KB_PASSWORD")
  made.admin = name == "bob"
  made.save!
end
print User.find_by_login("admin").api_key
"""


def redmine_is_missing() -> bool:
    if not (REDMINE / "config.ru").exists() or shutil.which("puma") is None:
        return True
    return not _configured("redmine")


class RedmineDesk:
    kind = "redmine"

    def __init__(self, folder: Path) -> None:
        port = free_port()
        self.folder = folder / "redmine"
        self._copy(folder)
        for task in ("db:migrate", "redmine:load_default_data"):  # not in one process
            self.ruby("bin/rake", task)
        key = self.ruby("bin/rails", "runner", REDMINE_CONTENT)
        command = ["puma", "-e", "production", "-b", f"tcp://127.0.0.1:{port}", "-t", "1:3"]
        self._server = Server(command, self._environment(), folder / "log", folder=self.folder)
        url = f"http://127.0.0.1:{port}"
        self.account = Account(
            url=url, secret=SecretStr(key), private=True, options={"markup": "markdown"}
        )
        self._headers = {"X-Redmine-API-Key": key, "Connection": "close"}
        self._http = Http(url, self._headers, private=True)
        self.start()
        states = self._http.get("/issue_statuses.json").json["issue_statuses"]
        self._closed = next(state["id"] for state in states if state["name"] == "Closed")

    def open(self, title: str, scope: str) -> str:
        issue = {"project_id": scope, "subject": title, "description": REQUEST}
        asked = {"X-Redmine-Switch-User": "alice"}
        made = self._http.send("POST", "/issues.json", body={"issue": issue}, headers=asked)
        case = str(made.json["issue"]["id"])
        file = {"token": self._upload(), "filename": "lock.txt", "content_type": "text/plain"}
        self._change(case, notes=ANSWER, uploads=[file])
        self._change(case, notes=INTERNAL, private_notes=True)
        return case

    def solve(self, case: str, answer: str) -> None:
        self._change(case, notes=answer, status_id=self._closed)

    def delete(self, case: str) -> None:
        self._http.send("DELETE", f"/issues/{case}.json")

    def our_notes(self, case: str) -> list[str]:
        given = self._http.get(f"/issues/{case}.json", {"include": "journals"}).json
        journals = given["issue"]["journals"]
        return [journal["notes"] for journal in journals if "[kb:" in (journal["notes"] or "")]

    def connector(self) -> TicketSource:
        return Redmine(self.account, sleep=lambda _: None)

    def stop(self) -> None:
        self._server.stop()

    def start(self) -> None:
        self._server.start()
        wait_for(self)

    def ruby(self, *command: str) -> str:
        """What a command in Redmine's folder prints."""
        run = ["ruby", *command]
        done = subprocess.run(  # noqa: S603  put together in this module
            run, cwd=self.folder, env=self._environment(), check=True, capture_output=True
        )
        return done.stdout.decode().splitlines()[-1] if done.stdout.strip() else ""

    def _copy(self, folder: Path) -> None:
        """Redmine's program with data of its own; nothing of the machine's is touched."""
        shutil.copytree(REDMINE, self.folder, symlinks=True)
        for name in ("instances", "Gemfile.lock", "config/database.yml"):
            (self.folder / name).unlink(missing_ok=True)
        data = self.folder / "instances" / "default"
        for name in ("config", "files", "log", "tmp/cache", "public/plugin_assets"):
            (data / name).mkdir(parents=True)
        (data / "config" / "database.yml").write_text(REDMINE_DATABASE.format(folder=folder))
        (data / "config" / "secret_key.txt").write_text(secrets.token_hex(32))
        (self.folder / "Gemfile.local").write_text(REDMINE_GEMS)

    def _environment(self) -> dict[str, str]:
        return os.environ | {  # noqa: TID251  handed on to Redmine
            "RAILS_ENV": "production",
            "REDMINE_INSTANCE": "default",
            "REDMINE_LANG": "en",
            "KB_SCOPES": f"{FIRST},{SECOND}",
            "KB_PASSWORD": PASSWORD,
        }

    def _upload(self) -> str:
        headers = self._headers | {"Content-Type": "application/octet-stream"}
        address = f"{self.account.url}/uploads.json?filename=lock.txt"
        answer = httpx2.post(address, content=FILE.encode(), headers=headers, trust_env=False)
        token: str = answer.raise_for_status().json()["upload"]["token"]
        return token

    def _change(self, case: str, **fields: object) -> None:
        answers = {"X-Redmine-Switch-User": "bob"}
        self._http.send("PUT", f"/issues/{case}.json", body={"issue": fields}, headers=answers)


ROUNDUP_SERVER = """
import sys
from wsgiref.simple_server import WSGIRequestHandler, make_server
from roundup.cgi.wsgi_handler import RequestDispatcher

tracker, port = sys.argv[1:]
make_server("127.0.0.1", int(port), RequestDispatcher(tracker)).serve_forever()
"""


def roundup_is_missing() -> bool:
    return importlib.util.find_spec("roundup") is None


class RoundupDesk:
    kind = "roundup"

    def __init__(self, folder: Path) -> None:
        port = free_port()
        url = f"http://127.0.0.1:{port}"
        self._tracker = folder / "tracker"
        self._admin("install", "classic", "sqlite", _roundup_settings(url, folder))
        schema = self._tracker / "schema.py"
        text = schema.read_text().replace("inreplyto=String())", "inreplyto=String(),\n" + FLAG)
        schema.write_text(text)
        self._cheap_passwords()
        self._admin("initialise", PASSWORD)
        command = [sys.executable, "-c", ROUNDUP_SERVER, str(self._tracker), str(port)]
        self._server = Server(command, dict(os.environ), folder / "log")  # noqa: TID251  handed on
        self.account = Account(
            url=url,
            user="admin",
            secret=SecretStr(PASSWORD),
            private=True,
            options={"internal": "internal", "scope": "keyword"},
        )
        self._http = _roundup_as("admin", url)
        self._requester = _roundup_as("alice", url)
        self.start()
        for name in (FIRST, SECOND):
            self._make("keyword", name=name)
        for name in ("alice", "bob"):  # who asks, and who answers
            address = f"{name}@example.test"
            self._make("user", username=name, password=PASSWORD, address=address, roles="User")

    def open(self, title: str, scope: str) -> str:
        asked = {"content": REQUEST, "author": "alice", "internal": False}
        said = [_made(self._requester, "msg", asked)]
        issue = {"title": title, "keyword": [scope], "messages": said}
        case = _made(self._requester, "issue", issue)
        file = self._make("file", name="lock.txt", type="text/plain", content=FILE)
        said = [self._say(ANSWER, internal=False), self._say(INTERNAL, internal=True)]
        self._change(case, {"@op": "add", "messages": said, "files": [file]})
        return case

    def solve(self, case: str, answer: str) -> None:
        said = self._say(answer, internal=False)
        self._change(case, {"@op": "add", "messages": [said]})
        self._change(case, {"status": "resolved"})

    def delete(self, case: str) -> None:
        self._change(case, {"@op": "action", "@action_name": "retire"})

    def our_notes(self, case: str) -> list[str]:
        query = [("id", number) for number in self._messages(case)]
        query += [("@fields", "content"), ("@verbose", "3")]
        found = self._http.get("/msg", query).json["data"]["collection"]
        texts = [item["content"] for item in found]
        return [text for text in texts if "[kb:" in text]

    def connector(self) -> TicketSource:
        return Roundup(self.account, sleep=lambda _: None)

    def stop(self) -> None:
        self._server.stop()

    def start(self) -> None:
        self._server.start()
        wait_for(self)

    def _admin(self, *arguments: str) -> None:
        command = [sys.executable, "-m", "roundup.scripts.roundup_admin", "-i", str(self._tracker)]
        subprocess.run([*command, *arguments], check=True, capture_output=True)  # noqa: S603

    def _cheap_passwords(self) -> None:
        """Each request checks the password: a quarter of a second as it comes."""
        config = self._tracker / "config.ini"
        rounds = "password_pbkdf2_default_rounds = "
        config.write_text(config.read_text().replace(f"{rounds}250000", f"{rounds}1000"))

    def _make(self, kind: str, **fields: object) -> str:
        return _made(self._http, kind, fields)

    def _say(self, text: str, *, internal: bool) -> str:
        return self._make("msg", content=text, author="bob", internal=internal)

    def _change(self, case: str, change: Mapping[str, object]) -> None:
        etag = self._http.get(f"/issue/{case}").json["data"]["@etag"]
        self._http.send("PATCH", f"/issue/{case}", body=change, headers={"If-Match": etag})

    def _messages(self, case: str) -> list[str]:
        held = self._http.get(f"/issue/{case}").json["data"]["attributes"]
        return [item["id"] for item in held["messages"]]


def _roundup_as(user: str, url: str) -> Http:
    pair = base64.b64encode(f"{user}:{PASSWORD}".encode()).decode()
    headers = {"X-Requested-With": "rest", "Origin": url, "Referer": f"{url}/"}
    headers |= {"Authorization": f"Basic {pair}"}
    return Http(f"{url}/rest/data", headers, private=True)


def _made(http: Http, kind: str, fields: Mapping[str, object]) -> str:
    return str(http.send("POST", f"/{kind}", body=fields).json["data"]["id"])


FLAG = "                internal=Boolean())"


def _roundup_settings(url: str, folder: Path) -> str:
    settings = {
        "admin_email": "a@example.test",
        "mail_domain": "example.test",
        "mail_host": "localhost",
        "mail_debug": str(folder / "mail"),  # nothing is sent
        "tracker_web": f"{url}/",
    }
    return ",".join(f"{name}={value}" for name, value in settings.items())


@contextmanager
def running(desk: Desk) -> Iterator[Desk]:
    try:
        yield desk
    finally:
        desk.stop()
