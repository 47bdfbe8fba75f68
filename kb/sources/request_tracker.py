"""Request Tracker 5, over REST 2."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from functools import partial

from pydantic import Field

from kb.models import AuthorRole, TicketState
from kb.sources import changes, markup, notes, payloads, signatures, vanished, zones
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
    Visible,
)
from kb.tickets import MessageRecord

PAGE = 100
"""The most that REST 2 gives at once."""

LONGEST_SUBJECT = 150
"""Characters; RT keeps 200, of which the key takes some."""

PUBLIC = frozenset({"Create", "Correspond"})
SAID = PUBLIC | {"Comment"}
"""Transactions in which somebody says something; the others are records of mail that RT sent."""

STATES = {
    "new": TicketState.OPEN,
    "open": TicketState.OPEN,
    "stalled": TicketState.PENDING,
    "resolved": TicketState.RESOLVED,
    "rejected": TicketState.CLOSED,
}


class _Id(Payload):
    id: str
    name: str = Field(default="", alias="Name")


class _Row(Payload):
    id: str
    last_updated: str = Field(alias="LastUpdated")


class _Rows(Payload):
    items: list[_Row]
    next_page: str | None = None
    total: int | None = None


class _Ticket(Payload):
    id: str
    subject: str = Field(default="", alias="Subject")
    status: str = Field(alias="Status")
    queue: _Id = Field(alias="Queue")
    creator: _Id | None = Field(default=None, alias="Creator")
    requestors: list[_Id] = Field(default_factory=list, alias="Requestor")
    created: str = Field(alias="Created")
    last_updated: str = Field(alias="LastUpdated")
    resolved: str | None = Field(default=None, alias="Resolved")
    effective: _Id | None = Field(default=None, alias="EffectiveId")


class _Transaction(Payload):
    id: str
    type: str = Field(default="", alias="Type")
    creator: _Id | None = Field(default=None, alias="Creator")
    created: str = Field(alias="Created")


class _Attachment(Payload):
    id: str
    transaction: str | _Id = Field(alias="TransactionId")
    content_type: str = Field(default="", alias="ContentType")
    content: str | None = Field(default=None, alias="Content")
    filename: str | None = Field(default=None, alias="Filename")


class RequestTracker:
    """A `TicketSource` and `CaseTaker`.

    The secret of the account is a token, or the password of `user`.

    Options: `timezone` is the one set in the account's preferences in RT, which RT reads times in
    (default UTC); `query` is TicketSQL that narrows down which tickets are read.
    """

    def __init__(self, account: Account, *, sleep: Sleep = SLEEP) -> None:
        self._account = account
        self._http = Http(
            f"{account.url.rstrip('/')}/REST/2.0",
            {"Authorization": _authorization(account)},
            private=account.private,
            sleep=sleep,
        )
        self._zone = zones.of(account)
        self._zone_checked = False
        self._queues: dict[str, str] = {}

    def changed(self, since: Mark, *, limit: int, at: datetime) -> Page:
        """See `TicketSource`."""
        if since.at is not None and not self._zone_checked:
            self._check_zone()
        return changes.walk(self._listed, since, limit=limit, at=at)

    def missing(self, known: frozenset[str]) -> frozenset[str]:
        """See `TicketSource`."""
        return vanished.missing(known, self, page=PAGE)

    def count(self, first: int, last: int) -> int | None:
        """See `Numbered`."""
        query = {"query": self._numbered(first, last), "per_page": "1", "fields": "LastUpdated"}
        return self._tickets(query).total

    def numbers(self, first: int, last: int) -> Iterator[int]:
        """See `Numbered`."""
        query = {"query": self._numbered(first, last), "orderby": "id", "order": "ASC"}
        for item in self._pages("/tickets", {**query, "per_page": str(PAGE)}):
            yield payloads.number(payloads.checked(_Id, item).id)

    def fetch(self, external_id: str) -> SourceCase | Gone:
        """See `TicketSource`."""
        path = f"/ticket/{payloads.number(external_id)}"
        try:
            ticket = payloads.checked(_Ticket, self._http.get(path).json)
        except Absent as absent:
            return Gone(external_id, absent.reason)
        if ticket.status == "deleted":
            return Gone(external_id, "deleted")
        if ticket.effective is not None and ticket.effective.id != ticket.id:
            return Gone(external_id, f"merged into {ticket.effective.id}")
        return self._case(ticket, self._messages(ticket))

    def verify(self, headers: Mapping[str, str], raw_body: bytes) -> list[Reference]:
        """See `TicketSource`.

        RT has no webhooks of its own; a scrip sends {"id": 1} and the HMAC-SHA256 of the body in
        X-RT-Signature.
        """
        given = signatures.header(headers, "X-RT-Signature")
        signatures.verify(self._account.webhook_secret, raw_body, given, prefix="sha256=")
        return [Reference(payloads.checked(_Id, payloads.parsed(raw_body)).id)]

    def note(self, external_id: str, text: str, key: str) -> Noted:
        """See `TicketSource`; comments of RT cannot be changed."""
        path = f"/ticket/{payloads.number(external_id)}"
        wanted = notes.marked(text, key)
        for attachment in self._attachments(path):
            there = _text(attachment)
            if notes.key_of(there) == key:
                return Noted.UNCHANGED if notes.same(there, wanted) else Noted.FIXED
        comment = {"Content": wanted, "ContentType": "text/plain"}
        self._http.send("POST", f"{path}/comment", body=comment)
        return Noted.WRITTEN

    def open_case(self, case: NewCase) -> Opened:
        """See `CaseTaker`; the subject ends with the key, which finds it again."""
        query = {"query": f"Subject LIKE '{case.key}'", "fields": "LastUpdated"}
        known = [row.id for row in self._tickets(query).items]
        if not known:
            wanted = {
                "Queue": case.scope,
                "Subject": f"{case.title[:LONGEST_SUBJECT]} [{case.key}]",
                "Content": case.text,
                "ContentType": "text/plain",
            }
            made = self._http.send("POST", "/ticket", body=wanted).json
            known = [payloads.checked(_Id, made).id]
        return Opened(known[0], self._link(known[0]))

    def visible(self) -> Visible:
        """See `TicketSource`."""
        self._http.get("/rt")
        query = {"fields": "Name", "per_page": str(PAGE)}
        queues = [payloads.checked(_Id, item).name for item in self._pages("/queues/all", query)]
        warnings = () if queues else ("the account sees no queue",)
        self._check_zone()
        return Visible(self._account.user or "token", tuple(sorted(queues)), warnings)

    def close(self) -> None:
        """See `TicketSource`."""
        self._http.close()

    def _listed(self, start: datetime | None, following: str | None) -> Rows:
        query = {
            "query": self._query(start),
            "orderby": "LastUpdated",
            "order": "ASC",
            "fields": "LastUpdated",  # without it only numbers come
            "per_page": str(PAGE),
            "page": following or "1",
        }
        page = self._tickets(query)
        rows = tuple(Listed(row.id, payloads.time(row.last_updated)) for row in page.items)
        # pages and total are null where rights are missing; next_page is there all the same.
        return Rows(rows, str(int(following or "1") + 1) if page.next_page else None)

    def _tickets(self, query: dict[str, str]) -> _Rows:
        return payloads.checked(_Rows, self._http.get("/tickets", query).json)

    def _query(self, start: datetime | None) -> str:
        return self._narrowed(
            "id > 0" if start is None else f"LastUpdated >= '{self._written(start)}'"
        )

    def _numbered(self, first: int, last: int) -> str:
        return self._narrowed(f"id >= {first} AND id <= {last}")

    def _narrowed(self, query: str) -> str:
        own = self._account.options.get("query")
        return f"({own}) AND {query}" if own else query

    def _written(self, when: datetime) -> str:
        return f"{when.astimezone(self._zone):%Y-%m-%d %H:%M:%S}"

    def _check_zone(self) -> None:
        newest = {"orderby": "LastUpdated", "order": "DESC", "fields": "LastUpdated"}
        for row in self._tickets({"query": "id > 0", "per_page": "1", **newest}).items:
            changed_at = payloads.time(row.last_updated)
            zones.check(changed_at, partial(self._found_from, row.id))
        self._zone_checked = True

    def _found_from(self, ticket_id: str, when: datetime) -> bool:
        query = f"id = {payloads.number(ticket_id)} AND LastUpdated >= '{self._written(when)}'"
        return bool(self._tickets({"query": query, "fields": "LastUpdated"}).items)

    def _pages(self, path: str, query: dict[str, str]) -> Iterator[object]:
        for page in range(1, 100_000):
            answer = self._http.get(path, {**query, "page": str(page)}).json
            found = payloads.checked(_Items, answer)
            yield from found.items
            if not found.next_page:
                return

    def _attachments(self, path: str) -> Iterator[_Attachment]:
        query = {
            "fields": "TransactionId,ContentType,Content,Filename",
            "per_page": str(PAGE),
        }
        for item in self._pages(f"{path}/attachments", query):
            yield payloads.checked(_Attachment, item)

    def _messages(self, ticket: _Ticket) -> list[tuple[_Transaction, str]]:
        """What was said, oldest first; of a message in several forms the plain one."""
        path = f"/ticket/{ticket.id}"
        query = {"fields": "Type,Creator,Created", "per_page": str(PAGE)}
        said = {
            transaction.id: transaction
            for transaction in (
                payloads.checked(_Transaction, item)
                for item in self._pages(f"{path}/history", query)
            )
            if transaction.type in SAID
        }
        forms: dict[str, list[_Attachment]] = {}
        for attachment in self._attachments(path):
            if _transaction_of(attachment) in said and not attachment.filename:
                forms.setdefault(_transaction_of(attachment), []).append(attachment)
        return [
            (said[number], _best(forms[number]))
            for number in sorted(forms, key=int)
            if notes.key_of(_best(forms[number])) is None
        ]

    def _case(self, ticket: _Ticket, said: list[tuple[_Transaction, str]]) -> SourceCase:
        closed_at = payloads.time_if_set(ticket.resolved)
        state = STATES.get(ticket.status, TicketState.CLOSED if closed_at else TicketState.OPEN)
        solved = state in {TicketState.CLOSED, TicketState.RESOLVED}
        asked = [text for transaction, text in said if transaction.type == "Create"]
        messages = tuple(
            _message(ticket, transaction, text)
            for transaction, text in said
            if transaction.type != "Create" and text
        )
        queue = self._queue(ticket.queue)
        return SourceCase(
            external_id=ticket.id,
            title=ticket.subject or f"Ticket {ticket.id}",
            description=asked[0] if asked else "",
            scope=queue,
            opened_at=payloads.time(ticket.created),
            updated_at=payloads.time(ticket.last_updated),
            version=ticket.last_updated,
            state=state,
            closed_at=closed_at if solved else None,
            resolution=payloads.resolution_of(messages, closed_at) if solved else None,
            close_code=ticket.status if solved else None,
            queue=queue,
            link=self._link(ticket.id),
            messages=messages,
        )

    def _link(self, number: str) -> str:
        return f"{self._account.url.rstrip('/')}/Ticket/Display.html?id={number}"

    def _queue(self, queue: _Id) -> str:
        if queue.name:
            return queue.name
        if queue.id not in self._queues:
            try:
                given = self._http.get(f"/queue/{payloads.number(queue.id)}").json
                self._queues[queue.id] = payloads.checked(_Id, given).name or queue.id
            except Absent:  # may see the ticket, not the queue: a scope all the same
                self._queues[queue.id] = queue.id
        return self._queues[queue.id]


class _Items(Payload):
    items: list[dict[str, object]]
    next_page: str | None = None


def _authorization(account: Account) -> str:
    if account.user is None:
        return f"token {account.password}"
    return account.basic


def _transaction_of(attachment: _Attachment) -> str:
    given = attachment.transaction
    return given if isinstance(given, str) else given.id


def _best(forms: list[_Attachment]) -> str:
    for wanted in ("text/plain", "text/html"):
        for form in forms:
            if form.content_type == wanted and form.content:
                return _text(form)
    return ""


def _text(attachment: _Attachment) -> str:
    if attachment.content_type == "text/html":
        return markup.from_html(attachment.content or "")
    return markup.own_words(attachment.content or "")


def _message(ticket: _Ticket, transaction: _Transaction, text: str) -> MessageRecord:
    author = transaction.creator.id if transaction.creator else None
    asked = {requestor.id.lower() for requestor in ticket.requestors}
    return MessageRecord(
        text=text,
        at=payloads.time(transaction.created),
        author=author,
        role=AuthorRole.REQUESTER if (author or "").lower() in asked else AuthorRole.AGENT,
        internal=transaction.type not in PUBLIC,
    )
