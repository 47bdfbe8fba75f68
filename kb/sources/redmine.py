"""Redmine 5 and later, over its REST interface."""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime

from pydantic import Field

from kb.models import AuthorRole, TicketState
from kb.sources import changes, markup, notes, payloads, signatures, vanished
from kb.sources.accounts import SLEEP, Account, Sleep
from kb.sources.changes import Listed, Rows
from kb.sources.http import Absent, Http
from kb.sources.payloads import Payload
from kb.sources.ports import (
    Gone,
    Mark,
    NewCase,
    Noted,
    Opened,
    Page,
    Reference,
    SourceCase,
    SourceUnavailable,
    Visible,
)
from kb.tickets import MessageRecord

PAGE = 100
"""Redmine gives no more at once and says nothing about it."""

RESOLVED = "Resolved,Gelöst,Opgelost"
"""Names of states that Redmine counts as open although the work is done."""


LONGEST_SUBJECT = 225
"""Characters; Redmine takes 255, and the key follows."""


class NoteWentPublic(SourceUnavailable):
    """The account may not write private notes, and Redmine made a public one of ours."""


class _Named(Payload):
    id: int
    name: str = ""


class _Status(_Named):
    is_closed: bool | None = None


class _Project(_Named):
    identifier: str = ""


class _Journal(Payload):
    id: int
    user: _Named | None = None
    notes: str | None = None
    created_on: str
    private_notes: bool | None = None


class _Row(Payload):
    id: int
    updated_on: str


class _Rows(Payload):
    issues: list[_Row]
    total_count: int
    offset: int = 0


class _Titled(Payload):
    id: int
    subject: str


class _Titles(Payload):
    issues: list[_Titled]


class _Issue(_Row):
    project: _Project
    status: _Status
    author: _Named | None = None
    category: _Named | None = None
    subject: str
    description: str | None = None
    is_private: bool | None = None
    created_on: str
    closed_on: str | None = None
    journals: list[_Journal] = Field(default_factory=list)


class _User(Payload):
    login: str = ""


class _Projects(Payload):
    projects: list[_Project]
    total_count: int


