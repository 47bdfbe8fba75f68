"""The guard of `tests.faced` itself."""

from types import FunctionType

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from kb import faces
from kb.models import Message, Ticket
from kb.visibility import NOBODY
from tests import faced
from tests.faced import PastTheFace
from tests.factories import make_ticket, message


def as_page(source: str) -> FunctionType:
    """A function of a new door, `shown`, with this body."""
    module = {
        "__name__": "api.pages.new",
        "select": select,
        "func": func,
        "Ticket": Ticket,
        "Message": Message,
    }
    exec(f"def shown(given):\n    return {source}", module)  # noqa: S102  as a door would be loaded
    shown = module["shown"]
    assert isinstance(shown, FunctionType)
    return shown


@pytest.mark.parametrize(
    "source",
    [
        "given.title",
        "given.messages[0].text",
        "[each.author for each in given.messages]",
        "'{0.resolution}'.format(given)",
        "getattr(given, 'link')",
    ],
)
def test_a_door_that_reads_a_row_past_the_face_fails(session: Session, source: str) -> None:
    ticket = make_ticket(session, messages=(message("Ask Ida Falk", author="Kim"),))

    with pytest.raises(PastTheFace, match=r"api\.pages\.new\.shown"):
        as_page(source)(ticket)


@pytest.mark.parametrize(
    "source",
    [
        "given.execute(select(Ticket.id, Ticket.title)).all()",
        "given.scalars(select(Message.text)).all()",
        "given.scalars(select(func.coalesce(Ticket.organisation, ''))).all()",
        "given.scalars(select(select(Ticket.item.label('x')).subquery().c.x)).all()",
    ],
)
def test_a_door_that_asks_for_columns_past_the_face_fails(session: Session, source: str) -> None:
    with pytest.raises(PastTheFace, match=r"api\.pages\.new\.shown"):
        as_page(source)(session)


def test_a_face_and_what_is_not_private_are_free_to_read(session: Session) -> None:
    ticket = make_ticket(session, messages=(message("Ask Ida Falk", author="Kim"),))

    assert as_page("given.title")(faces.of(NOBODY, ticket)) == ticket.title
    assert as_page("given.external_id")(ticket) == ticket.external_id
    assert as_page("given.execute(select(Ticket.id)).all()")(session) == [(ticket.id,)]


def test_each_function_that_may_is_there() -> None:
    """Else a new one of the same name would inherit the leave."""
    for name in faced.MAY:
        module, _, function = name.rpartition(".")
        imported = __import__(module, fromlist=[function])
        assert callable(getattr(imported, function)), name
