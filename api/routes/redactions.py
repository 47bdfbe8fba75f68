"""What was replaced in a draft because it is private, and taking that back."""

from typing import Annotated

from fastapi import APIRouter
from pydantic import Field, StringConstraints

from api.deps import DraftingReaderDep, NowDep, ReaderDep, SessionDep, WriteSessionDep
from api.fields import NUL_FREE, Body, Id, Row, example
from api.problems import documented
from api.routes import PREFIX
from articles import review, store
from kb.models import Licence

router = APIRouter(prefix=f"{PREFIX}/drafts/{{draft_id}}/replacements", tags=["drafts"])

Placeholder = Annotated[str, StringConstraints(min_length=1, max_length=200), NUL_FREE]


class ReplacementOut(Row):
    """A placeholder, and what it stands for."""

    model_config = example({"placeholder": "[HOST-1]", "kind": "HOST", "original": "vpn-gw-02"})

    placeholder: str
    kind: str
    original: str | None = Field(description="null: from a text that you may not see")


class Undoing(Body):
    """Which placeholders shall show what they stand for."""

    model_config = example({"base": 1, "placeholders": ["[HOST-1]"]})

    base: Annotated[int, Field(ge=1, le=1_000_000)]
    placeholders: list[Placeholder] = Field(min_length=1, max_length=200)


@router.get("", responses=documented(403, 404), summary="List what was replaced")
def listed(session: SessionDep, reader: ReaderDep, draft_id: Id) -> list[ReplacementOut]:
    """The placeholders of the newest version and what stands behind them in the ticket."""
    reader.must_hold(Licence.CANDIDATE)
    found = store.replacements(session, reader, draft_id)
    return [ReplacementOut.model_validate(one) for one in found]


@router.post("/undo", responses=documented(403, 404, 409), summary="Undo replacements")
def undo(
    session: WriteSessionDep, reader: DraftingReaderDep, at: NowDep, draft_id: Id, wish: Undoing
) -> list[ReplacementOut]:
    """Write a version that shows the originals again; the answer is what is still replaced."""
    review.undo(session, reader, draft_id, base=wish.base, placeholders=wish.placeholders, at=at)
    session.flush()  # the answer is read back
    return listed(session, reader, draft_id)
