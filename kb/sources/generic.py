"""Any system that answers in JSON: where its cases are, and what its fields mean, is configured."""

from collections.abc import Mapping as Headers
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote

import yaml
from pydantic import ValidationError

from kb.errors import InvalidInput
from kb.sources import changes, files, mapping, notes, payloads, signatures
from kb.sources.accounts import SLEEP, Account, Sleep
from kb.sources.changes import Listed, Rows
from kb.sources.http import Absent, Http
from kb.sources.mapping import BadMapping, Mapping
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
from kb.sources.rows import TicketRow
from kb.tickets import TicketRecord

NEEDED = ("list", "case")
"""Options without which nothing can be read."""

MOST_PAGES = 10_000
"""Pages of one list; more means that the system gives the same page again and again."""

_AT_THE_BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)


class PathMissing(InvalidInput):
    """An option that says where to read is not set, or lacks its place-holder."""


class NoNotes(SourceUnavailable):
    """No option says how this system takes notes."""


class JsonSource:
    """A `TicketSource` for systems without a connector of their own.

    Options: `list` is the path of what changed, with `{since}` and, where it comes in pages,
    `{page}` from 1; the answer is sorted by time of change, oldest first.  `case` is the path of
    one case, with `{id}`.  `note` is where an internal note is posted, with `{id}`.  `items` and
    `item` lead to the list and to the case in an answer, with dots.  `mapping` is a mapping file
    as for imports; its `queue` is the scope, or the field that `scope` names.  `event` leads to
    the number of the case in a webhook.  `header` carries the secret instead of Authorization.
    """

    def __init__(self, account: Account, *, sleep: Sleep = SLEEP) -> None:
        for name, held in zip(NEEDED, ("{since}", "{id}"), strict=True):
            if held not in account.option(name, ""):
                raise PathMissing(f"the option {name} must be a path with {held} in it")
        self._account = account
        self._mapping = _mapping(account.option("mapping", ""))
        header = account.options.get("header")
        secret = {header: account.password} if header else _bearer(account)
        self._http = Http(account.url, secret, private=account.private, sleep=sleep)

    def changed(self, since: Mark, *, limit: int, at: datetime) -> Page:
        """See `TicketSource`."""
        return changes.walk(self._listed, since, limit=limit, at=at)

    def missing(self, known: frozenset[str]) -> frozenset[str]:
        """See `TicketSource`."""
        there: set[str] = set()
        following: str | None = None
        for _ in range(MOST_PAGES):
            page = self._listed(None, following)
            there |= {row.external_id for row in page.rows}
            if page.following is None:
                return known - there
            following = page.following
        raise BadAnswer(f"the list has more than {MOST_PAGES} pages")

    def fetch(self, external_id: str) -> SourceCase | Gone:
        """See `TicketSource`."""
        try:
            given = self._http.get(self._path("case", id=external_id)).json
        except Absent as absent:
            return Gone(external_id, absent.reason)
        row = _at(given, self._account.option("item", ""))
        record = self._record(row)
        if record.external_id != external_id:
            raise BadAnswer("the system answered with another case than was asked for")
        return self._case(row, record)

    def verify(self, headers: Headers[str, str], raw_body: bytes) -> list[Reference]:
        """See `TicketSource`; X-KB-Signature is sha256= and the HMAC of the body."""
        given = signatures.header(headers, "X-KB-Signature")
        signatures.verify(self._account.webhook_secret, raw_body, given, prefix="sha256=")
        found = _at(payloads.parsed(raw_body), self._account.option("event", "id"))
        if not isinstance(found, str | int) or isinstance(found, bool) or found == "":
            raise BadAnswer("the webhook names no case; set the option event")
        return [Reference(str(found))]

    def note(self, external_id: str, text: str, key: str) -> Noted:
        """See `TicketSource`; posts {"text": …, "internal": true}."""
        if not self._account.options.get("note"):
            raise NoNotes("set the option note to the path that takes internal notes")
        wanted = notes.marked(text, key)
        case = self._http.get(self._path("case", id=external_id)).json
        for message in self._record_all(_at(case, self._account.option("item", ""))).messages:
            if notes.key_of(message.text) == key:
                return Noted.UNCHANGED if notes.same(message.text, wanted) else Noted.FIXED
        body = {"text": wanted, "internal": True}
        self._http.send("POST", self._path("note", id=external_id), body=body)
        return Noted.WRITTEN

    def visible(self) -> Visible:
        """See `TicketSource`; scopes are learned from the cases."""
        self._listed(None, None)
        return Visible(self._account.user or "secret", ())

    def close(self) -> None:
        """See `TicketSource`."""
        self._http.close()

    def _listed(self, start: datetime | None, following: str | None) -> Rows:
        since = (start or _AT_THE_BEGINNING).astimezone(UTC)
        page = int(following or 1)
        path = self._path("list", since=f"{since:%Y-%m-%dT%H:%M:%SZ}", page=str(page))
        rows = _at(self._http.get(path).json, self._account.option("items", ""))
        if not isinstance(rows, list):
            raise BadAnswer("the list of cases is none; set the option items")
        found = tuple(self._row(row) for row in rows)
        paged = "{page}" in self._account.option("list", "")
        return Rows(found, str(page + 1) if found and paged else None)

    def _row(self, row: object) -> Listed:
        ours = self._mapping.ours(_object(row), ["id", "updated_at"])
        if "id" not in ours or "updated_at" not in ours:
            raise BadAnswer("a case in the list lacks id or updated_at; set the option mapping")
        try:
            at = TicketRow.model_validate(
                {"id": ours["id"], "title": "-", "opened_at": ours["updated_at"]},
                context=self._mapping.context(),
            )
        except ValidationError:
            raise BadAnswer("a case in the list has an id or updated_at that is none") from None
        return Listed(at.id, at.opened_at, str(ours["updated_at"]))

    def _record_all(self, row: object) -> TicketRecord:
        """The case with our own notes."""
        try:
            return files.record_of(_object(row), self._mapping)
        except ValidationError as error:
            first = error.errors(include_url=False, include_input=False)[0]
            place = ".".join(map(str, first["loc"]))
            raise BadAnswer(f"the case does not fit the mapping: {place}: {first['msg']}") from None

    def _record(self, row: object) -> TicketRecord:
        record = self._record_all(row)
        said = tuple(item for item in record.messages if notes.key_of(item.text) is None)
        return replace(record, messages=said)

    def _case(self, row: object, record: TicketRecord) -> SourceCase:
        named = self._account.options.get("scope")
        scope = _at(row, named) if named else record.queue
        return SourceCase(
            external_id=record.external_id,
            title=record.title,
            description=record.description,
            scope=str(scope) if isinstance(scope, str | int) and scope != "" else "no scope",
            opened_at=record.opened_at,
            updated_at=record.updated_at,
            version=record.source_version,
            state=record.state,
            closed_at=record.closed_at,
            resolution=record.resolution,
            close_code=record.close_code,
            queue=record.queue,
            category=record.category,
            item=record.item,
            organisation=record.organisation,
            environment=record.environment,
            link=record.link,
            messages=record.messages,
        )

    def _path(self, name: str, **held: str) -> str:
        path = self._account.option(name, "")
        for place, value in held.items():
            path = path.replace(f"{{{place}}}", quote(value, safe=""))
        return path if path.startswith("/") else f"/{path}"


def _mapping(text: str) -> Mapping:
    try:
        return Mapping.model_validate(yaml.safe_load(text) or {})
    except (yaml.YAMLError, ValidationError) as error:
        raise BadMapping(f"the option mapping is no mapping file: {error}") from error


def _bearer(account: Account) -> dict[str, str]:
    return {"Authorization": f"Bearer {account.password}"} if account.password else {}


def _at(given: Any, place: str) -> Any:  # Any: foreign JSON
    return mapping.reached(given, place) if place else given


def _object(given: Any) -> dict[str, Any]:  # Any: foreign JSON
    if not isinstance(given, dict):
        raise BadAnswer("a case is no JSON object; set the options item and items")
    return given
