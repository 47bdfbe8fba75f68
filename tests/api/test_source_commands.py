from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from api.cli import main
from tests.contracts.stand_ins.redmine import RedmineStandIn
from tests.contracts.stand_ins.server import StandIn, served


@pytest.fixture
def there() -> RedmineStandIn:
    return RedmineStandIn()


@pytest.fixture
def server(there: RedmineStandIn) -> Iterator[StandIn]:
    with served(there) as running:
        yield running


@pytest.fixture(autouse=True)
def _data_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KB_DATA_DIR", str(tmp_path / "data"))


def kb(*arguments: str, given: str | None = None) -> Result:
    return CliRunner().invoke(main, ["source", *arguments], input=given)


def test_from_adding_to_the_status(there: RedmineStandIn, server: StandIn) -> None:
    there.add()
    there.add()

    added = kb(
        "add", "rm", "--kind", "redmine", "--url", server.url, "--secret-file", "-", "--private",
        given="key\n",
    )  # fmt: skip
    assert added.exit_code == 0, added.output
    assert "may see it-support" in kb("test", "rm").output
    assert "2 read, 0 gone, 0 failed" in kb("sync").output
    status = kb("status").output
    assert "rm (redmine): running, 2 cases" in status
    assert "for administrators alone: it-support" in status
    assert "key" not in status


def test_one_that_fails_does_not_stop_the_others(there: RedmineStandIn, server: StandIn) -> None:
    there.add()
    for name, key in (("a", "wrong"), ("b", "key")):
        kb(
            "add", name, "--kind", "redmine", "--url", server.url, "--secret-file", "-",
            "--private", given=key,
        )  # fmt: skip

    done = kb("sync")

    assert done.exit_code == 1
    assert "b: 1 read" in done.output
    assert "HTTP 401" in kb("status").output


def test_a_private_address_needs_leave(server: StandIn) -> None:
    kb("add", "rm", "--kind", "redmine", "--url", server.url, "--secret-file", "-", given="key")

    assert "private address" in kb("sync").output
    assert server.asked == []


def test_paused_is_not_synced(server: StandIn) -> None:
    kb("add", "rm", "--kind", "redmine", "--url", server.url, "--secret-file", "-", "--private",
       given="key")  # fmt: skip
    kb("pause", "rm")

    assert "is paused" in kb("sync", "rm").output
    kb("resume", "rm")
    assert kb("sync", "rm").exit_code == 0
