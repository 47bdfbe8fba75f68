"""Monitoring systems: what they send is an alarm, checked and brought into one shape."""

import base64
import binascii
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Protocol, runtime_checkable

from pydantic import Field

from kb.sources import mapping, payloads, signatures
from kb.sources.accounts import SLEEP, Account, Sleep
from kb.sources.payloads import Payload
from kb.sources.ports import (
    BadAnswer,
    Gone,
    Mark,
    Noted,
    Page,
    Reference,
    SourceUnavailable,
    Visible,
)

NO_SCOPE = "alarms"
"""The scope of alarms that say nothing that a scope could be made of."""

FIELDS = ("fingerprint", "name", "host", "service", "severity", "summary", "started_at", "ended_at")
MORE_FIELDS = ("link", "runbook", "ticket", "scope", "note")


class NoCases(SourceUnavailable):
    """A monitoring system has no cases to be read or written."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AlarmRecord:
    """An alarm as its system tells it; `ended_at` None: it is still firing."""

    fingerprint: str
    name: str
    started_at: datetime
    ended_at: datetime | None = None
    host: str = ""
    service: str = ""
    severity: str = ""
    summary: str = ""
    link: str | None = None
    runbook: str | None = None
    ticket: str | None = None
    scope: str = NO_SCOPE
    note: str | None = None


@dataclass(frozen=True, slots=True)
class Ended:
    """The alarm with this fingerprint is over; its system does not tell again when it began."""

    fingerprint: str
    at: datetime


@runtime_checkable
class Watched(Protocol):
    """A monitoring system that is asked, as often as a ticket system, and sends nothing."""

    def standing(self, known: Mapping[str, datetime], *, at: datetime) -> list[AlarmRecord | Ended]:
        """What is wrong there now, and which of the known alarms are over.

        A known alarm that goes on is told with the start by which it is known.

        Args:
            known: fingerprint and start of each alarm that was not over when it was last told.
            at: the time now.

        Raises:
            SourceUnavailable: nothing is known of any of them.
        """
        ...


class _Alert(Payload):
    status: str
    labels: dict[str, str] = Field(default_factory=dict)
    annotations: dict[str, str] = Field(default_factory=dict)
    starts_at: str = Field(alias="startsAt")
    ends_at: str | None = Field(default=None, alias="endsAt")
    link: str | None = Field(default=None, alias="generatorURL")
    fingerprint: str = Field(min_length=1)


class _Alerts(Payload):
    version: str
    alerts: list[_Alert]


class Monitor:
    """A `TicketSource` without tickets: it is never asked, it sends alarms.

    The secret of its webhook comes as a bearer token, as the password of basic authentication,
    or as the key of the HMAC-SHA256 of the body in X-KB-Signature.
    """

    def __init__(self, account: Account, *, sleep: Sleep = SLEEP) -> None:  # noqa: ARG002  the port
        self._account = account

    def alarms(self, headers: Mapping[str, str], raw_body: bytes) -> list[AlarmRecord | Ended]:
        """The alarms of a webhook, in its order.

        Raises:
            ForgedWebhook: the secret is missing or wrong, or none is set.
            BadAnswer: the body is not what the system promises.
        """
        self._believe(headers, raw_body)
        return self._read(payloads.parsed(raw_body))

    def _believe(self, headers: Mapping[str, str], raw_body: bytes) -> None:
        signature = signatures.header(headers, "X-KB-Signature")
        secret = self._account.webhook_secret
        if signature:
            signatures.verify(secret, raw_body, signature, prefix="sha256=")
        else:
            signatures.verify_secret(secret, _sent(signatures.header(headers, "Authorization")))

    def _read(self, given: object) -> list[AlarmRecord | Ended]:
        """Any system: options lead to the fields, with dots; `alarms` to a list of several."""
        place = self._account.options.get("alarms")
        rows = mapping.reached(given, place) if place else given
        return [self._one(row) for row in (rows if isinstance(rows, list) else [rows])]

    def _one(self, row: object) -> AlarmRecord | Ended:
        found = {
            name: str(value).strip()
            for name in (*FIELDS, *MORE_FIELDS)
            if isinstance(
                value := mapping.reached(row, self._account.option(name, name)), str | int | float
            )
        }
        if found.get("fingerprint") and _is_over(found) and not _is_told(found, "started_at"):
            return Ended(found["fingerprint"], _time(found["ended_at"]))
        if not (found.get("fingerprint") and found.get("name") and found.get("started_at")):
            raise BadAnswer("an alarm lacks fingerprint, name or started_at; set these options")
        return AlarmRecord(
            fingerprint=found["fingerprint"],
            name=found["name"],
            started_at=_time(found["started_at"]),
            ended_at=_time(found["ended_at"]) if _is_over(found) else None,
            host=found.get("host", ""),
            service=found.get("service", ""),
            severity=found.get("severity", ""),
            summary=found.get("summary", ""),
            link=found.get("link"),
            runbook=found.get("runbook"),
            ticket=found.get("ticket"),
            scope=found.get("scope") or NO_SCOPE,
            note=found.get("note") or None,
        )

    def changed(self, since: Mark, *, limit: int, at: datetime) -> Page:  # noqa: ARG002  the port
        """See `TicketSource`: there is never anything."""
        return Page((), since, done=True)

    def missing(self, known: frozenset[str]) -> frozenset[str]:  # noqa: ARG002  the port
        """See `TicketSource`: nobody is asked, so nothing is missed."""
        return frozenset()

    def fetch(self, external_id: str) -> Gone:
        """See `TicketSource`.

        Raises:
            NoCases: always.
        """
        raise NoCases(f"{external_id} came by itself and cannot be asked for")

    def verify(self, headers: Mapping[str, str], raw_body: bytes) -> list[Reference]:
        """See `TicketSource`; no case is named, see `alarms`."""
        self._believe(headers, raw_body)
        return []

    def note(self, external_id: str, text: str, key: str) -> Noted:  # noqa: ARG002  the port
        """See `TicketSource`.

        Raises:
            NoCases: always.
        """
        raise NoCases(f"{external_id} is an alarm, and takes no notes")

    def visible(self) -> Visible:
        """See `TicketSource`."""
        return Visible("webhook", ())

    def close(self) -> None:
        """See `TicketSource`."""


class Alertmanager(Monitor):
    """Prometheus' Alertmanager, version 4 of its webhook.

    Options: `scope_label` names the label that decides who may see an alarm (default `team`).
    """

    def _read(self, given: object) -> list[AlarmRecord | Ended]:
        sent = payloads.checked(_Alerts, given)
        if sent.version != "4":
            raise BadAnswer("only version 4 of Alertmanager's webhook is understood")
        return [self._alert(alert) for alert in sent.alerts]

    def _alert(self, alert: _Alert) -> AlarmRecord:
        labels, notes = alert.labels, alert.annotations
        firing = alert.status == "firing"
        said = [notes.get("summary", ""), notes.get("description", "")]
        return AlarmRecord(
            fingerprint=alert.fingerprint,
            name=labels.get("alertname") or alert.fingerprint,
            started_at=payloads.time(alert.starts_at),
            ended_at=None if firing else payloads.time(alert.ends_at or ""),
            host=labels.get("instance", ""),
            service=labels.get("service") or labels.get("job", ""),
            severity=labels.get("severity", ""),
            summary="\n".join(filter(None, said)),
            link=alert.link,
            runbook=notes.get("runbook_url"),
            ticket=labels.get("ticket") or notes.get("ticket"),
            scope=labels.get(self._account.option("scope_label", "team")) or NO_SCOPE,
            note=notes.get("resolution"),
        )


_NOT_YET = ("", "0", "none", "null", "*UNKNOWN*")
"""What systems write for a time that has not come."""


def _is_over(found: dict[str, str]) -> bool:
    return _is_told(found, "ended_at")


def _is_told(found: dict[str, str], name: str) -> bool:
    given = found.get(name, "")
    # Zabbix leaves a macro as it is where it has no value yet, and Icinga where there is none.
    return given not in _NOT_YET and not given.startswith(("{", "$"))


def _sent(authorization: str) -> str:
    """The secret in an Authorization header: a bearer token or the password of a pair."""
    scheme, _, given = authorization.partition(" ")
    if scheme.lower() != "basic":
        return given.strip() if scheme.lower() == "bearer" else ""
    try:
        return base64.b64decode(given, validate=True).decode().partition(":")[2]
    except (binascii.Error, UnicodeDecodeError):
        return ""


def _time(text: str) -> datetime:
    """ISO 8601, or seconds since 1970 as Zabbix counts."""
    if not text.isascii() or not text.isdigit():
        return payloads.time(text)
    try:
        return datetime.fromtimestamp(int(text), UTC)
    except (OverflowError, OSError, ValueError):
        raise BadAnswer("a time lies beyond all calendars") from None
