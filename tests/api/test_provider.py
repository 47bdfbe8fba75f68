"""Signing in through a provider: what fits is let in, everything else stays outside."""

import time
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from joserfc.jwk import RSAKey
from pydantic import SecretStr, ValidationError
from sqlalchemy import select
from sqlalchemy.orm import Session

from api.app import create_app
from api.pages.provider import COOKIE
from api.provider import Provider
from api.wiring import Services
from articles.writers import ExtractiveWriter
from kb import identities, people
from kb.db import Database
from kb.identities import IdentityTaken, Told
from kb.models import Identity, Membership, Person, Role, SignIn
from kb.settings import Settings
from tests.api.stand_in_provider import CLIENT, ISSUER, PUBLIC_URL, SECRET, StandIn
from tests.api.test_pages import csrf, opened
from tests.factories import MONDAY, make_audience, make_person, make_ticket
from tests.fakes import make_finder

EMAIL = "agent@own.example"


@pytest.fixture(scope="session")
def key() -> RSAKey:
    return RSAKey.generate_key(2048, {"kid": "1"})


@pytest.fixture
def stand_in(key: RSAKey) -> StandIn:
    return StandIn(key)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(
        data_dir=tmp_path,
        public_url=PUBLIC_URL,
        oidc_issuer=ISSUER,
        oidc_client_id=CLIENT,
        oidc_client_secret=SecretStr(SECRET),
    )


@pytest.fixture
def app(settings: Settings, database: Database, tmp_path: Path, stand_in: StandIn) -> FastAPI:
    finder = make_finder(database, tmp_path / "index")
    made = create_app(Services(settings, database, finder, ExtractiveWriter()))
    made.state.provider = Provider(settings, stand_in)
    with database.write() as session:
        make_person(session, EMAIL, audiences=())
    return made


def tried(client: TestClient, stand_in: StandIn, **changes: str | None) -> int:
    """Sign in through the provider, with another answer in the browser if `changes` say so."""
    url = client.get("/sign-in/provider?next=/drafts").headers["location"]
    answer = stand_in.authorise(url) | changes
    params = {name: value for name, value in answer.items() if value is not None}
    given = client.get("/sign-in/provider/back", params=params)
    if given.status_code == 303:
        assert given.headers["location"] == "/drafts"
    return given.status_code


def teams_of(database: Database) -> set[str]:
    with database.read() as session:
        return {
            name
            for name in ("Desk", "Network", "By hand")
            for team in [people.team(session, name)]
            if session.scalar(select(Membership.id).where(Membership.team_id == team.id))
        }


def test_who_signs_in_there_is_in_here_until_the_sign_in_is_ended(
    app: FastAPI, stand_in: StandIn, database: Database
) -> None:
    client = opened(app)
    assert 'href="/sign-in/provider?next=' in client.get("/sign-in").text

    assert tried(client, stand_in) == 303

    assert COOKIE not in client.cookies
    first = client.get("/")
    assert first.status_code == 200
    with database.write() as session:
        for row in session.scalars(select(SignIn)):
            session.delete(row)
    assert client.get("/").status_code == 303

    stand_in.codes.add("good")
    assert tried(client, stand_in) == 303
    client.post("/sign-out", data={"csrf": csrf(client.get("/").text)})
    assert client.get("/").status_code == 303
    left = client.get("/sign-in/provider/out").headers["location"]
    assert left.startswith(f"{ISSUER}/out?client_id=kb&post_logout_redirect_uri=")


LIES: list[dict[str, Any]] = [
    {"iss": "https://other.example"},
    {"aud": "another client"},
    {"aud": [CLIENT, "another client"]},
    {"azp": "another client"},
    {"exp": int(time.time()) - 3_600},
    {"exp": None},
    {"iat": int(time.time()) + 36_000},
    {"nonce": "of another browser"},
    {"nonce": None},
    {"sub": None},
    {"sub": "somebody else than userinfo says"},
    {"email_verified": False},
    {"email_verified": "true"},
    {"email_verified": None},
    {"email": None},
    {"email": "stranger@own.example"},
]


@pytest.mark.parametrize("lie", LIES, ids="-".join)
def test_what_the_provider_says_must_fit(
    app: FastAPI, stand_in: StandIn, database: Database, lie: dict[str, Any]
) -> None:
    stand_in.claims = lie
    client = opened(app)

    assert tried(client, stand_in) == 401

    assert client.get("/").status_code == 303
    with database.read() as session:
        assert session.scalars(select(Identity)).all() == []
        assert session.scalars(select(SignIn)).all() == []


