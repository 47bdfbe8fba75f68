"""`kb drafts`: the way from a draft to a published article without a browser."""

from pathlib import Path

import pytest

from api.wiring import Services
from api.worker import do_job
from kb import tickets
from kb.db import Database
from kb.models import Role
from kb.visibility import reader_of
from tests.api.cli.conftest import Kb
from tests.factories import MONDAY, make_person, make_ticket

AGENT = "agent@own.example"


@pytest.fixture
def draft(services: Services, database: Database) -> str:
    """The number of a draft."""
    with database.write() as session:
        reader = reader_of(session, make_person(session, AGENT), at=MONDAY)
        make_person(session, "reader@own.example", roles=(Role.READER,))
        tickets.close(
            session,
            reader,
            make_ticket(session, level=2),
            "The gateway ran firmware 7.1. Installed firmware 7.2.1 on vpn-gw-02.",
            at=MONDAY,
        )
    assert do_job(services, at=MONDAY)
    return "KB-1"


def test_drafts_are_listed_and_shown(kb: Kb, draft: str) -> None:
    assert kb("drafts", "list", "--as", AGENT).stdout.startswith(f"{draft}\t")
    shown = kb("drafts", "show", draft, "--as", AGENT).stdout
    assert "Installed firmware 7.2.1" in shown
    evidence = kb("drafts", "show", "1", "--evidence", "--as", AGENT).stdout
    assert "resolution of ticket 1: Installed firmware 7.2.1" in evidence


def test_a_draft_is_edited_and_published(kb: Kb, draft: str, tmp_path: Path) -> None:
    file = tmp_path / "new.md"
    file.write_text("## Fix\n\nInstall 7.2.1.\n", encoding="utf-8")

    edited = kb("drafts", "edit", draft, file, "--title", "Firmware", "--as", AGENT)
    late = kb("drafts", "edit", draft, file, "--base", 1, "--title", "Late", "--as", AGENT)
    published = kb("drafts", "publish", draft, "--audience", "internal", "--as", AGENT)

    assert (edited.exit_code, edited.stdout) == (0, "KB-1 is now at version 2\n")
    assert late.exit_code == 1
    assert "version 2 is newer" in late.stderr
    assert (published.exit_code, published.stdout) == (0, "KB-1 is published\n")
    assert kb("drafts", "list", "--as", AGENT).stdout == ""


def test_a_draft_is_rejected(kb: Kb, draft: str) -> None:
    answer = kb("drafts", "reject", draft, "--reason", "KB-7 says it.", "--as", AGENT)

    assert answer.stdout == "KB-1 is rejected\n"
    assert kb("drafts", "reject", draft, "--reason", "Again.", "--as", AGENT).exit_code == 1


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("publish", "KB-1", "--as", "reader@own.example"), "no article"),
        (("list", "--as", "reader@own.example"), "licence"),
        (("show", "KB-4711", "--as", AGENT), "no article KB-4711"),
        (("publish", "KB-1", "--audience", "board", "--as", AGENT), "one of your audiences"),
        (("list", "--as", "nobody@own.example"), "no person"),
    ],
)
@pytest.mark.usefixtures("draft")
def test_what_is_not_possible_says_so(kb: Kb, arguments: tuple[str, ...], said: str) -> None:
    answer = kb("drafts", *arguments)

    assert answer.exit_code == 1
    assert said in answer.stderr


def test_an_article_is_handed_over_and_governed(kb: Kb, draft: str) -> None:
    assert kb("drafts", "publish", draft, "--as", AGENT).exit_code == 0
    assert kb("drafts", "due", "--mine", "--as", AGENT).stdout == ""

    given = kb("drafts", "hand-over", draft, "reader@own.example", "--as", AGENT)
    nobody = kb("drafts", "hand-over", draft, "--as", AGENT)
    governed = kb("drafts", "govern", draft, "compliance", "--as", AGENT)

    assert (given.exit_code, "may edit KB-1" in given.stderr) == (1, True)
    assert nobody.stdout == "KB-1 is looked after by nobody\n"
    assert (governed.exit_code, "licence coach" in governed.stderr) == (1, True)
