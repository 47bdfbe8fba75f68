"""Jira Cloud (REST 3) and Data Center (REST 2), with Jira Service Management."""

import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import Field

from kb.models import AuthorRole, TicketState
from kb.sources import changes, markup, notes, payloads, signatures
from kb.sources.accounts import SLEEP, Account, Sleep
from kb.sources.changes import Listed, Rows
from kb.sources.http import Absent, Http, Rejected
from kb.sources.payloads import Payload
from kb.sources.ports import (
    BadAnswer,
    Gone,
    Mark,
    NewCase,
    Noted,
    Opened,
    Page,
    QueryIgnored,
    Reference,
    SourceCase,
    SourceUnavailable,
    Visible,
)
from kb.tickets import MessageRecord

PAGE = 100
KEYS_PAGE = 1_000
LONGEST_SUMMARY = 250
"""Characters; Jira refuses more than 255."""

KEY = re.compile(r"[A-Z][A-Z0-9_]*-\d+")
INTERNAL_FLAG = "sd.public.comment"
FIELDS = (
    "summary,description,status,resolution,resolutiondate,created,updated,project,components,"
    "security,reporter,labels"
)


class NoteWentPublic(SourceUnavailable):
    """Jira did not make a comment of ours internal, so it was deleted."""


class _Named(Payload):
    name: str = ""
    key: str = ""


class _Category(Payload):
    key: str = ""


class _Status(_Named):
    category: _Category = Field(default=_Category(), alias="statusCategory")


class _Person(Payload):
    account: str = Field(default="", alias="accountId")
    name: str = ""  # Data Center has names where Cloud has accounts
    shown: str = Field(default="", alias="displayName")
    kind: str = Field(default="", alias="accountType")

    @property
    def identity(self) -> str:
        return self.account or self.name


class _ListFields(Payload):
    updated: str


class _Listed(Payload):
    key: str
    fields: _ListFields


class _Search(Payload):
    issues: list[_Listed]
    token: str | None = Field(default=None, alias="nextPageToken")
    total: int | None = None


class _Key(Payload):
    key: str


class _Keys(Payload):
    issues: list[_Key]
    token: str | None = Field(default=None, alias="nextPageToken")
    total: int | None = None


class _Fields(Payload):
    summary: str = ""
    description: Any = None  # Any: ADF in Cloud, wiki text in Data Center
    status: _Status
    project: _Named
    components: list[_Named] = Field(default_factory=list)
    resolution: _Named | None = None
    resolved: str | None = Field(default=None, alias="resolutiondate")
    created: str
    updated: str
    security: _Named | None = None
    reporter: _Person | None = None


class _Issue(Payload):
    key: str
    fields: _Fields


class _Property(Payload):
    key: str
    value: Any = None  # Any: properties hold what their app likes


class _Comment(Payload):
    id: str
    author: _Person | None = None
    body: Any = None  # Any: ADF in Cloud, wiki text in Data Center
    created: str
    public: bool | None = Field(default=None, alias="jsdPublic")
    visibility: dict[str, object] | None = None
    properties: list[_Property] = Field(default_factory=list)


class _Comments(Payload):
    comments: list[_Comment]
    total: int


class _Myself(Payload):
    shown: str = Field(default="", alias="displayName")
    zone: str = Field(default="UTC", alias="timeZone")


class _Event(Payload):
    issue: _Key


class _Projects(Payload):
    values: list[_Named]
    last: bool = Field(default=True, alias="isLast")


