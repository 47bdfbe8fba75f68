"""A second-level ticket closes, becomes a draft, is reviewed, published and found."""

from datetime import timedelta
from pathlib import Path

import pytest

from api.wiring import Services
from api.worker import work_all
from articles import review, store
from articles.models import ArticleState, Decision
from articles.writers import ExtractiveWriter
from indexer.search import search
from kb import tickets
from kb.db import Database
from kb.models import DocumentKind
from kb.settings import Settings
from kb.visibility import Reader
from tests.factories import MONDAY, make_reader, make_ticket
from tests.fakes import make_finder

LATER = MONDAY + timedelta(hours=1)

CASES = {
    "en": (
        "VPN drops every hour",
        "Since Monday the VPN tunnel is gone after an hour. The client shows error 809.",
        "The firewall dropped large packets. Set the MTU of the tunnel to 1400 with"
        " `netsh interface ipv4 set subinterface VPN mtu=1400`. Restart the client afterwards.",
        "netsh",
    ),
    "de": (
        "VPN bricht jede Stunde ab",
        "Seit Montag ist der VPN-Tunnel nach einer Stunde weg. Der Client zeigt den Fehler 809.",
        "Die Firewall hat große Pakete verworfen. Setzen Sie die MTU des Tunnels auf 1400 mit"
        " `netsh interface ipv4 set subinterface VPN mtu=1400`. Starten Sie den Client danach neu.",
        "netsh",
    ),
    "nl": (
        "VPN valt elk uur weg",
        "Sinds maandag is de VPN-tunnel na een uur weg. De client toont fout 809.",
        "De firewall gooide grote pakketten weg. Zet de MTU van de tunnel op 1400 met"
        " `netsh interface ipv4 set subinterface VPN mtu=1400`. Start de client daarna opnieuw.",
        "netsh",
    ),
}


@pytest.fixture
def services(database: Database, tmp_path: Path) -> Services:
    settings = Settings(data_dir=tmp_path)
    return Services(
        settings, database, make_finder(database, tmp_path / "index"), ExtractiveWriter()
    )


def close(services: Services, reader: Reader, language: str, resolution: str) -> int:
    title, description, _, _ = CASES[language]
    with services.database.write() as session:
        ticket = make_ticket(
            session, level=2, title=title, description=description, language=language
        )
        assert tickets.close(session, reader, ticket, resolution, at=MONDAY)
        return ticket.id


def found(services: Services, reader: Reader, query: str) -> list[str]:
    with services.database.read() as session:
        outcome = search(session, services.finder, reader, query, limit=10)
    return [hit.number for hit in outcome.hits if hit.kind is DocumentKind.ARTICLE]


@pytest.mark.parametrize("language", CASES)
def test_the_way_of_a_resolution(services: Services, language: str) -> None:
    with services.database.write() as session:
        reader = make_reader(session)
        stranger = make_reader(session, "other", email="stranger@own.example")
    title, _, resolution, word = CASES[language]
    close(services, reader, language, resolution)

    work_all(services, at=LATER)

    with services.database.read() as session:
        (waiting,) = store.waiting(session, reader, limit=5)
        draft = store.get(session, reader, waiting.id)
    assert (draft.state, draft.language) == (ArticleState.DRAFT, language)
    assert word in draft.markdown
    assert all(statement.evidence for statement in draft.statements)
    assert found(services, reader, title) == []
    with services.database.write() as session:
        review.publish(session, reader, draft.id, version=1, at=LATER)
    work_all(services, at=LATER)
    assert found(services, reader, title) == [draft.number]
    assert found(services, stranger, title) == []


def test_a_closing_that_says_nothing_leaves_a_reason(services: Services) -> None:
    with services.database.write() as session:
        reader = make_reader(session)
    ticket_id = close(services, reader, "en", "Fixed.")

    work_all(services, at=LATER)

    with services.database.read() as session:
        assert store.waiting(session, reader, limit=5) == []
        (outcome,) = store.outcomes(session, reader, limit=5)
    assert (outcome.ticket_id, outcome.decision) == (ticket_id, Decision.TOO_THIN)
    assert "step" in outcome.missing
