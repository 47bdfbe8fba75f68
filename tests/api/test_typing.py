"""Suggestions while somebody types."""

from fastapi.testclient import TestClient

from api.wiring import Services
from kb import documents
from kb.models import DocumentKind
from tests.api.conftest import CONTRACTOR
from tests.factories import make_ticket, message
from tests.fakes import index_all


def suggested(client: TestClient, typed: str, **more: int) -> list[str]:
    answer = client.get("/api/v1/search/typing", params={"q": typed, **more})
    assert answer.status_code == 200, answer.text
    return [one["title"] for one in answer.json()["suggestions"]]


def test_an_unfinished_or_misspelt_word_is_enough(agent: TestClient, services: Services) -> None:
    with services.database.write() as session:
        make_ticket(session, external_id="1", title="Tunnel drops hourly")
        make_ticket(session, external_id="2", title="Printer prints twice", description="Toner.")
    index_all(services.finder)

    assert suggested(agent, "tunn") == ["Tunnel drops hourly"]
    assert suggested(agent, "tunnle dro") == ["Tunnel drops hourly"]
    assert suggested(agent, "prnter") == ["Printer prints twice"]
    assert suggested(agent, " ") == []


def test_ticket_and_internal_messages_are_one_suggestion(
    agent: TestClient, contractor: TestClient, services: Services
) -> None:
    with services.database.write() as session:
        secret = message("The tunnel password is swordfish", internal=True)
        make_ticket(session, audience=CONTRACTOR, title="Tunnel drops", messages=(secret,))
    index_all(services.finder)

    assert suggested(agent, "tunnel") == ["Tunnel drops"]
    assert suggested(agent, "swordf") == ["Tunnel drops"]
    assert suggested(contractor, "swordf") == []


def test_nothing_hidden_and_nothing_withdrawn_though_no_index_knows(
    agent: TestClient, contractor: TestClient, services: Services
) -> None:
    with services.database.write() as session:
        hidden = make_ticket(session, external_id="1", title="Tunnel of the director drops")
        make_ticket(session, audience=CONTRACTOR, external_id="2", title="Tunnel drops")
        hidden_id = hidden.id
    index_all(services.finder)

    assert suggested(contractor, "tunn") == ["Tunnel drops"]
    assert suggested(contractor, "direct") == []
    assert suggested(agent, "direct") == ["Tunnel of the director drops"]
    with services.database.write() as session:
        documents.withdraw(session, DocumentKind.TICKET, [hidden_id])
    assert suggested(agent, "direct") == []


def test_no_more_than_asked_for(agent: TestClient, services: Services) -> None:
    with services.database.write() as session:
        for number in range(5):
            make_ticket(session, external_id=str(number), title=f"Tunnel {number} drops")
    index_all(services.finder)

    assert len(suggested(agent, "tunnel", limit=2)) == 2