class Jira:
    """A `TicketSource` and `CaseTaker`.

    The secret is an API token of `user`, or without one a bearer token.

    Options: `edition` is cloud (default) or datacenter; `jql` narrows down what is read;
    `resolution_field` is the id of a field that holds what solved the case; `comments=public`
    counts comments without any flag as public; `note_role` is the role that alone sees our notes
    where there is no Service Management; `issue_type` is what we open (default Task).
    """

    def __init__(self, account: Account, *, sleep: Sleep = SLEEP) -> None:
        self._account = account
        self._cloud = account.option("edition", "cloud") == "cloud"
        self._api = "/rest/api/3" if self._cloud else "/rest/api/2"
        self._http = Http(
            account.url,
            {"Authorization": _authorization(account)},
            private=account.private,
            sleep=sleep,
        )
        self._zone: ZoneInfo | None = None

    def changed(self, since: Mark, *, limit: int, at: datetime) -> Page:
        """See `TicketSource`."""
        return changes.walk(self._listed, since, limit=limit, at=at)

    def missing(self, known: frozenset[str]) -> frozenset[str]:
        """See `TicketSource`; Jira Cloud does not count, so all keys are listed."""
        there: set[str] = set()
        following: str | None = None
        while True:
            given = self._search(self._jql(None), "key", following, KEYS_PAGE)
            page = payloads.checked(_Keys, given)
            there |= {row.key for row in page.issues}
            following = self._following(page, following, len(page.issues))
            if following is None:
                return known - there

    def fetch(self, external_id: str) -> SourceCase | Gone:
        """See `TicketSource`."""
        own = self._account.options.get("resolution_field")
        wanted = f"{FIELDS},{own}" if own else FIELDS
        try:
            given = self._http.get(self._path(external_id), {"fields": wanted}).json
            comments = list(self._comments(external_id))
        except Absent as absent:
            return Gone(external_id, absent.reason)
        issue = payloads.checked(_Issue, given)
        if issue.key != external_id:
            return Gone(external_id, f"moved to {issue.key}")
        answer = payloads.part(payloads.part(given, "fields"), own) if own else None
        return self._case(issue, comments, self._markdown(answer) or None)

    def verify(self, headers: Mapping[str, str], raw_body: bytes) -> list[Reference]:
        """See `TicketSource`."""
        given = signatures.header(headers, "X-Hub-Signature")
        signatures.verify(self._account.webhook_secret, raw_body, given, prefix="sha256=")
        event = payloads.checked(_Event, payloads.parsed(raw_body))
        delivery = signatures.header(headers, "X-Atlassian-Webhook-Identifier") or None
        return [Reference(event.issue.key, delivery)]

    def note(self, external_id: str, text: str, key: str) -> Noted:
        """See `TicketSource`."""
        path = f"{self._path(external_id)}/comment"
        wanted = notes.marked(text, key)
        comment: dict[str, object] = {
            "body": _adf(wanted) if self._cloud else wanted,
            "properties": [{"key": INTERNAL_FLAG, "value": {"internal": True}}],
        }
        role = self._account.options.get("note_role")
        if role:
            comment["visibility"] = {"type": "role", "value": role}
        for there in self._comments(external_id):
            said = self._markdown(there.body)
            if notes.key_of(said) == key:
                if notes.same(said, wanted):
                    return Noted.UNCHANGED
                self._http.send("PUT", f"{path}/{payloads.number(there.id)}", body=comment)
                return Noted.UPDATED
        answer = self._http.send("POST", path, body=comment).json
        written = payloads.checked(_Comment, answer)
        if written.public is not False and not written.visibility:
            self._http.send("DELETE", f"{path}/{payloads.number(written.id)}")
            raise NoteWentPublic(
                "Jira did not make the comment internal, so it was deleted; set the option "
                "note_role for projects without Service Management"
            )
        return Noted.WRITTEN

    def open_case(self, case: NewCase) -> Opened:
        """See `CaseTaker`; the key is a label, which finds it again.

        Jira Cloud finds a new issue a moment later only: whoever asks again at once could open a
        second one, but a job that failed is not tried again so soon.
        """
        given = self._search(f'labels = "{case.key}"', "key", None, KEYS_PAGE)
        known = [row.key for row in payloads.checked(_Keys, given).issues]
        if not known:
            fields = {
                "project": {"key": case.scope},
                "issuetype": {"name": self._account.option("issue_type", "Task")},
                "summary": " ".join(case.title.split())[:LONGEST_SUMMARY],
                "description": _adf(case.text) if self._cloud else case.text,
                "labels": [case.key],
            }
            made = self._http.send("POST", f"{self._api}/issue", body={"fields": fields}).json
            known = [payloads.checked(_Key, made).key]
        return Opened(known[0], self._link(known[0]))

    def visible(self) -> Visible:
        """See `TicketSource`."""
        myself = payloads.checked(_Myself, self._http.get(f"{self._api}/myself").json)
        if self._cloud:
            keys, start, last = [], 0, False
            while not last:
                query = {"startAt": str(start), "maxResults": "50"}
                given = self._http.get(f"{self._api}/project/search", query).json
                page = payloads.checked(_Projects, given)
                keys += [project.key for project in page.values]
                start, last = start + len(page.values), page.last or not page.values
        else:
            given = self._http.get(f"{self._api}/project").json
            projects = payloads.checked(_Projects, {"values": given})
            keys = [project.key for project in projects.values]
        warnings = () if keys else ("the account sees no project",)
        return Visible(myself.shown, tuple(sorted(keys)), warnings)

    def close(self) -> None:
        """See `TicketSource`."""
        self._http.close()

    def _listed(self, start: datetime | None, following: str | None) -> Rows:
        try:
            given = self._search(self._jql(start), "updated", following, PAGE)
        except Rejected:
            if following is None:
                raise
            # The token of the page has expired: begin again, what was seen is skipped.
            following = None
            given = self._search(self._jql(start), "updated", None, PAGE)
        page = payloads.checked(_Search, given)
        rows = [Listed(row.key, payloads.time(row.fields.updated)) for row in page.issues]
        if start is not None:
            # Jira asks by the minute, so the rest of the first one is cut off here.
            if any(row.changed_at < _minute(start) for row in rows):
                raise QueryIgnored("Jira listed cases older than asked for")
            rows = [row for row in rows if row.changed_at >= start]
        return Rows(tuple(rows), self._following(page, following, len(page.issues)))

    def _search(self, jql: str, field: str, following: str | None, size: int) -> object:
        body: dict[str, object] = {"jql": jql, "fields": [field], "maxResults": size}
        if self._cloud:
            if following is not None:
                body["nextPageToken"] = following
            return self._http.send("POST", f"{self._api}/search/jql", body=body).json
        body["startAt"] = int(following or 0)
        return self._http.send("POST", f"{self._api}/search", body=body).json

    def _following(self, page: _Search | _Keys, following: str | None, got: int) -> str | None:
        if self._cloud:
            return page.token or None
        after = int(following or 0) + got
        return str(after) if got and after < (page.total or 0) else None

    def _jql(self, start: datetime | None) -> str:
        """The query; Jira refuses one without bounds, and reads times in the account's zone."""
        since = start or datetime(1990, 1, 2, tzinfo=UTC)
        when = _minute(since).astimezone(self._account_zone())
        own = self._account.options.get("jql")
        bounds = f"({own}) AND " if own else ""
        return f'{bounds}updated >= "{when:%Y-%m-%d %H:%M}" ORDER BY updated ASC, key ASC'

    def _account_zone(self) -> ZoneInfo:
        if self._zone is None:
            myself = payloads.checked(_Myself, self._http.get(f"{self._api}/myself").json)
            try:
                self._zone = ZoneInfo(myself.zone)
            except (ZoneInfoNotFoundError, ValueError) as error:
                raise BadAnswer("Jira names a time zone that is not known here") from error
        return self._zone

    def _link(self, key: str) -> str:
        return f"{self._http.url}/browse/{key}"

    def _path(self, external_id: str) -> str:
        if not KEY.fullmatch(external_id):
            raise BadAnswer("the key of a case is no key")
        return f"{self._api}/issue/{external_id}"

    def _comments(self, external_id: str) -> Iterator[_Comment]:
        start = 0
        while True:
            query = {"startAt": str(start), "maxResults": str(PAGE), "expand": "properties"}
            given = self._http.get(f"{self._path(external_id)}/comment", query).json
            page = payloads.checked(_Comments, given)
            yield from page.comments
            start += len(page.comments)
            if not page.comments or start >= page.total:
                return

    def _case(self, issue: _Issue, comments: list[_Comment], resolution: str | None) -> SourceCase:
        fields = issue.fields
        said = [item for item in comments if notes.key_of(self._markdown(item.body)) is None]
        messages = tuple(self._message(fields, item) for item in said)
        done = fields.status.category.key == "done"
        closed_at = payloads.time_if_set(fields.resolved) if done else None
        scope = fields.project.key
        return SourceCase(
            external_id=issue.key,
            title=fields.summary or issue.key,
            description=self._markdown(fields.description),
            scope=f"{scope}/{fields.security.name or 'private'}" if fields.security else scope,
            opened_at=payloads.time(fields.created),
            updated_at=payloads.time(fields.updated),
            version=fields.updated,
            state=TicketState.CLOSED if done else TicketState.OPEN,
            closed_at=closed_at,
            resolution=(resolution or payloads.resolution_of(messages, closed_at))
            if done
            else None,
            close_code=fields.resolution.name if done and fields.resolution else None,
            queue=fields.project.name or scope,
            category=fields.components[0].name if fields.components else None,
            link=self._link(issue.key),
            messages=messages,
        )

    def _message(self, fields: _Fields, comment: _Comment) -> MessageRecord:
        author = comment.author or _Person()
        asked = fields.reporter is not None and author.identity == fields.reporter.identity
        role = AuthorRole.REQUESTER if asked or author.kind == "customer" else AuthorRole.AGENT
        return MessageRecord(
            text=self._markdown(comment.body),
            at=payloads.time(comment.created),
            author=author.shown or None,
            role=AuthorRole.SYSTEM if author.kind == "app" else role,
            internal=not self._is_public(comment),
        )

    def _is_public(self, comment: _Comment) -> bool:
        """Only what is marked as public; or not marked at all, if an administrator said so."""
        flags = [item.value for item in comment.properties if item.key == INTERNAL_FLAG]
        if comment.visibility or any(
            payloads.part(flag, "internal") is not False for flag in flags
        ):
            return False
        if comment.public is None:
            return self._account.options.get("comments") == "public"
        return comment.public

    def _markdown(self, body: Any) -> str:  # Any: ADF or wiki text
        if isinstance(body, str) and not self._cloud:
            return markup.from_wiki(body)
        return markup.from_adf(body)


def _authorization(account: Account) -> str:
    if account.user is None:
        return f"Bearer {account.password}"
    return account.basic


def _minute(when: datetime) -> datetime:
    return when - timedelta(seconds=when.second, microseconds=when.microsecond)


def _adf(text: str) -> dict[str, object]:
    paragraphs = [
        {"type": "paragraph", "content": [{"type": "text", "text": part}]}
        for part in text.split("\n\n")
        if part.strip()
    ]
    return {"version": 1, "type": "doc", "content": paragraphs}
