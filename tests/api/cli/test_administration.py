"""Commands about people, audiences, tokens and jobs."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select

from kb import jobs, people, tokens
from kb.db import Database
from kb.models import Event, Grant, Membership, Person, PersonRole
from kb.tokens import TokenRefused
from kb.visibility import NOBODY, reader_of
from tests.api.cli.conftest import Kb
from tests.factories import MONDAY

EXAMPLES = Path(__file__).parents[3] / "examples"
TOMORROW = datetime.now(UTC) + timedelta(days=1)


def create_user(kb: Kb, email: str = "ann@own.example", *more: str) -> None:
    result = kb("user", "create", email, "--name", "Ann", "--organisation", "Own", *more)
    assert result.exit_code == 0, result.output


class TestOrganisationsAndTeams:
    def test_are_listed_once_however_often_they_are_added(self, kb: Kb) -> None:
        for _ in range(2):
            kb("organisation", "add", "Own", "--kind", "own")
            kb("team", "add", "Desk", "--level", "1", "--organisation", "Own")

        assert kb("organisation", "list").stdout == "Own  (own)\n"
        assert kb("team", "list").stdout == "Desk  (level 1, Own)\n"

    def test_a_team_needs_its_company(self, kb: Kb) -> None:
        result = kb("team", "add", "Desk", "--level", "1", "--organisation", "Nobody")

        assert result.exit_code == 1
        assert "no organisation 'Nobody'; `kb organisation add` makes one" in result.stderr

    def test_the_examples_load_and_loading_again_changes_nothing(
        self, kb: Kb, database: Database
    ) -> None:
        first = kb("people", "load", EXAMPLES / "organisations.yaml")
        before = rows(database)
        second = kb("people", "load", EXAMPLES / "organisations.yaml")

        assert first.stdout == second.stdout == "3 organisations, 8 teams, 15 people, 5 audiences\n"
        assert rows(database) == before

    def test_a_file_that_says_no_language_leaves_the_one_that_a_person_chose(
        self, kb: Kb, database: Database, tmp_path: Path
    ) -> None:
        path = tmp_path / "people.yaml"
        path.write_text(
            "organisations: [{name: Own, kind: own}]\n"
            "people: [{name: Ann, email: ann@own.example, organisation: Own}]\n",
            encoding="utf-8",
        )
        create_user(kb, "ann@own.example", "--language", "nl")

        assert kb("people", "load", path).exit_code == 0
        create_user(kb, "ann@own.example")
        create_user(kb, "bob@own.example")

        with database.read() as session:
            spoken = {one.email: one.language for one in session.scalars(select(Person))}
            assert spoken == {"ann@own.example": "nl", "bob@own.example": "en"}

    def test_a_wrong_file_is_named_and_changes_nothing(self, kb: Kb, tmp_path: Path) -> None:
        path = tmp_path / "people.yaml"
        path.write_text(
            "organisations: [{name: Own, kind: own}]\n"
            "teams: [{name: Desk, level: 1, organisation: Nobody}]\n",
            encoding="utf-8",
        )

        result = kb("people", "load", path)

        assert result.exit_code == 1
        assert "no organisation 'Nobody'" in result.stderr
        assert kb("organisation", "list").stdout == ""


def rows(database: Database) -> list[int | None]:
    with database.read() as session:
        return [
            session.scalar(select(func.count()).select_from(table))
            for table in (Person, PersonRole, Membership, Grant)
        ]


class TestUsers:
    def test_are_listed_with_company_team_and_roles(self, kb: Kb) -> None:
        create_user(kb, "ann@own.example", "--admin", "--role", "coach")
        kb("team", "add", "Desk", "--level", "1", "--organisation", "Own")
        create_user(kb, "Bob@own.example ", "--team", "Desk")

        assert kb("user", "list").stdout == (
            "ann@own.example  Ann, Own: administrator, coach\n"
            "bob@own.example  Ann, Own, Desk: no role\n"
        )

    def test_the_first_one_reads_what_is_internal(self, kb: Kb, database: Database) -> None:
        create_user(kb)

        with database.read() as session:
            person = people.person(session, "ann@own.example")
            internal = people.audience(session, people.INTERNAL).id
            assert reader_of(session, person, at=MONDAY).audience_ids == {internal}

    def test_a_disabled_one_reads_nothing_until_enabled(self, kb: Kb, database: Database) -> None:
        create_user(kb)

        kb("user", "disable", "ann@own.example")
        shut_out = reads_nothing(database)
        shown = kb("user", "list").stdout
        kb("user", "enable", "ann@own.example")

        assert shut_out
        assert "(disabled)" in shown
        assert not reads_nothing(database)
        with database.read() as session:
            verbs = session.scalars(select(Event.verb).where(Event.subject_kind == "person")).all()
        assert verbs == ["person.put", "person.disable", "person.enable"]

    @pytest.mark.parametrize(
        ("arguments", "code", "reason"),
        [
            (["user", "create", "nobody", "--name", "N", "--organisation", "Own"], 1, "'nobody'"),
            (["user", "disable", "x@own.example"], 1, "no person 'x@own.example'"),
            (["user", "create", "x@own.example"], 2, "Missing option"),
        ],
    )
    def test_what_is_wrong_is_said(
        self, kb: Kb, arguments: list[str], code: int, reason: str
    ) -> None:
        result = kb(*arguments)

        assert (result.exit_code, result.stdout) == (code, "")
        assert reason in result.stderr


def reads_nothing(database: Database) -> bool:
    with database.read() as session:
        person = people.person(session, "ann@own.example")
        return reader_of(session, person, at=MONDAY) == NOBODY


class TestAudiences:
    def test_are_listed_with_their_readers(self, kb: Kb) -> None:
        create_user(kb)
        kb("team", "add", "Desk", "--level", "1", "--organisation", "Own")
        kb("audience", "add", "network")
        for reader in (["--team", "Desk"], ["--person", "ann@own.example"]):
            assert kb("audience", "grant", "network", *reader).exit_code == 0
        kb("audience", "add", "empty")

        assert kb("audience", "list").stdout == (
            "empty: nobody\n"
            "internal: organisation Own\n"
            "network: person ann@own.example, team Desk\n"
        )

    def test_revoking_takes_one_reader_out(self, kb: Kb) -> None:
        create_user(kb)
        kb("audience", "add", "network")
        kb("audience", "grant", "network", "--organisation", "Own")
        kb("audience", "grant", "network", "--person", "ann@own.example")

        kb("audience", "revoke", "network", "--organisation", "Own")

        assert "network: person ann@own.example\n" in kb("audience", "list").stdout

    @pytest.mark.parametrize("command", ["grant", "revoke"])
    def test_exactly_one_reader_is_named(self, kb: Kb, command: str) -> None:
        kb("audience", "add", "network")

        none = kb("audience", command, "network")
        two = kb("audience", command, "network", "--team", "a", "--person", "b")

        assert (none.exit_code, two.exit_code) == (2, 2)

    def test_an_unknown_one_cannot_be_granted(self, kb: Kb) -> None:
        create_user(kb)

        result = kb("audience", "grant", "nobody", "--organisation", "Own")

        assert result.exit_code == 1
        assert "no audience 'nobody'" in result.stderr


class TestTokens:
    def test_a_fresh_one_is_shown_once_and_works_until_revoked(
        self, kb: Kb, database: Database
    ) -> None:
        create_user(kb)

        secret = kb("token", "create", "ann@own.example", "--name", "laptop").stdout.strip()
        shown = kb("token", "list").stdout
        with database.read() as session:
            assert tokens.owner(session, secret, at=MONDAY).email == "ann@own.example"
        kb("token", "revoke", "1")

        assert secret not in shown
        assert shown.startswith(
            "1  ann@own.example  laptop, drafts+figures+read+sign_in+write, until "
        )
        with database.read() as session, pytest.raises(TokenRefused):
            tokens.owner(session, secret, at=MONDAY)
        assert kb("token", "list").stdout == ""

    def test_a_system_names_each_scope(self, kb: Kb, database: Database) -> None:
        given = ("--name", "Robot", "--organisation", "Own", "--service")
        kb("user", "create", "robot@own.example", *given)

        refused = kb("token", "create", "robot@own.example")
        secret = kb("token", "create", "robot@own.example", "--scope", "scim").stdout.strip()

        assert refused.exit_code == 1
        assert "say what the token is for" in refused.stderr
        with database.read() as session:
            assert tokens.identified(session, secret, at=MONDAY).scopes == {"scim"}

    def test_one_that_is_not_there_cannot_be_revoked(self, kb: Kb) -> None:
        result = kb("token", "revoke", "7")

        assert result.exit_code == 1
        assert "no token 7" in result.stderr


class TestJobs:
    def test_failed_ones_are_listed_first_with_the_reason_and_retried(
        self, kb: Kb, database: Database
    ) -> None:
        fail_for_good(database)
        with database.write() as session:
            jobs.promise(session, "draft", 8, at=TOMORROW)

        listed = kb("jobs", "list").stdout.splitlines()
        retried = kb("jobs", "retry", "--failed")

        assert listed[0].endswith("draft 7, failed, 5 attempts: no model")
        assert listed[1:] == [f"2  draft 8, due {TOMORROW:%Y-%m-%d %H:%M:%S} UTC, 0 attempts", TOLD]
        assert retried.stdout == "1 due again\n"
        assert kb("jobs", "list").stdout.endswith("2 waiting, 0 failed\n")

    def test_one_is_retried_by_its_number(self, kb: Kb, database: Database) -> None:
        fail_for_good(database)

        assert kb("jobs", "retry", "1").stdout == "1 due again\n"
        assert kb("jobs", "list").stdout.endswith("1 waiting, 0 failed\n")

    @pytest.mark.parametrize(
        ("arguments", "code"), [([], 2), (["1", "--failed"], 2), (["99"], 1), (["x"], 2)]
    )
    def test_what_is_wrong_is_said(self, kb: Kb, arguments: list[str], code: int) -> None:
        assert kb("jobs", "retry", *arguments).exit_code == code


TOLD = "1 waiting, 1 failed"


def fail_for_good(database: Database) -> None:
    with database.write() as session:
        jobs.promise(session, "draft", 7, at=MONDAY)
    for number in range(jobs.MOST_ATTEMPTS):
        at = MONDAY + timedelta(days=number)
        with database.write() as session:
            claim = jobs.claim(session, at=at)
            assert claim is not None
            jobs.fail(session, claim, "no model", at=at)


def test_licences_of_people_and_teams(kb: Kb) -> None:
    create_user(kb)
    kb("team", "add", "Desk", "--level", "1", "--organisation", "Own")

    assert kb("licence", "give", "ann@own.example", "contributor").exit_code == 0
    assert kb("licence", "give", "Desk", "publisher", "--team").exit_code == 0
    assert kb("licence", "list").stdout == "ann@own.example\tcontributor\nteam Desk\tpublisher\n"
    assert kb("licence", "take-back", "Desk", "--team").exit_code == 0
    assert kb("licence", "list").stdout == "ann@own.example\tcontributor\n"
    unknown = kb("licence", "give", "nobody@own.example", "coach")
    assert (unknown.exit_code, "no person" in unknown.stderr) == (1, True)
