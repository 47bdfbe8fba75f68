"""Roundup, over its REST interface."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from urllib.parse import urlsplit

from pydantic import Field

from kb.models import AuthorRole, TicketState
from kb.sources import changes, markup, notes, payloads, signatures, zones
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
    Reference,
    SourceCase,
    SourceDenied,
    SourceUnavailable,
    Visible,
)
from kb.tickets import MessageRecord

MESSAGES = 100
"""Messages that are asked for at once: their numbers stand in the address."""

PAGE = 1_000
"""Issues that are listed at once.  For each page Roundup reads all that follow it, too."""

RESOLVED = "resolved, done-cbb, closed"
"""Names of states that count as solved, as the trackers that come with Roundup call them."""

PENDING = frozenset({"deferred", "need-eg", "pending"})

TIME = "%Y-%m-%d.%H:%M:%S"
"""How Roundup writes times; in answers they are UTC, in questions the account's own."""


class NoInternalNotes(SourceUnavailable):
    """The tracker has no internal messages, or made a note public, so none is left."""


class _User(Payload):
    id: str
    username: str = ""


class _Reference(Payload):
    id: str


class _Row(Payload):
    id: str
    activity: str
    messages: list[_Reference] = Field(default_factory=list)
    status: _Reference | None = None


class _Issue(Payload):
    id: str
    title: str | None = None
    activity: str
    creation: str
    creator: _User | None = None
    messages: list[_Reference] = Field(default_factory=list)


class _Message(Payload):
    id: str
    content: str | None = None
    author: _User | None = None
    creation: str
    date: str | None = None
    type: str | None = None


class _Held(Payload):
    attributes: dict[str, object] = Field(default_factory=dict)
    etag: str = Field(alias="@etag")


class _Event(Payload):
    id: int


