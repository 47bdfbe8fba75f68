"""GLPI 10 and 11, over the REST interface that both have (apirest.php)."""

import html
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta

from pydantic import Field

from kb.models import SOLVED, AuthorRole, TicketState
from kb.sources import changes, markup, notes, payloads, signatures, vanished, zones
from kb.sources.accounts import SLEEP, Account, Sleep
from kb.sources.changes import Listed, Rows
from kb.sources.http import Absent, Http, Query, Rejected
from kb.sources.payloads import Payload
from kb.sources.ports import (
    BadAnswer,
    Gone,
    Mark,
    Noted,
    Page,
    Reference,
    SourceCase,
    SourceDenied,
    SourceUnavailable,
    Visible,
)
from kb.tickets import MessageRecord

PAGE = 100
REFUSED = 4
"""State of a solution that the requester did not accept."""

STATES = {
    4: TicketState.PENDING,
    5: TicketState.RESOLVED,
    6: TicketState.CLOSED,
}


class NoteWentPublic(SourceUnavailable):
    """GLPI did not make a followup of ours private."""


class _Session(Payload):
    session_token: str


class _Option(Payload):
    table: str = ""
    field: str = ""
    datatype: str = ""


class _Found(Payload):
    total: int = Field(default=0, alias="totalcount")
    data: list[dict[str, object]] = Field(default_factory=list)


class _Ticket(Payload):
    id: int
    name: str = ""
    content: str | None = None
    status: int
    date: str
    date_mod: str
    solvedate: str | None = None
    closedate: str | None = None
    category: str | None = Field(default=None, alias="itilcategories_id")
    entity: str = Field(default="", alias="entities_id")
    is_deleted: int = 0


class _Said(Payload):
    id: int
    content: str | None = None
    date: str | None = None
    date_creation: str | None = None
    author: str | None = Field(default=None, alias="users_id")
    is_private: int | None = None
    status: int = 0


class _Item(Payload):
    id: int


class _Event(Payload):
    item: _Item
    parent_item: _Item | None = None


class _Entity(Payload):
    name: str


