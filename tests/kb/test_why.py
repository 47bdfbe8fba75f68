"""Why somebody may, or may not, see something."""

from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from kb import people, tickets, why
from tests.factories import MONDAY, make_audience, make_person, make_ticket


@pytest.fixture
def audience_id(session: Session) -> int:
    return make_audience(session, "Nordwind")


def test_nothing_is_said_to_be_nothing(session: Session, audience_id: int) -> None:
    person = make_person(session, audiences=())

    verdict = why.audience(session, person, audience_id, at=MONDAY)

    assert not verdict.sees
    assert tuple(map(str, verdict.because)) == ("nothing lets them into Nordwind",)


def test_each_way_in_is_named(session: Session, audience_id: int) -> None:
    person = make_person(session, audiences=("Nordwind",))
    team = people.put_team(session, "Net", level=2, organisation_id=person.organisation_id)
    people.join(session, person.id, team.id, until=MONDAY)
    people.grant(session, audience_id, team_id=team.id, at=MONDAY)
    people.grant(session, audience_id, organisation_id=person.organisation_id, at=MONDAY)

    verdict = why.audience(session, person, audience_id, at=MONDAY)

    assert verdict.sees
    assert tuple(map(str, verdict.because)) == (
        "granted to the person",
        "granted to the team Net (membership ended 2026-01-05 09:00 UTC)",
        "granted to the organisation Own",
    )


def test_what_has_ended_or_not_begun_is_named(session: Session, audience_id: int) -> None:
    person = make_person(session, audiences=())
    team = people.put_team(session, "Net", level=2, organisation_id=person.organisation_id)
    people.join(session, person.id, team.id, since=MONDAY + timedelta(days=2))
    people.grant(session, audience_id, team_id=team.id, at=MONDAY)
    person.until = MONDAY
    session.flush()

    verdict = why.audience(session, person, audience_id, at=MONDAY)

    assert not verdict.sees
    assert tuple(map(str, verdict.because)) == (
        "the person's access ended on 2026-01-05 09:00 UTC",
        "granted to the team Net (membership begins 2026-01-07)",
    )


def test_a_ticket_has_two_audiences(session: Session, audience_id: int) -> None:
    ticket = make_ticket(session, audience="Nordwind")

    assert tickets.audiences_of(session, ticket.id) == (audience_id, make_audience(session))
    with pytest.raises(tickets.TicketNotFound):
        tickets.audiences_of(session, ticket.id + 1)
