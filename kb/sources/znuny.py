"""Znuny and OTRS, over a web service of their generic interface."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from pydantic import Field

from kb.errors import InvalidInput
from kb.models import SOLVED, AuthorRole, TicketState
from kb.sources import changes, markup, notes, payloads, signatures, zones
from kb.sources.accounts import SLEEP, Account, Sleep
from kb.sources.changes import Listed, Rows
from kb.sources.http import Http
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
    Visible,
)
from kb.tickets import MessageRecord

PAGE = 100
MOST = 1_000_000
"""Limit of a search that shall find all; without one Znuny stops at 500 and says nothing."""

LONGEST_TITLE = 200
"""Characters; Znuny takes 255, and the key follows."""

ROLES = {"agent": AuthorRole.AGENT, "customer": AuthorRole.REQUESTER, "system": AuthorRole.SYSTEM}
STATES = {
    "closed": TicketState.CLOSED,
    "pending reminder": TicketState.PENDING,
    "pending auto": TicketState.PENDING,
}
GONE_TYPES = frozenset({"merged", "removed"})


class _Refused(BadAnswer):
    """An error inside of an answer with HTTP 200."""

    def __init__(self, code: str) -> None:
        super().__init__(f"Znuny answered {code}")
        self.code = code


class _Session(Payload):
    token: str = Field(alias="SessionID")


class _Article(Payload):
    sender: str = Field(default="", alias="SenderType")
    visible: str | None = Field(default=None, alias="IsVisibleForCustomer")
    author: str | None = Field(default=None, alias="From")
    subject: str = Field(default="", alias="Subject")
    body: str = Field(default="", alias="Body")
    mime: str = Field(default="text/plain", alias="MimeType")
    created: str = Field(default="", alias="CreateTime")


class _Ticket(Payload):
    id: str = Field(alias="TicketID")
    number: str = Field(default="", alias="TicketNumber")
    title: str = Field(default="", alias="Title")
    state: str = Field(default="", alias="State")
    state_type: str = Field(default="", alias="StateType")
    queue: str = Field(default="", alias="Queue")
    service: str | None = Field(default=None, alias="Service")
    customer: str | None = Field(default=None, alias="CustomerID")
    created: str = Field(alias="Created")
    changed: str = Field(alias="Changed")


class _Event(Payload):
    id: str = Field(alias="TicketID")


class CustomerMissing(InvalidInput):
    """Znuny opens no ticket without a customer, and the option `customer` names none."""


class Znuny:
    """A `TicketSource` and `CaseTaker`; the secret is the password of the agent `user`.

    `url` is the address of the web service.  Options: `timezone` of the server (default UTC);
    `customer`, for whom cases are opened (a customer's login or an e-mail address); and the
    routes of the site: `route_session`, `route_search`, `route_get`, `route_update`,
    `route_create`.
    """

    def __init__(self, account: Account, *, sleep: Sleep = SLEEP) -> None:
        self._account = account
        self._http = Http(account.url, private=account.private, sleep=sleep)
        self._zone = zones.of(account)
        self._token: str | None = None

    def changed(self, since: Mark, *, limit: int, at: datetime) -> Page:
        """See `TicketSource`."""
        return changes.walk(self._listed, since, limit=limit, at=at)

    def missing(self, known: frozenset[str]) -> frozenset[str]:
        """See `TicketSource`; one search names all numbers."""
        return known - frozenset(self._numbers({"Limit": str(MOST)}))

    def fetch(self, external_id: str) -> SourceCase | Gone:
        """See `TicketSource`."""
        query = {"AllArticles": "1", "Attachments": "0", "GetAttachmentContents": "0"}
        try:
            given = self._tickets([str(payloads.number(external_id))], query)
        except _Refused as refused:
            if refused.code.endswith("AccessDenied"):
                return Gone(external_id, "forbidden or deleted")
            raise
        if not given:
            return Gone(external_id, "deleted")
        ticket = payloads.checked(_Ticket, given[0])
        if ticket.state_type in GONE_TYPES:
            return Gone(external_id, ticket.state_type)
        said = _listed_or_one(payloads.part(given[0], "Article"))
        return self._case(ticket, [payloads.checked(_Article, item) for item in said])

    def verify(self, headers: Mapping[str, str], raw_body: bytes) -> list[Reference]:
        """See `TicketSource`.

        An invoker sends {"TicketID": 1} and the HMAC-SHA256 of the body in X-KB-Signature.
        """
        given = signatures.header(headers, "X-KB-Signature")
        signatures.verify(self._account.webhook_secret, raw_body, given, prefix="sha256=")
        return [Reference(payloads.checked(_Event, payloads.parsed(raw_body)).id)]

    def note(self, external_id: str, text: str, key: str) -> Noted:
        """See `TicketSource`; articles of Znuny cannot be changed."""
        number = str(payloads.number(external_id))
        wanted = notes.marked(text, key)
        for ticket in self._tickets([number], {"AllArticles": "1"}):
            for item in _listed_or_one(payloads.part(ticket, "Article")):
                there = payloads.checked(_Article, item).body
                if notes.key_of(there) == key:
                    return Noted.UNCHANGED if notes.same(there, wanted) else Noted.FIXED
        article = {
            "CommunicationChannel": "Internal",
            "IsVisibleForCustomer": 0,
            "SenderType": "agent",
            "Subject": "Suggestions",
            "Body": wanted,
            "ContentType": "text/plain; charset=utf8",
        }
        route = self._route("update", "/TicketUpdate")
        method = "PATCH" if "{" in route else "POST"
        body = {"TicketID": number, "Article": article}
        self._asked(method, route.replace("{id}", number), {}, body)
        return Noted.WRITTEN

    def open_case(self, case: NewCase) -> Opened:
        """See `CaseTaker`; the title ends with the key, which finds it again.

        Raises:
            CustomerMissing: no option says for whom.
        """
        customer = self._account.options.get("customer")
        if not customer:
            raise CustomerMissing("set the option customer: for whom cases are opened in Znuny")
        # A filter that is ignored would give any ticket.
        known = [
            ticket.id
            for ticket in map(_ticket, self._each({"Title": f"*{case.key}*", "Limit": str(PAGE)}))
            if case.key in ticket.title
        ]
        if not known:
            body = {
                "Ticket": {
                    "Title": f"{case.title[:LONGEST_TITLE]} [{case.key}]",
                    "Queue": case.scope,
                    "CustomerUser": customer,
                    "State": self._account.option("state", "new"),
                    "Priority": self._account.option("priority", "3 normal"),
                },
                "Article": {
                    "CommunicationChannel": "Phone",
                    "IsVisibleForCustomer": 1,
                    "SenderType": "agent",
                    "Subject": case.title[:LONGEST_TITLE],
                    "Body": case.text,
                    "ContentType": "text/plain; charset=utf8",
                },
            }
            made = self._asked("POST", self._route("create", "/Ticket"), {}, body)
            known = [payloads.checked(_Event, made).id]
        return Opened(known[0], self._link(known[0]))

    def visible(self) -> Visible:
        """See `TicketSource`; Znuny names no queues, so those of the newest tickets are shown."""
        newest = {"Limit": str(PAGE), "SortBy": "Changed", "OrderBy": "Down"}
        queues = {payloads.checked(_Ticket, item).queue for item in self._each(newest)}
        warnings = () if queues else ("the account sees no ticket",)
        return Visible(self._account.user or "", tuple(sorted(queues)), warnings)

    def close(self) -> None:
        """See `TicketSource`."""
        self._http.close()

    def _listed(self, start: datetime | None, following: str | None) -> Rows:
        limit = int(following or PAGE)
        query = {"Limit": str(limit), "SortBy": "Changed", "OrderBy": "Up"}
        if start is not None:
            when = start.astimezone(self._zone)
            query["TicketChangeTimeNewerDate"] = f"{when:%Y-%m-%d %H:%M:%S}"
        numbers = self._numbers(query)
        tickets = [payloads.checked(_Ticket, item) for item in self._readable(numbers)]
        rows = sorted(
            (Listed(item.id, self._time(item.changed)) for item in tickets),
            key=lambda row: row.changed_at,
        )
        # There is no way to go on, only to ask for more at once.
        return Rows(tuple(rows), str(limit * 2) if len(numbers) >= limit else None)

    def _numbers(self, query: dict[str, str]) -> list[str]:
        given = self._asked("GET", self._route("search", "/Ticket"), query, None)
        return [str(item) for item in _listed_or_one(payloads.part(given, "TicketID"))]

    def _each(self, query: dict[str, str]) -> list[Any]:
        return self._readable(self._numbers(query))

    def _readable(self, numbers: list[str]) -> list[Any]:
        """The tickets as far as we may read them: one forbidden number fails a whole request."""
        if not numbers:
            return []
        try:
            return self._tickets(numbers, {})
        except _Refused as refused:
            if not refused.code.endswith("AccessDenied"):
                raise
        if len(numbers) == 1:
            return []
        half = len(numbers) // 2
        return self._readable(numbers[:half]) + self._readable(numbers[half:])

    def _tickets(self, numbers: list[str], query: dict[str, str]) -> list[Any]:
        route = self._route("get", "/Ticket/{id}").replace("{id}", ",".join(numbers))
        given = self._asked("GET", route, query, None)
        return _listed_or_one(payloads.part(given, "Ticket"))

    def _asked(self, method: str, path: str, query: dict[str, str], body: object) -> object:
        for attempt in (1, 2):
            signed = query | {"SessionID": self._session()}
            given = self._http.send(method, path, query=signed, body=body).json
            code = payloads.part(payloads.part(given, "Error"), "ErrorCode")
            if code is None:
                return given
            if not str(code).endswith("AuthFail"):
                raise _Refused(str(code))
            self._token = None  # the session has expired
            if attempt == 2:  # noqa: PLR2004
                break
        raise SourceDenied("Znuny does not accept the account")

    def _session(self) -> str:
        if self._token is None:
            body = {"UserLogin": self._account.user, "Password": self._account.password}
            given = self._http.send("POST", self._route("session", "/Session"), body=body).json
            if payloads.part(given, "Error"):
                raise SourceDenied("Znuny does not accept the account")
            self._token = payloads.checked(_Session, given).token
        return self._token

    def _link(self, number: str) -> str:
        pages = self._account.url.partition("/nph-genericinterface.pl")[0]
        return f"{pages}/index.pl?Action=AgentTicketZoom;TicketID={number}"

    def _route(self, name: str, default: str) -> str:
        return self._account.option(f"route_{name}", default)

    def _time(self, text: str) -> datetime:
        return payloads.time(text).replace(tzinfo=self._zone)

    def _case(self, ticket: _Ticket, articles: list[_Article]) -> SourceCase:
        said = [item for item in articles if notes.key_of(_markdown(item)) is None]
        # An internal first article is no description: that is read by all who read the case.
        asked = said[:1] if said and said[0].visible == "1" else []
        messages = tuple(
            MessageRecord(
                text=_markdown(item),
                at=self._time(item.created or ticket.created),
                author=item.author,
                role=ROLES.get(item.sender, AuthorRole.UNKNOWN),
                internal=item.visible != "1",
            )
            for item in said[len(asked) :]
        )
        state = STATES.get(ticket.state_type, TicketState.OPEN)
        changed = self._time(ticket.changed)
        return SourceCase(
            external_id=ticket.id,
            title=ticket.title or f"Ticket {ticket.number}",
            description=_markdown(asked[0]) if asked else "",
            scope=ticket.queue or "no queue",
            opened_at=self._time(ticket.created),
            updated_at=changed,
            version=ticket.changed,
            state=state,
            closed_at=changed if state in SOLVED else None,
            resolution=payloads.resolution_of(messages, None) if state in SOLVED else None,
            close_code=ticket.state if state in SOLVED else None,
            queue=ticket.queue or None,
            category=ticket.service,
            organisation=ticket.customer,
            link=self._link(ticket.id),
            messages=messages,
        )


def _ticket(given: object) -> _Ticket:
    return payloads.checked(_Ticket, given)


def _listed_or_one(given: Any) -> list[Any]:  # Any: foreign JSON
    """A list; a single hit may come without one."""
    if given is None or given == "":
        return []
    return given if isinstance(given, list) else [given]


def _markdown(article: _Article) -> str:
    if article.mime == "text/html":
        return markup.from_html(article.body)
    return markup.own_words(article.body)