class Roundup:
    """A `TicketSource` and `CaseTaker`; the secret of the account is the password of `user`.

    Options: `internal` is the property of messages that tells internal ones, if the tracker has
    one; `comments=public` counts messages without any flag as public; `scope` and `queue` are
    the properties of an issue that decide who may see it, and the level that works on it;
    `resolved` names states that count as solved; `timezone` is the one that the account has in
    Roundup (default UTC).
    """

    def __init__(self, account: Account, *, sleep: Sleep = SLEEP) -> None:
        self._account = account
        parts = urlsplit(account.url)
        self._http = Http(
            f"{account.url.rstrip('/')}/rest/data",
            {
                "Authorization": account.basic,
                # Without these Roundup takes a request that writes for a forged one.
                "X-Requested-With": "rest",
                "Origin": f"{parts.scheme}://{parts.netloc}",
                "Referer": f"{account.url.rstrip('/')}/",
            },
            private=account.private,
            sleep=sleep,
        )
        self._zone = zones.of(account)
        self._zone_checked = False

    def changed(self, since: Mark, *, limit: int, at: datetime) -> Page:
        """See `TicketSource`."""
        if since.at is not None and not self._zone_checked:
            self._check_zone()
        return changes.walk(self._listed, since, limit=limit, at=at)

    def missing(self, known: frozenset[str]) -> frozenset[str]:
        """See `TicketSource`."""
        first = self._list("issue", {"@fields": "id", "@page_size": "1", "@page_index": "1"})
        total = first.total
        if total is not None and total >= len(known):
            return frozenset()
        return known - frozenset(self._ids())

    def fetch(self, external_id: str) -> SourceCase | Gone:
        """See `TicketSource`.

        From the list, because an issue that was retired is still answered under its number.
        """
        number = str(payloads.number(external_id))
        wanted = {"title", "activity", "creation", "creator", "messages", "status"}
        wanted |= {name for name in (self._scope, self._queue) if name}
        query = {"id": number, "@fields": ",".join(sorted(wanted)), "@verbose": "2"}
        for row in self._list("issue", query).rows:
            if row.get("id") == number:
                issue = payloads.checked(_Issue, row)
                return self._case(issue, row, self._messages(issue))
        return Gone(external_id, self._why_gone(number))

    def verify(self, headers: Mapping[str, str], raw_body: bytes) -> list[Reference]:
        """See `TicketSource`.

        Roundup has no webhooks of its own; a detector sends {"id": 1} and the HMAC-SHA256 of the
        body in X-KB-Signature.
        """
        given = signatures.header(headers, "X-KB-Signature")
        signatures.verify(self._account.webhook_secret, raw_body, given, prefix="sha256=")
        return [Reference(str(payloads.checked(_Event, payloads.parsed(raw_body)).id))]

    def note(self, external_id: str, text: str, key: str) -> Noted:
        """See `TicketSource`.

        Raises:
            NoInternalNotes: everybody who may see the issue would read it.
        """
        flag = self._flag
        if flag is None:
            raise NoInternalNotes(
                "set the option internal to the property of messages that makes them internal"
            )
        wanted = notes.marked(text, key)
        path = f"/issue/{payloads.number(external_id)}"
        try:
            there = self._held(path)
            for message in self._spoken(_linked(there)):
                if notes.key_of(payloads.checked(_Message, message).content or "") == key:
                    return self._change(payloads.checked(_Message, message), wanted)
            number = self._written(wanted, {flag: True})
            # Before the issue knows the message nobody is told of it.
            if self._attribute(number, flag) != 1:
                raise NoInternalNotes(f"Roundup did not make message {number} internal")
            self._attach(path, there, number)
        except Absent as absent:
            raise SourceUnavailable(f"case {external_id} is {absent.reason}") from absent
        return Noted.WRITTEN

    def open_case(self, case: NewCase) -> Opened:
        """See `CaseTaker`; the title ends with the key, which finds it again."""
        query = {"title": case.key, "@fields": "id"}
        known = [payloads.checked(_Reference, row).id for row in self._list("issue", query).rows]
        if not known:
            flag = {self._flag: False} if self._flag else {}
            issue: dict[str, object] = {
                "title": f"{case.title} [{case.key}]",
                "messages": [self._written(case.text, flag)],
            }
            if self._scope:
                issue[self._scope] = case.scope
            made = self._http.send("POST", "/issue", body=issue).json
            known = [payloads.checked(_Reference, payloads.part(made, "data")).id]
        return Opened(known[0], self._link(known[0]))

    def visible(self) -> Visible:
        """See `TicketSource`."""
        try:
            self._list("issue", {"@fields": "id", "@page_size": "1", "@page_index": "1"})
        except Absent as absent:
            raise SourceDenied("the account may not use the REST interface") from absent
        self._check_zone()
        return Visible(self._account.user or "", tuple(self._scopes()), tuple(self._warnings()))

    def close(self) -> None:
        """See `TicketSource`."""
        self._http.close()

    @property
    def _flag(self) -> str | None:
        return self._account.options.get("internal") or None

    @property
    def _scope(self) -> str | None:
        return self._account.options.get("scope") or None

    @property
    def _queue(self) -> str | None:
        return self._account.options.get("queue") or None

    def _listed(self, start: datetime | None, following: str | None) -> Rows:
        page = int(following or 1)
        query = {
            # A time shows no fractions, and two changes may come in one second.
            "@fields": "activity,messages,status",
            "@sort": "activity,id",
            "@page_size": str(PAGE),
            "@page_index": str(page),
        }
        if start is not None:
            query["activity"] = f"from {self._asked(start)}"
        found = self._list("issue", query)
        rows = tuple(_row(payloads.checked(_Row, row)) for row in found.rows)
        return Rows(rows, str(page + 1) if found.more else None)

    def _list(self, kind: str, query: Mapping[str, str] | list[tuple[str, str]]) -> "_Found":
        given = self._http.get(f"/{kind}", query).json
        data = payloads.checked(_Collection, payloads.part(given, "data"))
        # -1 is said where the tracker's own limit cut the list short.
        total = data.total if data.total >= 0 else None
        return _Found(data.collection, "next" in data.links, total)

    def _ids(self) -> Iterator[str]:
        for page in range(1, 100_000):
            query = {"@fields": "id", "@page_size": str(PAGE), "@page_index": str(page)}
            found = self._list("issue", query)
            yield from (payloads.checked(_Reference, row).id for row in found.rows)
            if not found.more:
                return

    def _why_gone(self, number: str) -> str:
        try:
            self._http.get(f"/issue/{number}", {"@fields": "id"})
        except Absent as absent:
            return absent.reason
        return "deleted"  # retired

    def _asked(self, when: datetime) -> str:
        return when.astimezone(self._zone).strftime(TIME)

    def _check_zone(self) -> None:
        newest = {"@fields": "activity", "@sort": "-activity", "@page_size": "1"}
        for item in self._list("issue", newest | {"@page_index": "1"}).rows:
            row = payloads.checked(_Row, item)
            zones.check(_time(row.activity), partial(self._found_from, row.id))
        self._zone_checked = True

    def _found_from(self, number: str, when: datetime) -> bool:
        query = {"id": number, "activity": f"from {self._asked(when)}", "@fields": "id"}
        return bool(self._list("issue", query).rows)

    def _spoken(self, numbers: list[str]) -> list[dict[str, object]]:
        """The messages of these numbers, as far as the account may read them."""
        fields = ["author", "content", "creation", "date", "type", *filter(None, [self._flag])]
        found: list[dict[str, object]] = []
        for start in range(0, len(numbers), MESSAGES):
            query = [("id", number) for number in numbers[start : start + MESSAGES]]
            query += [("@fields", ",".join(fields)), ("@verbose", "3")]  # 3: with their text
            found += self._list("msg", query).rows
        return found

    def _messages(self, issue: _Issue) -> list[tuple[MessageRecord, str | None]]:
        """What was said, oldest first, each with its key if it is a note of ours."""
        said = []
        for row in self._spoken([reference.id for reference in issue.messages]):
            message = payloads.checked(_Message, row)
            # A flag that the account may not read is left out, and says nothing.
            flag = row.get(self._flag, True) if self._flag else None
            said.append((self._message(issue, message, flag), notes.key_of(message.content or "")))
        return sorted(said, key=lambda pair: pair[0].at)

    def _message(self, issue: _Issue, message: _Message, flag: object) -> MessageRecord:
        author = message.author
        asked = author is not None and issue.creator is not None and author.id == issue.creator.id
        unflagged_is_public = self._account.options.get("comments") == "public"
        # SQLite gives Roundup 0 and 1 for its booleans.
        public = flag == 0 if flag is not None else unflagged_is_public
        return MessageRecord(
            text=_markdown(message),
            at=_time(message.date or message.creation),
            author=author.username or None if author else None,
            role=AuthorRole.REQUESTER if asked else AuthorRole.AGENT,
            internal=not public,
        )

    def _case(
        self,
        issue: _Issue,
        row: dict[str, object],
        messages: list[tuple[MessageRecord, str | None]],
    ) -> SourceCase:
        said = [message for message, key in messages if key is None and message.text]
        # An internal first message is no description: that is read by all who read the case.
        asked = said[:1] if said and not said[0].internal else []
        answers = tuple(said[len(asked) :])
        status = _label(row.get("status")) or ""
        state = self._state(status)
        solved = state is TicketState.RESOLVED
        updated_at = _time(issue.activity)
        return SourceCase(
            external_id=issue.id,
            title=issue.title or f"Issue {issue.id}",
            description=asked[0].text if asked else "",
            scope=self._named(row, self._scope) or "issues",
            opened_at=_time(issue.creation),
            updated_at=updated_at,
            version=_row(payloads.checked(_Row, row)).version,
            state=state,
            # Roundup does not tell when an issue was solved: its last change is the latest time.
            closed_at=updated_at if solved else None,
            resolution=payloads.resolution_of(answers, None) if solved else None,
            close_code=status if solved else None,
            queue=self._named(row, self._queue),
            link=self._link(issue.id),
            messages=answers,
        )

    def _link(self, number: str) -> str:
        return f"{self._account.url.rstrip('/')}/issue{number}"

    def _named(self, row: dict[str, object], name: str | None) -> str | None:
        """What the property says; what the account may not read is left out by Roundup.

        Raises:
            BadAnswer: it was left out, so that nobody knows who may see the issue.
        """
        if name is None:
            return None
        if name not in row:
            raise BadAnswer(f"the account may not read the property {name} of an issue")
        return _label(row[name])

    def _state(self, status: str) -> TicketState:
        if status in payloads.named(self._account.option("resolved", RESOLVED)):
            return TicketState.RESOLVED
        return TicketState.PENDING if status in PENDING else TicketState.OPEN

    def _scopes(self) -> list[str]:
        """The values that the property of the scope takes in the newest issues."""
        if self._scope is None:
            return ["issues"]
        query = {"@fields": self._scope, "@sort": "-activity", "@verbose": "2"}
        query |= {"@page_size": "1000", "@page_index": "1"}
        rows = self._list("issue", query).rows
        return sorted({self._named(row, self._scope) or "issues" for row in rows})

    def _warnings(self) -> Iterator[str]:
        try:
            self._list("msg", {"@fields": self._flag or "id", "@page_size": "1"})
        except Rejected:
            yield f"messages have no property {self._flag}"
        if self._flag is None and self._account.options.get("comments") != "public":
            yield "all messages count as internal; set the option internal or comments=public"

    def _held(self, path: str) -> _Held:
        return payloads.checked(_Held, payloads.part(self._http.get(path).json, "data"))

    def _attribute(self, number: str, name: str) -> object:
        return self._held(f"/msg/{number}").attributes.get(name)

    def _written(self, text: str, more: Mapping[str, object]) -> str:
        author = {"author": self._account.user, "date": datetime.now(UTC).strftime(TIME)}
        body = {"content": text, **author, **more}
        made = self._http.send("POST", "/msg", body=body).json
        return payloads.checked(_Reference, payloads.part(made, "data")).id

    def _attach(self, path: str, there: _Held, number: str) -> None:
        """Add a message to the issue; somebody else's change in between makes it fail."""
        change = {"@op": "add", "messages": [number]}
        self._http.send("PATCH", path, body=change, headers={"If-Match": there.etag})

    def _change(self, message: _Message, wanted: str) -> Noted:
        if notes.same(message.content or "", wanted):
            return Noted.UNCHANGED
        path = f"/msg/{message.id}"
        match = {"If-Match": self._held(path).etag}
        try:
            self._http.send("PATCH", path, body={"content": wanted}, headers=match)
        except Absent:  # the account may not change messages
            return Noted.FIXED
        return Noted.UPDATED


