"""Signing in with a password, and ending it."""

import time
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from sqlalchemy import select

from api.app import create_app
from api.wiring import Services
from kb import accounts, people, sign_ins, tokens
from kb.accounts import PasswordUnfit
from kb.db import Database
from kb.models import Password, SignIn, SignInFailure, Token
from tests.api.test_pages import csrf, opened
from tests.factories import MONDAY, make_person

EMAIL, RIGHT, WRONG = "agent@own.example", "correct horse battery", "correct horse batters"


@pytest.fixture
def account(database: Database) -> None:
    with database.write() as session:
        person = make_person(session, EMAIL)
        accounts.set_password(session, person, RIGHT, at=MONDAY)
        make_person(session, "without@own.example")


def tried(client: TestClient, email: str, password: str) -> tuple[int, str]:
    answer = client.post("/sign-in", data={"email": email, "password": password})
    return answer.status_code, answer.text


@pytest.mark.usefixtures("account")
def test_a_password_signs_in_and_signing_out_ends_the_row(app: FastAPI, database: Database) -> None:
    client = opened(app)

    assert tried(client, f" {EMAIL.upper()} ", RIGHT)[0] == 303
    cookies = dict(client.cookies)
    assert client.post("/sign-out", data={"csrf": csrf(client.get("/").text)}).status_code == 303

    with database.read() as session:
        assert session.scalars(select(SignIn)).all() == []
    # The browser that kept its cookie is outside all the same.
    kept = opened(app)
    kept.cookies.update(cookies)
    assert kept.get("/").status_code == 303


@pytest.mark.usefixtures("account")
def test_refusals_do_not_tell_accounts_apart(app: FastAPI) -> None:
    client = opened(app)

    answers = {
        tried(client, email, WRONG)
        for email in (EMAIL, "without@own.example", "stranger@nowhere.example", "")
    }

    assert len(answers) == 1
    assert answers.pop()[0] == 401
    assert "set-cookie" not in client.post("/sign-in", data={"email": EMAIL}).headers


@pytest.mark.usefixtures("account")
def test_an_unknown_account_costs_as_much_work(database: Database) -> None:
    taken = {}
    with database.read() as session:
        attempts = {
            email: accounts.look_up(session, email, "192.0.2.1", at=MONDAY)
            for email in (EMAIL, "stranger@nowhere.example")
        }
    for email, attempt in attempts.items():
        attempt.succeeds(WRONG)  # the first call pays for what is made once
        began = time.process_time()
        for _ in range(3):
            attempt.succeeds(WRONG)
        taken[email] = time.process_time() - began

    known, unknown = taken.values()
    assert known / 4 < unknown < known * 4


@pytest.mark.usefixtures("account")
def test_after_ten_refusals_the_right_password_waits_a_quarter_of_an_hour(
    database: Database,
) -> None:
    def attempt(at: datetime, address: str = "192.0.2.1") -> accounts.Attempt:
        with database.read() as session:
            return accounts.look_up(session, EMAIL, address, at=at)

    for _ in range(accounts.MOST_PER_ACCOUNT):
        with database.write() as session:
            found = accounts.look_up(session, EMAIL, "192.0.2.1", at=MONDAY)
            accounts.refused(session, found, at=MONDAY)

    assert not attempt(MONDAY).succeeds(RIGHT)
    assert not attempt(MONDAY, "192.0.2.77").succeeds(RIGHT)
    assert attempt(MONDAY + accounts.WINDOW).succeeds(RIGHT)


@pytest.mark.usefixtures("account")
def test_guesses_at_one_process_count_at_the_others(app: FastAPI, services: Services) -> None:
    url = services.database.engine.url.render_as_string(hide_password=False)
    with closing(Database(url)) as database:
        elsewhere = create_app(replace(services, database=database))

        for _ in range(accounts.MOST_PER_ACCOUNT):
            assert tried(opened(app), EMAIL, WRONG)[0] == 401

        assert tried(opened(elsewhere), EMAIL, RIGHT)[0] == 401


