"""A draft says when an article on the same issue exists, and never names a hidden one."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from api.wiring import Services
from api.worker import work_all
from articles import review
from articles.models import Article, DraftOutcome
from kb import tickets
from tests.factories import MONDAY, make_reader, make_ticket

LATER = MONDAY + timedelta(hours=1)
TITLE = "VPN drops every hour"
ISSUE = "Since Monday the VPN tunnel is gone after an hour. The client shows error 809."
STEPS = "Set the MTU of the tunnel to 1400. Restart the client afterwards."


def solve(services: Services, resolution: str, audience: str = "internal") -> int:
    """Close a ticket on the issue and let the worker draft from it."""
    with services.database.write() as session:
        ticket = make_ticket(
            session,
            audience=audience,
            external_id=f"{resolution}{audience}",
            level=2,
            title=TITLE,
            description=ISSUE,
            language="en",
        )
        reader = make_reader(session, audience, email=f"{audience}@own.example")
        tickets.close(session, reader, ticket, resolution, at=MONDAY)
        ticket_id = ticket.id
    work_all(services, at=LATER)
    return ticket_id


def publish(services: Services, ticket_id: int) -> str:
    with services.database.write() as session:
        article = session.scalars(select(Article).where(Article.ticket_id == ticket_id)).one()
        reader = make_reader(session, "internal", email="publisher@own.example")
        review.publish(session, reader, article.id, at=LATER)
        number = article.number
    work_all(services, at=LATER)
    return number


def notes(services: Services, ticket_id: int) -> list[str]:
    with services.database.read() as session:
        outcome = session.get(DraftOutcome, ticket_id)
        assert outcome is not None
        return outcome.notes


@pytest.fixture
def number(services: Services) -> str:
    return publish(services, solve(services, STEPS))


def test_an_article_that_says_it_all_is_to_be_linked(services: Services, number: str) -> None:
    told = notes(services, solve(services, f"Again. {STEPS}"))

    assert told == [f"{number} says all of this already: link it instead of publishing this draft"]


def test_an_article_that_lacks_a_step_is_to_be_changed(services: Services, number: str) -> None:
    more = f"{STEPS} Delete the folder C:\\Temp\\vpn and restart the computer."

    [note] = notes(services, solve(services, more))

    assert note.startswith(f"{number} is about the same")
    assert "resolution" in note


def test_another_solution_gets_no_note(services: Services, number: str) -> None:
    assert number
    assert notes(services, solve(services, "Replaced the broken router in the cellar.")) == []


def test_an_article_for_others_is_never_named(services: Services, number: str) -> None:
    assert number
    assert notes(services, solve(services, f"Again. {STEPS}", audience="elsewhere")) == []
