"""Who looks after an article, and by which rules it may be changed."""

from fastapi import APIRouter
from pydantic import Field

from api.deps import DraftingReaderDep, NowDep, ReaderDep, SessionDep, WriteSessionDep
from api.fields import Body, Id, Name, Row, example
from api.problems import documented
from api.routes import PREFIX
from articles import care
from articles.models import Governance

router = APIRouter(prefix=f"{PREFIX}/drafts/{{draft_id}}/care", tags=["drafts"])

CARE = {"owner": "ines.kern@own.example", "governance": "experience"}


class CareOut(Row):
    """Who looks after an article, and who may change it."""

    model_config = example(CARE | {"name": "Ines Kern"})

    owner: str | None = Field(description="e-mail address; of colleagues of your own company alone")
    name: str | None
    governance: Governance = Field(
        description="experience: whoever works on articles changes it; compliance: publishers alone"
    )


class Caring(Body):
    """What shall be different; what is left out stays."""

    model_config = example(CARE)

    owner: Name | None = Field(default=None, description="e-mail address; null: nobody")
    governance: Governance | None = None


@router.get("", responses=documented(403, 404), summary="Show who looks after an article")
def shown(session: SessionDep, reader: ReaderDep, draft_id: Id) -> CareOut:
    """Its owner and its governance."""
    return CareOut.model_validate(care.of_article(session, reader, draft_id))


@router.patch(
    "", responses=documented(403, 404), summary="Hand an article over, or change its governance"
)
def put(
    session: WriteSessionDep, reader: DraftingReaderDep, at: NowDep, draft_id: Id, wish: Caring
) -> CareOut:
    """The owner hands over, and who may publish it; a coach sets the governance."""
    if "owner" in wish.model_fields_set:
        care.hand_over(session, reader, draft_id, wish.owner, at=at)
    if wish.governance is not None:
        care.govern(session, reader, draft_id, wish.governance, at=at)
    session.flush()  # the answer is read back
    return shown(session, reader, draft_id)