class Glpi:
    """A `TicketSource`; the secret is the user token of an account.

    Options: `app_token`; `timezone` is the one of the account (default UTC).
    """

    def __init__(self, account: Account, *, sleep: Sleep = SLEEP) -> None:
        self._account = account
        self._http = Http(
            f"{account.url.rstrip('/')}/apirest.php", private=account.private, sleep=sleep
        )
        self._zone = zones.of(account)
        self._token: str | None = None
        self._fields: dict[str, tuple[str, _Option]] | None = None

    def changed(self, since: Mark, *, limit: int, at: datetime) -> Page:
        """See `TicketSource`."""
        return changes.walk(self._listed, since, limit=limit, at=at)

    def missing(self, known: frozenset[str]) -> frozenset[str]:
        """See `TicketSource`."""
        return vanished.missing(known, self, page=PAGE)

    def count(self, first: int, last: int) -> int | None:
        """See `Numbered`."""
        return self._numbered(first, last, 0).total if self._is_number("id") else None

    def numbers(self, first: int, last: int) -> Iterator[int]:
        """See `Numbered`."""
        number, seen = self._field("id"), 0
        while True:
            page = self._numbered(first, last, seen)
            yield from (payloads.number(str(row.get(number))) for row in page.data)
            seen += len(page.data)
            if not page.data or seen >= page.total:
                return

    def fetch(self, external_id: str) -> SourceCase | Gone:
        """See `TicketSource`."""
        path = f"/Ticket/{payloads.number(external_id)}"
        try:
            given = self._get(path, {"expand_dropdowns": "true"})
            said = {
                kind: self._said(f"{path}/{kind}")
                for kind in ("ITILFollowup", "TicketTask", "ITILSolution")
            }
        except Absent as absent:
            return Gone(external_id, absent.reason)
        ticket = payloads.checked(_Ticket, given)
        if ticket.is_deleted:
            return Gone(external_id, "deleted")
        return self._case(ticket, said)

    def verify(self, headers: Mapping[str, str], raw_body: bytes) -> list[Reference]:
        """See `TicketSource`.

        Webhooks come late and again, by a queue: fetching is harmless, so time is not judged.
        """
        stamp = signatures.header(headers, "X-GLPI-timestamp").encode()
        given = signatures.header(headers, "X-GLPI-signature")
        signatures.verify(self._account.webhook_secret, raw_body + stamp, given)
        event = payloads.checked(_Event, payloads.parsed(raw_body))
        return [Reference(str((event.parent_item or event.item).id))]

    def note(self, external_id: str, text: str, key: str) -> Noted:
        """See `TicketSource`."""
        number = payloads.number(external_id)
        wanted = notes.marked(text, key)
        content = "".join(
            f"<p>{html.escape(part)}</p>" for part in wanted.split("\n\n") if part.strip()
        )
        wished = {
            "itemtype": "Ticket",
            "items_id": number,
            "content": content,
            "is_private": 1,
        }
        there = self._ours(number, key)
        if there is not None:
            if notes.same(_markdown(there.content), wanted):
                return Noted.UNCHANGED
            self._send("PUT", f"/ITILFollowup/{there.id}", {"input": wished})
            return Noted.UPDATED
        self._send("POST", "/ITILFollowup", {"input": wished})
        written = self._ours(number, key)
        if written is not None and written.is_private != 1:
            self._send("DELETE", f"/ITILFollowup/{written.id}", None)
            raise NoteWentPublic("GLPI did not make the followup private, so it was deleted")
        return Noted.WRITTEN

    def visible(self) -> Visible:
        """See `TicketSource`."""
        entities = payloads.part(self._get("/getMyEntities", None), "myentities")
        given = entities if isinstance(entities, list) else []
        names = sorted(payloads.checked(_Entity, entity).name for entity in given)
        return Visible("user token", tuple(names), () if names else ("no entity is visible",))

    def close(self) -> None:
        """See `TicketSource`."""
        self._http.close()

    def _get(self, path: str, query: Query | None) -> object:
        return self._asked("GET", path, query, None)

    def _send(self, method: str, path: str, body: object) -> object:
        return self._asked(method, path, None, body)

    def _asked(self, method: str, path: str, query: Query | None, body: object) -> object:
        try:
            return self._http.send(
                method, path, query=query, body=body, headers=self._headers()
            ).json
        except SourceDenied:
            # The session has expired, which says nothing about the account.
            self._token = None
            headers = self._headers()
            return self._http.send(method, path, query=query, body=body, headers=headers).json

    def _headers(self) -> dict[str, str]:
        app = self._account.options.get("app_token")
        own = {"App-Token": app} if app else {}
        if self._token is None:
            sign_in = own | {"Authorization": f"user_token {self._account.password}"}
            given = self._http.send("GET", "/initSession", headers=sign_in).json
            self._token = payloads.checked(_Session, given).session_token
        return own | {"Session-Token": self._token}

    def _field(self, name: str) -> str:
        """The number of a field in searches; plugins change them."""
        return self._option(name)[0]

    def _is_number(self, name: str) -> bool:
        """Whether searches compare the field, instead of looking for text in it."""
        return self._option(name)[1].datatype == "number"

    def _option(self, name: str) -> tuple[str, _Option]:
        if self._fields is None:
            given = self._get("/listSearchOptions/Ticket", None)
            if not isinstance(given, dict):
                raise BadAnswer("GLPI does not tell its search options")
            options = {
                number: payloads.checked(_Option, option)
                for number, option in given.items()
                if number.isdigit() and isinstance(option, dict)
            }
            self._fields = {
                option.field: (number, option)
                for number, option in reversed(options.items())
                if option.table == "glpi_tickets"
            }
        if name not in self._fields:
            raise BadAnswer(f"GLPI has no search option for {name}")
        return self._fields[name]

    def _listed(self, start: datetime | None, following: str | None) -> Rows:
        number, changed = self._field("id"), self._field("date_mod")
        offset = int(following or 0)
        query = [
            ("sort", changed),
            ("order", "ASC"),
            ("forcedisplay[0]", number),
            ("forcedisplay[1]", changed),
        ]
        if start is not None:
            # "morethan" leaves the moment itself out.
            since = start.astimezone(self._zone) - timedelta(seconds=1)
            query += [
                ("criteria[0][field]", changed),
                ("criteria[0][searchtype]", "morethan"),
                ("criteria[0][value]", f"{since:%Y-%m-%d %H:%M:%S}"),
            ]
        page = self._search(query, offset)
        rows = tuple(
            Listed(str(row.get(number)), self._time(str(row.get(changed)))) for row in page.data
        )
        after = offset + len(rows)
        return Rows(rows, str(after) if rows and after < page.total else None)

    def _numbered(self, first: int, last: int, offset: int) -> _Found:
        """Those in the range; all, where GLPI would look for its ends as for words."""
        number = self._field("id")
        query = [("sort", number), ("order", "ASC"), ("forcedisplay[0]", number)]
        if self._is_number("id"):
            for place, end in enumerate((f">={first}", f"<={last}")):
                query += [
                    (f"criteria[{place}][link]", "AND"),
                    (f"criteria[{place}][field]", number),
                    (f"criteria[{place}][searchtype]", "contains"),
                    (f"criteria[{place}][value]", end),
                ]
        return self._search(query, offset)

    def _search(self, query: list[tuple[str, str]], offset: int) -> _Found:
        reach = ("range", f"{offset}-{offset + PAGE - 1}")
        try:
            given = self._get("/search/Ticket", [*query, reach])
        except Rejected:
            if offset == 0:
                raise
            return _Found()  # a range behind the end is an error there
        return payloads.checked(_Found, given)

    def _said(self, path: str) -> list[_Said]:
        given = self._get(path, {"range": "0-999", "expand_dropdowns": "true"})
        return [payloads.checked(_Said, item) for item in given] if isinstance(given, list) else []

    def _ours(self, number: int, key: str) -> _Said | None:
        found = self._said(f"/Ticket/{number}/ITILFollowup")
        return next((item for item in found if notes.key_of(_markdown(item.content)) == key), None)

    def _time(self, text: str) -> datetime:
        naive = payloads.time(text).replace(tzinfo=None)
        return naive.replace(tzinfo=self._zone)

    def _case(self, ticket: _Ticket, said: dict[str, list[_Said]]) -> SourceCase:
        state = STATES.get(ticket.status, TicketState.OPEN)
        closed = ticket.solvedate or ticket.closedate
        messages = [
            self._message(ticket, item, public=item.is_private == 0)
            for kind in ("ITILFollowup", "TicketTask")
            for item in said[kind]
            if notes.key_of(_markdown(item.content)) is None
        ]
        accepted = [item for item in said["ITILSolution"] if item.status != REFUSED]
        messages += [self._message(ticket, item, public=True) for item in said["ITILSolution"]]
        return SourceCase(
            external_id=str(ticket.id),
            title=html.unescape(ticket.name) or f"Ticket {ticket.id}",
            description=_markdown(ticket.content),
            scope=html.unescape(ticket.entity) or "no entity",
            opened_at=self._time(ticket.date),
            updated_at=self._time(ticket.date_mod),
            version=ticket.date_mod,
            state=state,
            closed_at=self._time(closed) if closed and state in SOLVED else None,
            resolution=_markdown(accepted[-1].content) if accepted and state in SOLVED else None,
            category=html.unescape((ticket.category or "").removeprefix("0")) or None,
            link=f"{self._account.url.rstrip('/')}/front/ticket.form.php?id={ticket.id}",
            messages=tuple(sorted(messages, key=lambda message: message.at)),
        )

    def _message(self, ticket: _Ticket, item: _Said, *, public: bool) -> MessageRecord:
        return MessageRecord(
            text=_markdown(item.content),
            at=self._time(item.date or item.date_creation or ticket.date),
            author=item.author,
            role=AuthorRole.UNKNOWN,
            internal=not public,
        )


def _markdown(content: str | None) -> str:
    """Texts are HTML, often with all their tags written as entities."""
    text = content or ""
    return markup.from_html(text if "<" in text else html.unescape(text))
