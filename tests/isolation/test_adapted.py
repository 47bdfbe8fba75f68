"""An adapter is used for those alone who may see all that it was learned from."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from fastapi.testclient import TestClient
from sqlalchemy.orm import Session
from structlog.testing import capture_logs

from api.app import create_app
from api.wiring import Services
from articles.writers import ExtractiveWriter
from indexer import adapted
from indexer.adapt import QueryAdapter, Verdict
from kb import people, tickets, tokens
from kb.db import Database
from kb.models import OrganisationKind
from kb.settings import Settings
from tests.factories import MONDAY, make_audience, make_person, make_ticket
from tests.fakes import WordEmbedder, index_all, make_finder

SHARED = "Nordwind"
DIMENSION = 64
QUERY = {"query": "tunnel drops"}


def services_on(database: Database, folder: Path) -> Services:
    finder = make_finder(database, folder, WordEmbedder(dimension=DIMENSION))
    return Services(Settings(data_dir=folder), database, finder, ExtractiveWriter())


@pytest.fixture
def services(database: Database, tmp_path: Path) -> Services:
    """A shared ticket and an internal one, and a finder that knows both."""
    made = services_on(database, tmp_path / "a")
    with database.write() as session:
        make_ticket(session, audience=SHARED, title="Tunnel drops", external_id="1")
        make_ticket(session, audience=SHARED, title="Printer jams", external_id="2")
        make_ticket(session, title="Swordfish", external_id="3")
    index_all(made.finder)
    return made


def token_of(session: Session, email: str, *audiences: str, own: bool) -> str:
    person = make_person(
        session,
        email,
        organisation="Own" if own else SHARED,
        kind=OrganisationKind.OWN if own else OrganisationKind.CONTRACTOR,
        audiences=audiences,
    )
    return tokens.create(session, person, "test", expires_at=None, at=MONDAY).secret


@pytest.fixture
def secrets(services: Services) -> dict[str, str]:
    with services.database.write() as session:
        return {
            "contractor": token_of(session, "engineer@nordwind.example", SHARED, own=False),
            "agent": token_of(session, "agent@own.example", SHARED, people.INTERNAL, own=True),
        }


Ask = Callable[[str], str]


@pytest.fixture
def ask(services: Services, secrets: dict[str, str]) -> Ask:
    return asking(services, secrets)


def asking(services: Services, secrets: dict[str, str]) -> Ask:
    client = TestClient(create_app(services))

    def answer(who: str) -> str:
        headers = {"Authorization": f"Bearer {secrets[who]}"}
        given = client.post("/api/v1/search", json=QUERY, headers=headers)
        assert given.status_code == 200
        return given.text

    return answer


def promote(
    database: Database,
    *,
    sources: tuple[int, ...],
    audiences: tuple[str, ...],
    model: str = "words",
) -> None:
    """As if an adapter that turns every question round had been learned."""
    up, down = np.ones((DIMENSION, 1), np.float32), -5 * np.ones((1, DIMENSION), np.float32)
    with database.write() as session:
        adapted.keep(
            session,
            QueryAdapter(model, up, down),
            Verdict({"all": 0.5}, {"all": 0.6}),
            sources=sources,
            audiences={make_audience(session, name) for name in audiences},
            cases=50,
            at=MONDAY,
        )


def test_a_contractor_gets_the_same_bytes_with_an_adapter_of_internal_cases(
    services: Services, ask: Ask
) -> None:
    before = {who: ask(who) for who in ("contractor", "agent")}
    promote(services.database, sources=(1, 3), audiences=(people.INTERNAL, SHARED))

    assert ask("contractor") == before["contractor"]
    assert ask("agent") != before["agent"]


def test_one_learned_from_what_both_may_see_is_for_both(services: Services, ask: Ask) -> None:
    before = {who: ask(who) for who in ("contractor", "agent")}
    promote(services.database, sources=(1, 2), audiences=(SHARED,))

    assert ask("contractor") != before["contractor"]
    assert ask("agent") != before["agent"]


def test_a_document_that_moves_to_others_takes_it_away(services: Services, ask: Ask) -> None:
    """At once, before any index knows: the second line of defence, tested alone."""
    plain = ask("contractor")
    promote(services.database, sources=(1, 2), audiences=(SHARED,))
    bent = ask("contractor")
    with services.database.write() as session:
        make_ticket(session, title="Printer jams", external_id="2")

    moved = ask("contractor")
    with services.database.write() as session:
        adapted.forget(session)

    assert moved == ask("contractor")
    assert bent != plain


def test_a_document_that_is_withdrawn_takes_it_away_from_all(services: Services, ask: Ask) -> None:
    promote(services.database, sources=(1, 2, 3), audiences=(SHARED, people.INTERNAL))
    with services.database.write() as session:
        tickets.withdraw(session, "test", ["2"], at=MONDAY)

    asleep = ask("agent")
    with services.database.read() as session:
        assert [one.gone for one in adapted.standings(session)] == [1]
    with services.database.write() as session:
        adapted.forget(session)

    assert asleep == ask("agent")


def test_who_loses_an_audience_loses_it_at_the_next_request(services: Services, ask: Ask) -> None:
    plain = ask("contractor")
    promote(services.database, sources=(1, 3), audiences=(people.INTERNAL, SHARED))
    assert ask("contractor") == plain
    with services.database.write() as session:
        person = people.person(session, "agent@own.example").id
        internal = make_audience(session)
        people.revoke(session, internal, person_id=person, at=MONDAY)

    assert ask("agent") == plain


def test_another_process_follows_with_its_next_request_and_after_a_restart(
    services: Services, secrets: dict[str, str], ask: Ask, tmp_path: Path
) -> None:
    other = asking(services_on(services.database, tmp_path / "b"), secrets)
    plain = other("agent")
    promote(services.database, sources=(1, 3), audiences=(people.INTERNAL, SHARED))
    bent = other("agent")
    restarted = asking(services_on(services.database, tmp_path / "c"), secrets)("agent")
    with services.database.write() as session:
        adapted.forget(session)

    assert plain == ask("agent") == other("agent")
    assert plain != bent == restarted


def test_a_newer_one_replaces_the_older(services: Services, ask: Ask) -> None:
    plain = ask("agent")
    promote(services.database, sources=(1,), audiences=(SHARED,))
    assert ask("agent") != plain
    with services.database.write() as session:
        straight = QueryAdapter(
            "words", np.zeros((DIMENSION, 1), np.float32), np.zeros((1, DIMENSION), np.float32)
        )
        verdict = Verdict({"all": 0.5}, {"all": 0.6})
        audiences = {make_audience(session, SHARED)}
        adapted.keep(
            session, straight, verdict, sources=(1,), audiences=audiences, cases=50, at=MONDAY
        )

    assert ask("agent") == plain
    with services.database.read() as session:
        assert len(adapted.standings(session)) == 1


def test_one_of_another_model_is_ignored_with_one_warning(services: Services, ask: Ask) -> None:
    plain = ask("agent")
    promote(services.database, sources=(1,), audiences=(SHARED,), model="another")

    with capture_logs() as logs:
        answers = {ask("agent") for _ in range(3)}

    assert answers == {plain}
    warned = [line for line in logs if str(line["event"]).startswith("adapter ignored")]
    assert len(warned) == 1