def test_only_the_providers_keys_count(app: FastAPI, stand_in: StandIn) -> None:
    stand_in.signed_with = RSAKey.generate_key(2048, {"kid": "1"})
    assert tried(opened(app), stand_in) == 401


def test_a_token_without_a_signature_is_refused(app: FastAPI, stand_in: StandIn) -> None:
    import base64
    import json

    import httpx2

    honest = stand_in._token

    def unsigned(request: httpx2.Request) -> httpx2.Response:
        given = honest(request).json()
        header = base64.urlsafe_b64encode(json.dumps({"alg": "none"}).encode()).decode()
        given["id_token"] = f"{header.rstrip('=')}.{given['id_token'].split('.')[1]}."
        return httpx2.Response(200, json=given)

    stand_in._token = unsigned  # type: ignore[method-assign]  # it lies from now on
    assert tried(opened(app), stand_in) == 401


@pytest.mark.parametrize(
    "change",
    [
        {"state": "forged"},
        {"state": None},
        {"code": "guessed"},
        {"code": None},
        {"iss": "https://x"},
    ],
    ids=str,
)
def test_what_the_browser_brings_back_must_fit(
    app: FastAPI, stand_in: StandIn, change: dict[str, str | None]
) -> None:
    assert tried(opened(app), stand_in, **change) == 401


def test_an_answer_to_another_browser_signs_nobody_in(app: FastAPI, stand_in: StandIn) -> None:
    """Who sends somebody their own answer would have them sign in as the sender."""
    url = opened(app).get("/sign-in/provider").headers["location"]
    answer = stand_in.authorise(url)

    victim = opened(app)
    assert victim.get("/sign-in/provider/back", params=answer).status_code == 401
    victim.get("/sign-in/provider")
    assert victim.get("/sign-in/provider/back", params=answer).status_code == 401
    assert stand_in.exchanges == 0


def test_a_code_counts_once(app: FastAPI, stand_in: StandIn) -> None:
    client = opened(app)
    answer = stand_in.authorise(client.get("/sign-in/provider").headers["location"])
    cookie = client.cookies[COOKIE]
    assert client.get("/sign-in/provider/back", params=answer).status_code == 303

    again = opened(app)
    again.cookies.set(COOKIE, cookie)
    assert again.get("/sign-in/provider/back", params=answer).status_code == 401


def test_new_keys_of_the_provider_are_found(app: FastAPI, stand_in: StandIn) -> None:
    assert tried(opened(app), stand_in) == 303
    stand_in.key = RSAKey.generate_key(2048, {"kid": "2"})
    stand_in.header = {"alg": "RS256", "kid": "2"}
    stand_in.codes.add("good")

    assert tried(opened(app), stand_in) == 303


@pytest.mark.parametrize(
    "metadata",
    [
        {"issuer": "https://other.example"},
        {"token_endpoint": "http://id.example/token"},
        {"jwks_uri": None},
    ],
    ids=str,
)
def test_a_provider_that_describes_itself_wrongly_is_not_used(
    app: FastAPI, stand_in: StandIn, metadata: dict[str, Any]
) -> None:
    stand_in.metadata = metadata

    assert opened(app).get("/sign-in/provider").status_code == 503


def test_without_a_provider_there_is_no_such_page(
    services_without: FastAPI,
) -> None:
    client = opened(services_without)

    assert client.get("/sign-in/provider").status_code == 404
    assert "/sign-in/provider" not in client.get("/sign-in").text


@pytest.fixture
def services_without(database: Database, tmp_path: Path) -> FastAPI:
    finder = make_finder(database, tmp_path / "other")
    return create_app(Services(Settings(data_dir=tmp_path), database, finder, ExtractiveWriter()))