def test_one_address_may_not_try_account_after_account(database: Database) -> None:
    with database.write() as session:
        for number in range(accounts.MOST_PER_ADDRESS):
            email = f"person{number}@own.example"
            found = accounts.look_up(session, email, "192.0.2.1", at=MONDAY)
            accounts.refused(session, found, at=MONDAY)
        assert accounts.look_up(session, EMAIL, "192.0.2.1", at=MONDAY).blocked
        assert not accounts.look_up(session, EMAIL, "192.0.2.2", at=MONDAY).blocked


def test_old_refusals_are_forgotten(database: Database) -> None:
    with database.write() as session:
        for at in (MONDAY, MONDAY + 2 * accounts.WINDOW):
            accounts.refused(session, accounts.look_up(session, EMAIL, "a", at=at), at=at)
        session.flush()
        assert len(session.scalars(select(SignInFailure)).all()) == 2


@pytest.mark.usefixtures("account")
def test_ended_by_an_administrator_the_next_click_is_outside(
    app: FastAPI, database: Database
) -> None:
    client = opened(app)
    tried(client, EMAIL, RIGHT)
    assert client.get("/").status_code == 200

    with database.write() as session:
        person = people.person(session, EMAIL)
        assert [one.email for one in sign_ins.listed(session, at=datetime.now(UTC))] == [EMAIL]
        assert sign_ins.end_all(session, person.id, at=MONDAY) == 1

    assert client.get("/").status_code == 303


@pytest.mark.usefixtures("account")
def test_a_new_password_ends_what_began_with_the_old_one(app: FastAPI, database: Database) -> None:
    client = opened(app)
    tried(client, EMAIL, RIGHT)

    with database.write() as session:
        accounts.set_password(session, people.person(session, EMAIL), WRONG, at=MONDAY)

    assert client.get("/").status_code == 303
    assert tried(client, EMAIL, RIGHT)[0] == 401
    assert tried(client, EMAIL, WRONG)[0] == 303


@pytest.mark.usefixtures("account")
def test_a_person_whose_time_is_over_is_refused_like_everybody(
    app: FastAPI, database: Database
) -> None:
    with database.write() as session:
        people.person(session, EMAIL).until = MONDAY

    assert tried(opened(app), EMAIL, RIGHT) == tried(opened(app), EMAIL, WRONG)


@pytest.mark.usefixtures("account")
def test_a_sign_in_is_over_after_a_working_day(database: Database) -> None:
    with database.write() as session:
        person = people.person(session, EMAIL)
        secret = sign_ins.begin(session, person.id, at=MONDAY)
        assert sign_ins.person(session, secret, at=MONDAY + timedelta(hours=11)) is person
        with pytest.raises(sign_ins.SignInEnded):
            sign_ins.person(session, secret, at=MONDAY + sign_ins.LASTS)


@pytest.mark.usefixtures("account")
def test_no_password_and_no_secret_is_stored(database: Database) -> None:
    with database.write() as session:
        secret = sign_ins.begin(session, people.person(session, EMAIL).id, at=MONDAY)
        session.flush()
        assert session.scalars(select(Password.hash)).one().startswith("$argon2id$")
        assert secret.encode() not in session.scalars(select(SignIn.digest)).one()


@pytest.mark.parametrize("password", ["", "elevenchars", "x" * 1_001])
def test_unfit_passwords_are_refused(database: Database, password: str) -> None:
    with database.write() as session:
        person = make_person(session, EMAIL)
        with pytest.raises(PasswordUnfit):
            accounts.set_password(session, person, password, at=MONDAY)


def test_the_last_use_of_a_token_is_known(agent: TestClient, database: Database) -> None:
    assert agent.get("/api/v1/me").status_code == 200
    with database.write() as session:
        ((token, _),) = tokens.listed(session)
        assert token.used_at is not None
        assert datetime.now(UTC) - token.used_at < timedelta(minutes=5)


def test_the_last_use_is_not_written_at_each_request(agent: TestClient, database: Database) -> None:
    recently = datetime.now(UTC) - timedelta(seconds=20)
    with database.write() as session:
        session.scalars(select(Token)).one().used_at = recently

    agent.get("/api/v1/me")

    with database.read() as session:
        assert session.scalars(select(Token.used_at)).one() == recently
