"""ServiceNow incidents, over the Table API."""

import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime

from pydantic import Field

from kb.models import AuthorRole, TicketState
from kb.sources import changes, markup, notes, payloads, signatures
from kb.sources.accounts import SLEEP, Account, Sleep
from kb.sources.changes import Listed, Rows
from kb.sources.http import Absent, Answer, Http
from kb.sources.payloads import Payload
from kb.sources.ports import (
    BadAnswer,
    Gone,
    Mark,
    Noted,
    Page,
    QueryIgnored,
    Reference,
    SourceCase,
    Visible,
)
from kb.tickets import MessageRecord

PAGE = 100
IDS_PAGE = 1_000
SYS_ID = re.compile(r"[0-9a-f]{32}")
FIELD = re.compile(r"[a-z][a-z0-9_]{0,79}")
NO_SUCH_FIELD = "no_such_field_of_ours"

STATES = {
    "1": TicketState.OPEN,
    "2": TicketState.OPEN,
    "3": TicketState.PENDING,
    "6": TicketState.RESOLVED,
    "7": TicketState.CLOSED,
    "8": TicketState.CLOSED,
}


class _Both(Payload):
    """A field with what is stored and what people see."""

    value: str = ""
    display_value: str | None = None

    @property
    def shown(self) -> str | None:
        return self.display_value or self.value or None


NOTHING = _Both()


class _Row(Payload):
    sys_id: str
    sys_updated_on: str
    sys_mod_count: str


class _Rows(Payload):
    result: list[_Row]


class _Ids(Payload):
    result: list[dict[str, object]]


class _Incident(Payload):
    sys_id: _Both
    number: _Both
    short_description: _Both = NOTHING
    description: _Both = NOTHING
    state: _Both
    close_code: _Both = NOTHING
    close_notes: _Both = NOTHING
    opened_at: _Both
    resolved_at: _Both = NOTHING
    closed_at: _Both = NOTHING
    caller_id: _Both = NOTHING
    assignment_group: _Both = NOTHING
    category: _Both = NOTHING
    cmdb_ci: _Both = NOTHING
    company: _Both = NOTHING
    sys_updated_on: _Both
    sys_mod_count: _Both = NOTHING


class _Journal(Payload):
    element_id: str
    element: str
    value: str = ""
    sys_created_on: str
    sys_created_by: str = ""


class _Journals(Payload):
    result: list[_Journal]


class _Event(Payload):
    sys_id: str


class _Users(Payload):
    result: list[dict[str, object]] = Field(default_factory=list)


