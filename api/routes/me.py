"""Who is asking, and what they belong to."""

from datetime import datetime

from fastapi import APIRouter
from pydantic import Field

from api.deps import ReaderDep, SessionDep
from api.fields import Row, example
from api.problems import documented
from api.routes import PREFIX
from kb import people
from kb.models import Licence, Role

router = APIRouter(prefix=PREFIX, tags=["people"])


class OwnAudienceOut(Row):
    """A group of readers that you belong to."""

    model_config = example({"id": 1, "name": "internal"})

    id: int
    name: str


class Me(Row):
    """The person whose token was sent."""

    model_config = example(
        {
            "id": 7,
            "name": "Kim Example",
            "email": "kim@own.example",
            "organisation": "Own",
            "language": "nl",
            "roles": ["publisher", "second_level_engineer"],
            "licence": "publisher",
            "until": None,
        }
    )

    id: int
    name: str
    email: str
    organisation: str
    language: str
    roles: list[Role]
    licence: Licence | None = Field(description="how far your word on articles goes")
    until: datetime | None


@router.get("/me", responses=documented(), summary="Show who you are")
def me(session: SessionDep, reader: ReaderDep) -> Me:
    """The person whose token was sent, and what they may do."""
    person, organisation = people.asking(session, reader)
    return Me(
        id=person.id,
        name=person.name,
        email=person.email,
        organisation=organisation.name,
        language=person.language,
        roles=sorted(reader.roles),
        licence=reader.licence,
        until=person.until,
    )


@router.get("/audiences", responses=documented(), summary="List your audiences")
def audiences(session: SessionDep, reader: ReaderDep) -> list[OwnAudienceOut]:
    """The audiences that you belong to, by name; of others nothing is told."""
    found = people.own_audiences(session, reader)
    return [OwnAudienceOut.model_validate(audience) for audience in found]
