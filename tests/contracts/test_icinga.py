from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from pydantic import SecretStr

from kb.sources.accounts import Account
from kb.sources.icinga import Icinga
from kb.sources.monitoring import NO_SCOPE, AlarmRecord, Ended
from kb.sources.ports import BadAnswer, SourceUnavailable
from tests.contracts.stand_ins.server import Asked, Reply, StandIn, served

START = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)
NOW = START + timedelta(days=1)
DISK = "srv-db-01!disk"


def seconds(minutes: int) -> float:
    return (START + timedelta(minutes=minutes)).timestamp()


class IcingaStandIn:
    """Answers as Icinga 2.13 did on loopback: tests/live/test_icinga.py."""

    def __init__(self) -> None:
        self.services: dict[str, dict[str, Any]] = {}
        self.hosts: dict[str, dict[str, Any]] = {}
        self.host_vars: dict[str, Any] | None = {"team": "db"}
        self.permissions = ["objects/query/Host", "objects/query/Service"]

    def service(self, name: str = DISK, *, state: int = 2, changed: int = 0, **more: Any) -> None:
        self.services[name] = {
            "__name": name,
            "state": state,
            "state_type": 1,
            "last_hard_state_change": seconds(changed),
            "last_state_ok": 0,
            "last_check_result": {"output": "DISK CRITICAL 98 %"},
            "notes_url": "https://kb.example/articles/KB-12",
            "vars": None,
            "display_name": "Disk full",
            "host_name": name.partition("!")[0],
        } | more

    def __call__(self, asked: Asked) -> Reply:
        if asked.path == "/v1":
            return Reply({"results": [{"user": "kb", "permissions": self.permissions}]})
        assert asked.headers["x-http-method-override"] == "GET"
        kind = asked.path.removeprefix("/v1/objects/").removesuffix("s")
        if asked.json["filter"] != f"{kind}.state != 0 || {kind}.__name in known":
            return Reply({"error": 404, "status": "No objects found."}, status=404)
        known = asked.json["filter_vars"]["known"]
        rows = self.services if kind == "service" else self.hosts
        return Reply(
            {
                "results": [
                    {
                        "attrs": {name: row[name] for name in asked.json["attrs"]},
                        "joins": {"host": {"vars": self.host_vars}} if kind == "service" else {},
                    }
                    for row in rows.values()
                    if row["state"] != 0 or row["__name"] in known
                ]
            }
        )


@pytest.fixture
def there() -> IcingaStandIn:
    return IcingaStandIn()


@pytest.fixture
def server(there: IcingaStandIn) -> Iterator[StandIn]:
    with served(there) as made:
        yield made


@pytest.fixture
def icinga(server: StandIn) -> Iterator[Icinga]:
    account = Account(url=server.url, user="kb", secret=SecretStr("key"), private=True)
    with closing(Icinga(account, sleep=lambda _: None)) as made:
        yield made


def test_what_is_wrong_is_told_with_what_its_readers_need(
    there: IcingaStandIn, icinga: Icinga
) -> None:
    there.service(vars={"ticket": "INC-7"})

    assert icinga.standing({}, at=NOW) == [
        AlarmRecord(
            fingerprint=DISK,
            name="Disk full",
            started_at=START,
            host="srv-db-01",
            service="disk",
            severity="critical",
            summary="DISK CRITICAL 98 %",
            runbook="https://kb.example/articles/KB-12",
            ticket="INC-7",
            scope="db",
        )
    ]


@pytest.mark.parametrize(
    ("host_vars", "own", "scope"),
    [
        ({"team": "db"}, {"team": "net"}, "net"),
        ({"team": "db"}, None, "db"),
        (None, None, NO_SCOPE),
        ({"team": ["db", "net"]}, None, NO_SCOPE),
    ],
)
def test_the_scope_is_the_service_s_own_or_its_host_s(
    there: IcingaStandIn,
    icinga: Icinga,
    host_vars: dict[str, Any] | None,
    own: dict[str, Any] | None,
    scope: str,
) -> None:
    there.host_vars = host_vars
    there.service(vars=own)

    (told,) = icinga.standing({}, at=NOW)
    assert isinstance(told, AlarmRecord)
    assert told.scope == scope


def test_from_warning_to_critical_is_the_same_alarm(there: IcingaStandIn, icinga: Icinga) -> None:
    there.service(changed=10, last_state_ok=seconds(-5))

    (told,) = icinga.standing({DISK: START}, at=NOW)
    assert isinstance(told, AlarmRecord)
    assert (told.started_at, told.severity) == (START, "critical")


def test_well_in_between_is_another_alarm(there: IcingaStandIn, icinga: Icinga) -> None:
    there.service(changed=10, last_state_ok=seconds(5))

    over, begun = icinga.standing({DISK: START}, at=NOW)
    assert over == Ended(DISK, START + timedelta(minutes=5))
    assert isinstance(begun, AlarmRecord)
    assert begun.started_at == START + timedelta(minutes=10)


def test_well_again_is_over_at_the_time_of_the_change(there: IcingaStandIn, icinga: Icinga) -> None:
    there.service(state=0, changed=20)
    there.service("srv-db-01!load", state=0, changed=20)

    assert icinga.standing({DISK: START}, at=NOW) == [Ended(DISK, START + timedelta(minutes=20))]


def test_what_was_taken_out_of_icinga_is_over(icinga: Icinga) -> None:
    assert icinga.standing({DISK: START}, at=NOW) == [Ended(DISK, NOW)]


def test_what_was_not_checked_yet_or_may_pass_begins_and_ends_nothing(
    there: IcingaStandIn, icinga: Icinga
) -> None:
    there.service(state=3, state_type=0, last_hard_state_change=0)
    there.service("srv-db-01!load", state=2, state_type=0, last_state_ok=seconds(-5))

    assert icinga.standing({DISK: START}, at=NOW) == []


def test_a_long_name_is_known_again(there: IcingaStandIn, icinga: Icinga) -> None:
    name = f"{'srv' * 40}!disk"
    there.service(name)
    (told,) = icinga.standing({}, at=NOW)
    assert isinstance(told, AlarmRecord)
    assert len(told.fingerprint) <= 100
    assert icinga.standing({told.fingerprint: told.started_at}, at=NOW) == [told]

    there.service(name, state=0)
    assert icinga.standing({told.fingerprint: told.started_at}, at=NOW) == [
        Ended(told.fingerprint, NOW)
    ]


@pytest.mark.parametrize(
    "reply",
    [
        Reply({"error": 404, "status": "No objects found."}, status=404),  # the filter is wrong
        Reply({"error": 403, "status": "Missing permission."}, status=403),
        Reply(status=401),
        Reply({"status": "fine"}),
    ],
)
def test_what_is_no_answer_ends_nothing(server: StandIn, icinga: Icinga, reply: Reply) -> None:
    server.first = [reply]

    with pytest.raises((SourceUnavailable, BadAnswer)):
        icinga.standing({DISK: START}, at=NOW)


def test_warns_of_missing_permissions(there: IcingaStandIn, icinga: Icinga) -> None:
    there.permissions = ["objects/query/Host"]

    (warning,) = icinga.visible().warnings
    assert "objects/query/Service" in warning