class ServiceNow:
    """A `TicketSource`; the secret is the password of `user`, or without one a bearer token.

    The account must have UTC as its time zone.  Options: `table` (default incident); `scope` is
    the field that decides who may see a case (default company); `query` is an encoded query that
    narrows down what is read.
    """

    def __init__(self, account: Account, *, sleep: Sleep = SLEEP) -> None:
        self._account = account
        self._table = account.option("table", "incident")
        self._scope = account.option("scope", "company")
        if not FIELD.fullmatch(self._table) or not FIELD.fullmatch(self._scope):
            raise BadAnswer("the options table and scope are names such as incident and company")
        self._http = Http(
            account.url,
            {"Authorization": _authorization(account)},
            private=account.private,
            sleep=sleep,
        )

    def changed(self, since: Mark, *, limit: int, at: datetime) -> Page:
        """See `TicketSource`."""
        return changes.walk(self._listed, since, limit=limit, at=at)

    def missing(self, known: frozenset[str]) -> frozenset[str]:
        """See `TicketSource`; its counts include what we may not see, so all ids are listed."""
        there: set[str] = set()
        offset: int | None = 0
        while offset is not None:
            answer = self._rows(self._table, "ORDERBYsys_id", ("sys_id",), offset, IDS_PAGE)
            page = payloads.checked(_Ids, answer.json)
            there |= {str(row.get("sys_id")) for row in page.result}
            offset = _next(answer, offset, IDS_PAGE)
        return known - there

    def fetch(self, external_id: str) -> SourceCase | Gone:
        """See `TicketSource`."""
        fields = {*_Incident.model_fields, self._scope}
        query = {"sysparm_display_value": "all", "sysparm_fields": ",".join(sorted(fields))}
        try:
            given = self._http.get(self._path(external_id), query).json
            journals = list(self._journals(external_id))
        except Absent as absent:
            return Gone(external_id, absent.reason)
        result = payloads.part(given, "result")
        if isinstance(result, dict):
            # An empty reference is "" and not an object.
            result = {key: value for key, value in result.items() if value != ""}
        incident = payloads.checked(_Incident, result)
        scope = payloads.checked(_Both, payloads.part(result, self._scope) or {})
        return self._case(incident, scope.shown or f"no {self._scope}", journals)

    def verify(self, headers: Mapping[str, str], raw_body: bytes) -> list[Reference]:
        """See `TicketSource`.

        A business rule sends {"sys_id": "…"} and the HMAC-SHA256 of the body in X-KB-Signature.
        """
        given = signatures.header(headers, "X-KB-Signature")
        signatures.verify(self._account.webhook_secret, raw_body, given, prefix="sha256=")
        return [Reference(payloads.checked(_Event, payloads.parsed(raw_body)).sys_id)]

    def note(self, external_id: str, text: str, key: str) -> Noted:
        """See `TicketSource`; journals of ServiceNow cannot be changed."""
        wanted = notes.marked(text, key)
        for journal in self._journals(external_id):
            if notes.key_of(journal.value) == key:
                return Noted.UNCHANGED if notes.same(journal.value, wanted) else Noted.FIXED
        self._http.send("PATCH", self._path(external_id), body={"work_notes": wanted})
        return Noted.WRITTEN

    def visible(self) -> Visible:
        """See `TicketSource`."""
        warnings = []
        strange = self._rows(self._table, f"{NO_SUCH_FIELD}=1", ("sys_id",), 0, 1)
        if payloads.checked(_Ids, strange.json).result:
            warnings.append(
                "a part of a query that is not understood is ignored there; set "
                "glide.invalid_query.returns_no_rows to true"
            )
        journals = self._rows("sys_journal_field", "ORDERBYsys_created_on", ("element",), 0, 1)
        if not payloads.checked(_Ids, journals.json).result:
            warnings.append("the account sees no journals (sys_journal_field): cases lack messages")
        companies = self._rows("core_company", "ORDERBYname", ("name",), 0, 1_000)
        names = [str(row.get("name")) for row in payloads.checked(_Ids, companies.json).result]
        scopes = names if self._scope == "company" else []
        return Visible(self._account.user or "token", tuple(scopes), tuple(warnings))

    def close(self) -> None:
        """See `TicketSource`."""
        self._http.close()

    def _listed(self, start: datetime | None, following: str | None) -> Rows:
        parts = [self._account.options.get("query")]
        if start is not None:
            parts.append(f"sys_updated_on>={start.astimezone(UTC):%Y-%m-%d %H:%M:%S}")
        parts += ["ORDERBYsys_updated_on", "ORDERBYsys_id"]
        offset = int(following or 0)
        fields = ("sys_id", "sys_updated_on", "sys_mod_count")
        query = "^".join(filter(None, parts))
        answer = self._rows(self._table, query, fields, offset, PAGE)
        page = payloads.checked(_Rows, answer.json)
        rows = tuple(
            Listed(row.sys_id, payloads.time(row.sys_updated_on), row.sys_mod_count)
            for row in page.result
        )
        after = _next(answer, offset, PAGE)
        return Rows(rows, None if after is None else str(after))

    def _rows(
        self, table: str, query: str, fields: tuple[str, ...], offset: int, limit: int
    ) -> Answer:
        return self._http.get(
            f"/api/now/table/{table}",
            {
                "sysparm_query": query,
                "sysparm_fields": ",".join(fields),
                "sysparm_limit": str(limit),
                "sysparm_offset": str(offset),
                "sysparm_display_value": "false",
                "sysparm_exclude_reference_link": "true",
            },
        )

    def _journals(self, external_id: str) -> Iterator[_Journal]:
        query = (
            f"element_id={self._checked(external_id)}^elementINcomments,work_notes"
            "^ORDERBYsys_created_on"
        )
        offset: int | None = 0
        while offset is not None:
            fields = tuple(_Journal.model_fields)
            answer = self._rows("sys_journal_field", query, fields, offset, PAGE)
            for journal in payloads.checked(_Journals, answer.json).result:
                if journal.element_id != external_id:
                    # Mixing up the journals of two companies is the worst that can happen.
                    raise QueryIgnored("ServiceNow answered with the journal of another case")
                yield journal
            offset = _next(answer, offset, PAGE)

    def _path(self, external_id: str) -> str:
        return f"/api/now/table/{self._table}/{self._checked(external_id)}"

    def _checked(self, external_id: str) -> str:
        if not SYS_ID.fullmatch(external_id):
            raise BadAnswer("the id of a case is no sys_id")
        return external_id

    def _case(self, incident: _Incident, scope: str, journals: list[_Journal]) -> SourceCase:
        state = STATES.get(incident.state.value, TicketState.OPEN)
        solved = state in {TicketState.RESOLVED, TicketState.CLOSED}
        closed_at = payloads.time_if_set(incident.resolved_at.value or incident.closed_at.value)
        messages = tuple(
            MessageRecord(
                text=markup.own_words(_plain(journal.value)),
                at=payloads.time(journal.sys_created_on),
                author=journal.sys_created_by or None,
                role=AuthorRole.AGENT if journal.element == "work_notes" else AuthorRole.UNKNOWN,
                internal=journal.element != "comments",
            )
            for journal in journals
            if notes.key_of(journal.value) is None
        )
        number = incident.number.value
        return SourceCase(
            external_id=incident.sys_id.value,
            title=f"{number} {incident.short_description.value}".strip(),
            description=markup.own_words(_plain(incident.description.value)),
            scope=scope,
            opened_at=payloads.time(incident.opened_at.value),
            updated_at=payloads.time(incident.sys_updated_on.value),
            version=incident.sys_mod_count.value or None,
            state=state,
            closed_at=closed_at if solved else None,
            resolution=markup.own_words(incident.close_notes.value) or None if solved else None,
            close_code=incident.close_code.shown if solved else None,
            queue=incident.assignment_group.shown,
            category=incident.category.shown,
            item=incident.cmdb_ci.shown,
            organisation=incident.company.shown,
            link=f"{self._http.url}/nav_to.do?uri={self._table}.do?sys_id={incident.sys_id.value}",
            messages=messages,
        )


def _authorization(account: Account) -> str:
    if account.user is None:
        return f"Bearer {account.password}"
    return account.basic


def _next(answer: Answer, offset: int, limit: int) -> int | None:
    """Where the next page begins; rows are hidden after a page is cut, so its length says nothing.

    A short or an empty page may be followed by a full one.
    """
    headers = {name.lower(): value for name, value in answer.headers.items()}
    total = headers.get("x-total-count", "")
    more = 'rel="next"' in headers.get("link", "")
    if more or (total.isdigit() and int(total) > offset + limit):
        return offset + limit
    return None


def _plain(text: str) -> str:
    """Journals hold HTML between [code] and [/code], and text around it."""
    parts = re.split(r"\[code\](.*?)\[/code\]", text, flags=re.DOTALL)
    return "".join(
        markup.from_html(part) if index % 2 else part for index, part in enumerate(parts)
    )
