"""What the first look at the examples shows."""

from api import examples
from api.wiring import Services
from articles import returns
from kb import people
from kb.visibility import reader_of
from tests.factories import MONDAY


def test_an_agent_finds_in_the_inbox_what_became_of_a_ticket(services: Services) -> None:
    examples.begin(services, at=MONDAY)

    with services.database.read() as session:
        agent = people.person(session, "svenja.morgentau@nebelfurt.example")
        (news,) = returns.inbox(session, reader_of(session, agent, at=MONDAY), limit=10)

    assert news.ticket.external_id == "INC-1147"
    assert "Get-Queue" in (news.ticket.resolution or "")
