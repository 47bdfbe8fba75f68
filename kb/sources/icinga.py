"""Icinga 2, over its REST interface: it is asked what is wrong now, and what is well again."""

import hashlib
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from pydantic import Field

from kb.sources import payloads
from kb.sources.accounts import SLEEP, Account, Sleep
from kb.sources.http import Http
from kb.sources.monitoring import NO_SCOPE, AlarmRecord, Ended, Monitor
from kb.sources.payloads import Payload
from kb.sources.ports import Visible

ASKED = (
    "__name",
    "state",
    "state_type",
    "last_hard_state_change",
    "last_check_result",
    "notes_url",
    "vars",
)
HARD = 1
LONGEST_NAME = 100
"""Characters of a fingerprint; hosts and services with longer names go by a digest."""

SEVERITIES = {1: "warning", 2: "critical", 3: "unknown"}
REQUIRED = ("objects/query/Host", "objects/query/Service")


class _Result(Payload):
    output: str = ""


class _Checked(Payload):
    """What hosts and services have in common; numbers are seconds since 1970, 0 is never."""

    name: str = Field(alias="__name")
    state: int
    state_type: int
    changed: float = Field(alias="last_hard_state_change")
    result: _Result | None = Field(default=None, alias="last_check_result")
    notes_url: str = ""
    vars: dict[str, Any] | None = None  # Any: the site's own, of any type

    @property
    def fingerprint(self) -> str:
        """Of the same host or service always the same."""
        if len(self.name) <= LONGEST_NAME:
            return self.name
        return hashlib.sha256(self.name.encode()).hexdigest()


class _Host(_Checked):
    well: float = Field(alias="last_state_up")
    title: str = "Host down"
    service: str = ""
    severity: str = "down"

    @property
    def host(self) -> str:
        """Its own name."""
        return self.name


class _Service(_Checked):
    well: float = Field(alias="last_state_ok")
    title: str = Field(alias="display_name")
    host: str = Field(alias="host_name")

    @property
    def service(self) -> str:
        """The name that its host knows it by."""
        return self.name.partition("!")[2]

    @property
    def severity(self) -> str:
        """The state as Icinga calls it."""
        return SEVERITIES.get(self.state, "")


class _Join(Payload):
    vars: dict[str, Any] | None = None  # Any: the site's own, of any type


class _Joins(Payload):
    host: _Join = _Join()


class _HostFound(Payload):
    attrs: _Host


class _ServiceFound(Payload):
    attrs: _Service
    joins: _Joins = _Joins()


class _Hosts(Payload):
    results: list[_HostFound]


class _Services(Payload):
    results: list[_ServiceFound]


class _User(Payload):
    user: str
    permissions: list[str] = Field(default_factory=list)


class _Users(Payload):
    results: list[_User] = Field(min_length=1)


class Icinga(Monitor):
    """A `Watched` monitor; the account is one of its API users.

    Option: `scope_var` names the custom variable, of the service or else of its host, that
    decides who may see an alarm (default `team`).
    """

    def __init__(self, account: Account, *, sleep: Sleep = SLEEP) -> None:
        super().__init__(account, sleep=sleep)
        self._http = Http(
            account.url,
            {"Authorization": account.basic},
            private=account.private,
            sleep=sleep,
        )

    def standing(self, known: Mapping[str, datetime], *, at: datetime) -> list[AlarmRecord | Ended]:
        """See `Watched`."""
        hosts = payloads.checked(_Hosts, self._asked("host", ("last_state_up",), known))
        more = ("last_state_ok", "display_name", "host_name")
        services = payloads.checked(
            _Services, self._asked("service", more, known, joins=["host.vars"])
        )
        found: list[AlarmRecord | Ended] = []
        not_well: set[str] = set()
        for host in hosts.results:
            not_well.add(host.attrs.fingerprint)
            found += self._told(host.attrs, host.attrs.vars or {}, known)
        for service in services.results:
            not_well.add(service.attrs.fingerprint)
            variables = (service.joins.host.vars or {}) | (service.attrs.vars or {})
            found += self._told(service.attrs, variables, known)
        # What is known and was asked for by name, but is not there, was taken out of Icinga.
        return found + [Ended(name, at) for name in known if name not in not_well]

    def visible(self) -> Visible:
        """See `TicketSource`."""
        user = payloads.checked(_Users, self._http.get("/v1").json).results[0]
        warnings = [
            f"the permission {wanted} is missing"
            for wanted in REQUIRED
            if not {"*", "objects/query/*", wanted} & set(user.permissions)
        ]
        return Visible(user.user, (), tuple(warnings))

    def close(self) -> None:
        """See `TicketSource`."""
        self._http.close()

    def _asked(
        self,
        kind: str,
        attributes: tuple[str, ...],
        known: Mapping[str, datetime],
        joins: list[str] | None = None,
    ) -> object:
        """Those that are not well, and those that were not when they were last asked for."""
        body = {
            "filter": f"{kind}.state != 0 || {kind}.__name in known",
            "filter_vars": {"known": list(known)},
            "attrs": [*ASKED, *attributes],
            "joins": joins or [],
        }
        headers = {"X-HTTP-Method-Override": "GET"}  # Icinga's way to take long questions
        return self._http.send("POST", f"/v1/objects/{kind}s", body=body, headers=headers).json

    def _told(
        self, one: _Host | _Service, variables: Mapping[str, object], known: Mapping[str, datetime]
    ) -> list[AlarmRecord | Ended]:
        """What is to be said of a host or service: that it is over, begins or goes on, or both."""
        found: list[AlarmRecord | Ended] = []
        started = known.get(one.fingerprint)
        if started is not None and one.state == 0:
            return [Ended(one.fingerprint, _time(one.changed))]
        if started is not None and _time(one.well) > started:  # well in between, unseen
            found.append(Ended(one.fingerprint, _time(one.well)))
            started = None
        if one.state != 0 and one.state_type == HARD:
            # From warning to critical is another hard change, but the same alarm.
            found.append(self._alarm(one, variables, started or _time(one.changed)))
        return found

    def _alarm(
        self, one: _Host | _Service, variables: Mapping[str, object], started_at: datetime
    ) -> AlarmRecord:
        return AlarmRecord(
            fingerprint=one.fingerprint,
            name=one.title,
            started_at=started_at,
            host=one.host,
            service=one.service,
            severity=one.severity,
            summary=one.result.output if one.result else "",
            runbook=one.notes_url or None,
            ticket=_text(variables.get("ticket")) or None,
            scope=_text(variables.get(self._account.option("scope_var", "team"))) or NO_SCOPE,
        )


def _time(seconds: float) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)


def _text(value: object) -> str:
    return str(value) if isinstance(value, str | int) else ""