class TestLinking:
    def test_afterwards_the_subject_counts_and_not_the_address(
        self, app: FastAPI, stand_in: StandIn, database: Database
    ) -> None:
        assert tried(opened(app), stand_in) == 303
        with database.write() as session:
            make_person(session, "boss@own.example", audiences=())
        stand_in.claims = {"email": "boss@own.example"}
        stand_in.codes.add("good")

        client = opened(app)
        assert tried(client, stand_in) == 303
        with database.read() as session:
            agent = people.person(session, EMAIL).id
            assert set(session.scalars(select(SignIn.person_id))) == {agent}

    def test_an_address_that_changed_hands_does_not_open_the_account(
        self, app: FastAPI, stand_in: StandIn
    ) -> None:
        assert tried(opened(app), stand_in) == 303
        stand_in.claims, stand_in.userinfo = {"sub": "new-owner"}, {"sub": "new-owner"}
        stand_in.codes.add("good")

        assert tried(opened(app), stand_in) == 401

    @pytest.mark.parametrize("what", ["administrator", "service"])
    def test_an_address_makes_nobody_an_administrator_or_a_system(
        self, app: FastAPI, stand_in: StandIn, database: Database, what: str
    ) -> None:
        with database.write() as session:
            person = make_person(
                session,
                EMAIL,
                roles=(Role.ADMINISTRATOR,) if what == "administrator" else (),
                audiences=(),
            )
            person.service = what == "service"

        assert tried(opened(app), stand_in) == 401

    def test_administrators_are_linked_by_hand(
        self, app: FastAPI, stand_in: StandIn, database: Database
    ) -> None:
        told = Told(ISSUER, "kim-1", None, email_verified=False, name=None, groups=frozenset())
        with database.write() as session:
            person = make_person(session, EMAIL, roles=(Role.ADMINISTRATOR,), audiences=())
            identities.link(session, person, told, at=MONDAY)
            with pytest.raises(IdentityTaken):
                identities.link(session, make_person(session, "b@own.example"), told, at=MONDAY)

        assert tried(opened(app), stand_in) == 303
        with database.write() as session:
            identities.unlink(session, people.person(session, EMAIL), at=MONDAY)
        stand_in.codes.add("good")
        assert tried(opened(app), stand_in) == 401

    def test_a_disabled_person_stays_outside(
        self, app: FastAPI, stand_in: StandIn, database: Database
    ) -> None:
        with database.write() as session:
            people.person(session, EMAIL).active = False

        assert tried(opened(app), stand_in) == 401

    def test_unknown_people_are_made_where_that_is_set_and_see_nothing(
        self, app: FastAPI, stand_in: StandIn, database: Database, settings: Settings
    ) -> None:
        with database.write() as session:
            make_ticket(session, title="Not for them")
        chosen = settings.model_copy(update={"oidc_organisation": "Own"})
        app.state.services = Services(
            chosen, database, app.state.services.finder, ExtractiveWriter()
        )
        stand_in.claims = {"email": "new@own.example"}
        client = opened(app)

        assert tried(client, stand_in) == 303

        assert client.get("/tickets/1").status_code == 404
        with database.read() as session:
            made = people.person(session, "new@own.example")
            assert people.asking(session, reader(session, made))[1].name == "Own"


def reader(session: Session, person: Person) -> Any:
    from kb.visibility import reader_of

    return reader_of(session, person, at=MONDAY)


def test_groups_mean_teams_and_what_is_gone_there_is_gone_here(
    app: FastAPI, stand_in: StandIn, database: Database
) -> None:
    with database.write() as session:
        person = people.person(session, EMAIL)
        for name in ("Desk", "Network", "By hand"):
            people.put_team(session, name, level=1, organisation_id=person.organisation_id)
        people.join(session, person.id, people.team(session, "By hand").id)
        for group, team in (("desk", "Desk"), ("net", "Network"), ("hand", "By hand")):
            identities.map_group(session, group, people.team(session, team), at=MONDAY)
        audience = make_audience(session)
        people.grant(session, audience, team_id=people.team(session, "Network").id, at=MONDAY)
        make_ticket(session)
    client = opened(app)

    stand_in.userinfo = {"groups": ["net", "unknown", 7]}
    assert tried(client, stand_in) == 303
    assert teams_of(database) == {"Network", "By hand"}
    assert client.get("/tickets/1").status_code == 200

    stand_in.userinfo = {"groups": ["desk"]}
    stand_in.codes.add("good")
    assert tried(client, stand_in) == 303
    assert teams_of(database) == {"Desk", "By hand"}
    assert client.get("/tickets/1").status_code == 404

    stand_in.userinfo = {}
    stand_in.codes.add("good")
    assert tried(client, stand_in) == 303
    assert teams_of(database) == {"By hand"}


@pytest.mark.parametrize(
    "changes",
    [
        {"oidc_issuer": "http://id.example"},
        {"oidc_client_id": None},
        {"public_url": None},
        {"public_url": "https://kb.example/path"},
    ],
    ids=str,
)
def test_half_a_configuration_does_not_start(settings: Settings, changes: dict[str, Any]) -> None:
    given = settings.model_dump() | changes
    with pytest.raises(ValidationError):
        Settings(**given)
