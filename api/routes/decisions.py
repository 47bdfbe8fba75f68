"""What becomes of a closed ticket: link an article, change it, write a new one, or nothing."""

from typing import Annotated

from fastapi import APIRouter
from pydantic import Field, StringConstraints
from sqlalchemy.orm import Session

from api.deps import DraftingReaderDep, NowDep, ReaderDep, SessionDep, WriteSessionDep
from api.fields import LARGEST_ID, NUL_FREE, Body, Id, example
from api.problems import documented
from api.routes import PREFIX
from api.routes.drafts import OutcomeOut
from articles import deciding, store
from articles.decision import Verdict
from kb import tickets
from kb.errors import NotFound
from kb.models import Licence
from kb.visibility import Reader

router = APIRouter(prefix=f"{PREFIX}/tickets/{{ticket_id}}/decision", tags=["tickets"])


class NothingDecided(NotFound):
    """Nothing has become of the ticket yet."""


class Deciding(Body):
    """What shall become of a closed ticket, whatever the program advised."""

    model_config = example({"verdict": "link", "article_id": 12})

    verdict: Verdict
    article_id: Annotated[int, Field(ge=1, le=LARGEST_ID)] | None = Field(
        default=None, description="a published article; needed for link and change"
    )
    reason: Annotated[str, StringConstraints(strip_whitespace=True, max_length=5_000), NUL_FREE] = (
        ""
    )


@router.get("", responses=documented(403, 404), summary="Show the decision on a ticket")
def shown(session: SessionDep, reader: ReaderDep, ticket_id: Id) -> OutcomeOut:
    """What became of a closed ticket, why, and which articles it was compared with."""
    reader.must_hold(Licence.CANDIDATE)
    return _decision(session, reader, ticket_id)


@router.put("", responses=documented(403, 404, 409), summary="Decide on a ticket")
def decide(
    session: WriteSessionDep, reader: DraftingReaderDep, at: NowDep, ticket_id: Id, wish: Deciding
) -> OutcomeOut:
    """Link at once, or let a change or a new article be written, or note that nothing is."""
    deciding.decide(
        session,
        reader,
        ticket_id,
        wish.verdict,
        article_id=wish.article_id,
        reason=wish.reason,
        at=at,
    )
    session.flush()  # the answer is read back
    return _decision(session, reader, ticket_id)


def _decision(session: Session, reader: Reader, ticket_id: int) -> OutcomeOut:
    tickets.get(session, reader, ticket_id)
    found = store.outcomes(session, reader, ticket_id=ticket_id, limit=1)
    if not found:
        raise NothingDecided(f"nothing is decided about ticket {ticket_id}")
    return OutcomeOut.model_validate(found[0])