class Redmine:
    """A `TicketSource`; the secret of the account is an API key.

    Options: `markup` is textile (default) or markdown; `resolved` names states that count as
    resolved.
    """

    def __init__(self, account: Account, *, sleep: Sleep = SLEEP) -> None:
        self._account = account
        self._http = Http(
            account.url,
            {"X-Redmine-API-Key": account.password},
            private=account.private,
            sleep=sleep,
        )
        self._identifiers: dict[int, str] = {}
        self._closed: frozenset[int] | None = None

    def changed(self, since: Mark, *, limit: int, at: datetime) -> Page:
        """See `TicketSource`."""
        return changes.walk(self._listed, since, limit=limit, at=at)

    def missing(self, known: frozenset[str]) -> frozenset[str]:
        """See `TicketSource`."""
        return vanished.missing(known, self, page=PAGE)

    def count(self, first: int, last: int) -> int:
        """See `Numbered`."""
        return self._numbered(first, last, offset=0, limit=1).total_count

    def numbers(self, first: int, last: int) -> Iterator[int]:
        """See `Numbered`."""
        seen = 0
        while True:
            page = self._numbered(first, last, offset=seen, limit=PAGE)
            yield from (row.id for row in page.issues)
            seen += len(page.issues)
            if not page.issues or seen >= page.total_count:
                return

    def fetch(self, external_id: str) -> SourceCase | Gone:
        """See `TicketSource`."""
        try:
            issue = self._issue(external_id)
        except Absent as absent:
            return Gone(external_id, absent.reason)
        return self._case(issue)

    def verify(self, headers: Mapping[str, str], raw_body: bytes) -> list[Reference]:
        """See `TicketSource`; Redmine sends webhooks from version 7 on."""
        given = signatures.header(headers, "X-Redmine-Signature-256")
        signatures.verify(self._account.webhook_secret, raw_body, given, prefix="sha256=")
        event = payloads.checked(_Event, payloads.parsed(raw_body))
        return [Reference(str(event.data.issue.id))]

    def note(self, external_id: str, text: str, key: str) -> Noted:
        """See `TicketSource`."""
        wanted = notes.marked(text, key)
        try:
            there = self._ours(external_id, key)
            if there is not None:
                return self._change(there, wanted)
            note = {"notes": wanted, "private_notes": True}
            self._http.send(
                "PUT", f"/issues/{payloads.number(external_id)}.json", body={"issue": note}
            )
            written = self._ours(external_id, key)
        except Absent as absent:
            raise SourceUnavailable(f"case {external_id} is {absent.reason}") from absent
        if written is not None and written.private_notes is not True:
            self._take_back(written)
        return Noted.WRITTEN

    def open_case(self, case: NewCase) -> Opened:
        """See `CaseTaker`; the subject ends with the key, which finds it again."""
        query = {"status_id": "*", "subject": f"~{case.key}", "limit": str(PAGE)}
        listed = payloads.checked(_Titles, self._http.get("/issues.json", query).json).issues
        # A filter that is ignored would give any issue.
        known = [issue.id for issue in listed if case.key in issue.subject]
        if not known:
            wanted = {
                "project_id": case.scope,
                "subject": f"{case.title[:LONGEST_SUBJECT]} [{case.key}]",
                "description": case.text,
            }
            made = self._http.send("POST", "/issues.json", body={"issue": wanted}).json
            known = [payloads.checked(_Named, payloads.part(made, "issue")).id]
        return Opened(str(known[0]), self._link(known[0]))

    def visible(self) -> Visible:
        """See `TicketSource`."""
        user = self._http.get("/users/current.json").json
        scopes = sorted(project.identifier for project in self._projects())
        login = payloads.checked(_User, payloads.part(user, "user")).login
        warnings = () if scopes else ("the account sees no project",)
        return Visible(login, tuple(scopes), warnings)

    def close(self) -> None:
        """See `TicketSource`."""
        self._http.close()

    def _listed(self, start: datetime | None, following: str | None) -> Rows:
        offset = int(following or 0)
        query = {
            "status_id": "*",  # without it only open issues come
            "sort": "updated_on:asc,id:asc",
            "limit": str(PAGE),
            "offset": str(offset),
        }
        if start is not None:
            query["updated_on"] = f">={start.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
        page = payloads.checked(_Rows, self._http.get("/issues.json", query).json)
        rows = tuple(Listed(str(row.id), payloads.time(row.updated_on)) for row in page.issues)
        after = offset + len(rows)
        return Rows(rows, str(after) if rows and after < page.total_count else None)

    def _numbered(self, first: int, last: int, *, offset: int, limit: int) -> _Rows:
        query = {
            "status_id": "*",
            "issue_id": f"><{first}|{last}",
            "sort": "id:asc",
            "limit": str(limit),
            "offset": str(offset),
        }
        return payloads.checked(_Rows, self._http.get("/issues.json", query).json)

    def _issue(self, external_id: str) -> _Issue:
        path = f"/issues/{payloads.number(external_id)}.json"
        given = self._http.get(path, {"include": "journals"}).json
        return payloads.checked(_Issue, payloads.part(given, "issue"))

    def _case(self, issue: _Issue) -> SourceCase:
        closed_at = payloads.time_if_set(issue.closed_on) if self._is_closed(issue) else None
        messages = tuple(
            self._message(issue, journal)
            for journal in issue.journals
            if (journal.notes or "").strip() and notes.key_of(journal.notes or "") is None
        )
        state = self._state(issue)
        solved = state in {TicketState.CLOSED, TicketState.RESOLVED}
        return SourceCase(
            external_id=str(issue.id),
            title=issue.subject,
            description=self._markdown(issue.description),
            scope=self._scope(issue),
            opened_at=payloads.time(issue.created_on),
            updated_at=payloads.time(issue.updated_on),
            version=issue.updated_on,
            state=state,
            closed_at=closed_at,
            resolution=payloads.resolution_of(messages, closed_at) if solved else None,
            close_code=issue.status.name if solved else None,
            queue=issue.project.name,
            category=issue.category.name if issue.category else None,
            link=self._link(issue.id),
            messages=messages,
        )

    def _link(self, number: int) -> str:
        return f"{self._http.url}/issues/{number}"

    def _message(self, issue: _Issue, journal: _Journal) -> MessageRecord:
        author = journal.user
        asked = issue.author is not None and author is not None and author.id == issue.author.id
        return MessageRecord(
            text=self._markdown(journal.notes),
            at=payloads.time(journal.created_on),
            author=author.name if author else None,
            role=AuthorRole.REQUESTER if asked else AuthorRole.AGENT,
            internal=journal.private_notes is not False,
        )

    def _markdown(self, text: str | None) -> str:
        if self._account.option("markup", "textile") == "textile":
            return markup.from_textile(text or "")
        return markup.own_words(text or "")

    def _state(self, issue: _Issue) -> TicketState:
        if self._is_closed(issue):
            return TicketState.CLOSED
        resolved = payloads.named(self._account.option("resolved", RESOLVED))
        return TicketState.RESOLVED if issue.status.name in resolved else TicketState.OPEN

    def _is_closed(self, issue: _Issue) -> bool:
        if issue.status.is_closed is not None:
            return issue.status.is_closed
        if self._closed is None:
            given = self._http.get("/issue_statuses.json").json
            statuses = payloads.checked(_Statuses, given).issue_statuses
            self._closed = frozenset(status.id for status in statuses if status.is_closed)
        return issue.status.id in self._closed

    def _scope(self, issue: _Issue) -> str:
        """The identifier of the project: names may be alike in different branches."""
        project = issue.project
        if project.id not in self._identifiers:
            self._identifiers[project.id] = self._identifier(project.id)
        identifier = self._identifiers[project.id]
        return identifier if issue.is_private is False else f"{identifier}/private"

    def _identifier(self, project_id: int) -> str:
        try:
            given = self._http.get(f"/projects/{project_id}.json").json
        except Absent:  # may see the issue, not the project: a scope all the same
            return str(project_id)
        return payloads.checked(_Project, payloads.part(given, "project")).identifier or str(
            project_id
        )

    def _projects(self) -> list[_Project]:
        found: list[_Project] = []
        while True:
            query = {"limit": str(PAGE), "offset": str(len(found))}
            page = payloads.checked(_Projects, self._http.get("/projects.json", query).json)
            found += page.projects
            if not page.projects or len(found) >= page.total_count:
                return found

    def _ours(self, external_id: str, key: str) -> _Journal | None:
        journals = self._issue(external_id).journals
        return next((item for item in journals if notes.key_of(item.notes or "") == key), None)

    def _change(self, there: _Journal, wanted: str) -> Noted:
        if notes.same(there.notes or "", wanted):
            return Noted.UNCHANGED
        note = {"notes": wanted, "private_notes": True}
        try:
            self._http.send("PUT", f"/journals/{there.id}.json", body={"journal": note})
        except Absent:  # before 5.0, or the account may not change its notes
            return Noted.FIXED
        return Noted.UPDATED

    def _take_back(self, written: _Journal) -> None:
        try:
            self._http.send("PUT", f"/journals/{written.id}.json", body={"journal": {"notes": ""}})
        except Absent as absent:
            raise NoteWentPublic(
                f"Redmine made note {written.id} public; delete it and let the account set notes "
                "as private"
            ) from absent
        raise NoteWentPublic(
            "Redmine made the note public, so it was taken back; let the account set notes as "
            "private"
        )


class _Statuses(Payload):
    issue_statuses: list[_Status]


class _EventIssue(Payload):
    id: int


class _EventData(Payload):
    issue: _EventIssue


class _Event(Payload):
    data: _EventData