class _Collection(Payload):
    collection: list[dict[str, object]]
    links: dict[str, object] = Field(default_factory=dict, alias="@links")
    total: int = Field(default=-1, alias="@total_size")


@dataclass(frozen=True, slots=True)
class _Found:
    """A page of a list; `total` is None where Roundup does not know it."""

    rows: list[dict[str, object]]
    more: bool
    total: int | None


def _linked(there: _Held) -> list[str]:
    given = there.attributes.get("messages")
    held = given if isinstance(given, list) else []
    return [payloads.checked(_Reference, item).id for item in held]


def _row(row: _Row) -> Listed:
    status = row.status.id if row.status else ""
    version = f"{row.activity} {len(row.messages)} {status}"
    return Listed(row.id, _time(row.activity), version)


def _label(given: object) -> str | None:
    """What a value is called: a link is {"id", "link", and the name of the property: name}."""
    if isinstance(given, list):
        return ", ".join(sorted(filter(None, map(_label, given)))) or None
    if isinstance(given, dict):
        names = [value for key, value in given.items() if key not in {"id", "link"}]
        return str(names[0]) if names else None
    return str(given) if given not in (None, "") else None


def _time(text: str) -> datetime:
    try:
        return datetime.strptime(text[:19], TIME).replace(tzinfo=UTC)
    except ValueError:
        raise BadAnswer("a time is not written as Roundup promises") from None


def _markdown(message: _Message) -> str:
    if message.type == "text/html":
        return markup.from_html(message.content or "")
    return markup.own_words(message.content or "")
