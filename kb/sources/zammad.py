"""Zammad, over its REST interface."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

from kb.models import AuthorRole, TicketState
from kb.sources import changes, markup, notes, payloads, signatures
from kb.sources.accounts import SLEEP, Account, Sleep
from kb.sources.changes import Listed, Rows
from kb.sources.http import Absent, Http
from kb.sources.payloads import Payload
from kb.sources.ports import (
    BadAnswer,
    Gone,
    Mark,
    Noted,
    Page,
    Reference,
    SourceCase,
    SourceUnavailable,
    Visible,
)
from kb.tickets import MessageRecord

PAGE = 100

OVERLAP = timedelta(minutes=10)
"""The list comes from a search index, which is told of changes by background jobs."""

GONE_STATES = frozenset({"merged", "removed"})
SENDERS = {
    "Agent": AuthorRole.AGENT,
    "Customer": AuthorRole.REQUESTER,
    "System": AuthorRole.SYSTEM,
}


class NoteWentPublic(SourceUnavailable):
    """Zammad did not make a note of ours internal."""


class _Row(Payload):
    id: int
    updated_at: str


class _Ticket(_Row):
    number: str = ""
    title: str = ""
    group: str = ""
    state: str = ""
    organization: str | None = None
    created_at: str
    close_at: str | None = None
    last_close_at: str | None = None


class _Article(Payload):
    id: int
    body: str = ""
    content_type: str = "text/html"
    internal: bool | None = None
    sender: str = ""
    created_by: str | None = None
    created_at: str


class _Total(Payload):
    total_count: int


class _Group(Payload):
    name: str


class _User(Payload):
    login: str


class _EventTicket(Payload):
    id: int


class _Event(Payload):
    # Nothing else is read: the default body carries private notes about the customer.
    ticket: _EventTicket


class Zammad:
    """A `TicketSource`; the secret of the account is an access token."""

    def __init__(self, account: Account, *, sleep: Sleep = SLEEP) -> None:
        self._account = account
        self._http = Http(
            account.url,
            {"Authorization": f"Token token={account.password}"},
            private=account.private,
            sleep=sleep,
        )

    def changed(self, since: Mark, *, limit: int, at: datetime) -> Page:
        """See `TicketSource`."""
        return changes.walk(self._listed, since, limit=limit, at=at, overlap=OVERLAP)

    def missing(self, known: frozenset[str]) -> frozenset[str]:
        """See `TicketSource`."""
        query = {"only_total_count": "true"}
        total = payloads.checked(_Total, self._http.get("/api/v1/tickets", query).json)
        if total.total_count >= len(known):
            return frozenset()
        there: set[str] = set()
        page = 1
        while rows := _list(
            self._http.get("/api/v1/tickets", {"page": str(page), "per_page": str(PAGE)}).json
        ):
            there |= {str(payloads.checked(_EventTicket, row).id) for row in rows}
            page += 1
        return known - there

    def fetch(self, external_id: str) -> SourceCase | Gone:
        """See `TicketSource`."""
        number = payloads.number(external_id)
        try:
            given = self._http.get(f"/api/v1/tickets/{number}", {"expand": "true"}).json
            articles = self._articles(external_id)
        except Absent as absent:
            return Gone(external_id, absent.reason)
        ticket = payloads.checked(_Ticket, given)
        if ticket.state in GONE_STATES:
            return Gone(external_id, ticket.state)
        return self._case(ticket, articles)

    def verify(self, headers: Mapping[str, str], raw_body: bytes) -> list[Reference]:
        """See `TicketSource`."""
        given = signatures.header(headers, "X-Hub-Signature")
        secret = self._account.webhook_secret
        signatures.verify(secret, raw_body, given, algorithm="sha1", prefix="sha1=")
        event = payloads.checked(_Event, payloads.parsed(raw_body))
        delivery = signatures.header(headers, "X-Zammad-Delivery") or None
        return [Reference(str(event.ticket.id), delivery)]

    def note(self, external_id: str, text: str, key: str) -> Noted:
        """See `TicketSource`; articles of Zammad cannot be changed."""
        wanted = notes.marked(text, key)
        for article in self._articles(external_id):
            if notes.key_of(_markdown(article)) == key:
                same = notes.same(_markdown(article), wanted)
                return Noted.UNCHANGED if same else Noted.FIXED
        wished = {
            "ticket_id": payloads.number(external_id),
            "body": wanted,
            "content_type": "text/plain",
            "type": "note",
            "internal": True,
        }
        answer = self._http.send("POST", "/api/v1/ticket_articles", body=wished).json
        if payloads.checked(_Article, answer).internal is not True:
            raise NoteWentPublic("Zammad did not make the note internal; delete it there")
        return Noted.WRITTEN

    def visible(self) -> Visible:
        """See `TicketSource`."""
        login = payloads.checked(_User, self._http.get("/api/v1/users/me").json).login
        groups = _list(self._http.get("/api/v1/groups", {"per_page": "1000"}).json)
        names = sorted(payloads.checked(_Group, group).name for group in groups)
        return Visible(login, tuple(names), () if names else ("the account sees no group",))

    def close(self) -> None:
        """See `TicketSource`."""
        self._http.close()

    def _listed(self, start: datetime | None, following: str | None) -> Rows:
        since = start.astimezone(UTC) if start else datetime(1970, 1, 1, tzinfo=UTC)
        page = int(following or 1)
        query = {
            "query": f"updated_at:[{since:%Y-%m-%dT%H:%M:%SZ} TO *]",
            "sort_by": "updated_at",
            "order_by": "asc",
            "expand": "true",
            "page": str(page),
            "per_page": str(PAGE),
        }
        given = _list(self._http.get("/api/v1/tickets/search", query).json)
        found = [payloads.checked(_Row, row) for row in given]
        rows = tuple(
            Listed(str(row.id), payloads.time(row.updated_at), row.updated_at) for row in found
        )
        # The server has a cap of its own and does not tell it: only an empty page is the end.
        return Rows(rows, str(page + 1) if rows else None)

    def _articles(self, external_id: str) -> list[_Article]:
        path = f"/api/v1/ticket_articles/by_ticket/{payloads.number(external_id)}"
        given = _list(self._http.get(path, {"expand": "true"}).json)
        return [payloads.checked(_Article, row) for row in given]

    def _case(self, ticket: _Ticket, articles: list[_Article]) -> SourceCase:
        said = [item for item in articles if notes.key_of(_markdown(item)) is None]
        # An internal first article is no description: that is read by all who read the case.
        asked = said[:1] if said and said[0].internal is False else []
        messages = tuple(_message(item) for item in said[len(asked) :] if item.body.strip())
        state = _state(ticket.state)
        closed = state is TicketState.CLOSED
        closed_at = payloads.time_if_set(ticket.last_close_at or ticket.close_at)
        return SourceCase(
            external_id=str(ticket.id),
            title=ticket.title or f"Ticket {ticket.number}",
            description=_markdown(asked[0]) if asked else "",
            scope=ticket.group or "no group",
            opened_at=payloads.time(ticket.created_at),
            updated_at=payloads.time(ticket.updated_at),
            version=ticket.updated_at,
            state=state,
            closed_at=closed_at if closed else None,
            resolution=payloads.resolution_of(messages, closed_at) if closed else None,
            close_code=ticket.state if closed else None,
            queue=ticket.group or None,
            organisation=ticket.organization,
            link=f"{self._http.url}/#ticket/zoom/{ticket.id}",
            messages=messages,
        )


def _list(given: object) -> list[object]:
    if not isinstance(given, list):
        raise BadAnswer("Zammad did not answer with a list; is its search index there?")
    return given


def _state(name: str) -> TicketState:
    if name.startswith("pending"):
        return TicketState.PENDING
    return TicketState.CLOSED if name.startswith("closed") else TicketState.OPEN


def _message(article: _Article) -> MessageRecord:
    return MessageRecord(
        text=_markdown(article),
        at=payloads.time(article.created_at),
        author=article.created_by,
        role=SENDERS.get(article.sender, AuthorRole.UNKNOWN),
        internal=article.internal is not False,
    )


def _markdown(article: _Article) -> str:
    if article.content_type == "text/plain":
        return markup.own_words(article.body)
    return markup.from_html(article.body)
