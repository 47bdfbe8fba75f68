"""What people say of what they found."""

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from kb import feedback, people, tickets
from kb.models import DocumentKind, Feedback, Verdict
from tests.factories import MONDAY, make_reader, make_ticket

SHARED = "Nordwind Netze"


def test_saying_it_again_replaces_what_was_said(session: Session) -> None:
    reader = make_reader(session)
    subject = (DocumentKind.TICKET, make_ticket(session).id)

    for verdict in (Verdict.NOT_THIS, Verdict.SOLVED, Verdict.SOLVED):
        feedback.give(session, reader, subject, verdict, at=MONDAY)

    assert feedback.solved(session, reader, [subject]) == {subject: 1}
    assert session.scalar(select(func.count()).select_from(Feedback)) == 1


def test_people_and_tickets_in_hand_count_apart(session: Session) -> None:
    subject = (DocumentKind.TICKET, make_ticket(session).id)
    in_hand = make_ticket(session, external_id="2").id
    one, other = make_reader(session), make_reader(session, email="other@own.example")

    feedback.give(session, one, subject, Verdict.SOLVED, at=MONDAY)
    feedback.give(session, one, subject, Verdict.SOLVED, ticket_id=in_hand, at=MONDAY)
    feedback.give(session, other, subject, Verdict.SOLVED, at=MONDAY)

    assert feedback.solved(session, other, [subject]) == {subject: 3}


def test_a_case_that_the_reader_may_not_see_does_not_count(session: Session) -> None:
    subject = (DocumentKind.TICKET, make_ticket(session, audience=SHARED).id)
    hidden = make_ticket(session, external_id="2").id
    own = make_reader(session, people.INTERNAL, SHARED)
    outside = make_reader(session, SHARED, email="engineer@nordwind.example")

    feedback.give(session, own, subject, Verdict.SOLVED, ticket_id=hidden, at=MONDAY)

    assert feedback.solved(session, own, [subject]) == {subject: 1}
    assert feedback.solved(session, outside, [subject]) == {subject: 0}


def test_of_what_nobody_may_see_nothing_can_be_said(session: Session) -> None:
    hidden = (DocumentKind.TICKET, make_ticket(session).id)
    shown = (DocumentKind.TICKET, make_ticket(session, external_id="2", audience=SHARED).id)
    outside = make_reader(session, SHARED)

    for subject in (hidden, (DocumentKind.ARTICLE, 4711)):
        with pytest.raises(feedback.DocumentNotFound):
            feedback.give(session, outside, subject, Verdict.SOLVED, at=MONDAY)
    with pytest.raises(tickets.TicketNotFound):
        feedback.give(session, outside, shown, Verdict.SOLVED, ticket_id=hidden[1], at=MONDAY)
