"""Licences: how far the word of people and teams goes on articles."""

from fastapi import APIRouter, Response
from pydantic import Field
from sqlalchemy.orm import Session

from api.deps import AdminReaderDep, NowDep, SessionDep, WriteSessionDep
from api.fields import Body, Row, example
from api.problems import documented
from api.routes import PREFIX
from api.routes.administration import Address, Named
from kb import licences
from kb.models import Licence
from kb.visibility import Reader

router = APIRouter(prefix=f"{PREFIX}/admin/licences", tags=["administration"])


class LicenceIn(Body):
    """How far their word on articles shall go."""

    model_config = Body.model_config | example({"licence": "contributor"})

    licence: Licence


class LicenceOut(Row):
    """A licence, and the person or the team that has it."""

    model_config = Row.model_config | example(
        {"person": "kim@own.example", "team": None, "licence": "contributor"}
    )

    person: str | None = Field(description="an e-mail address; null: it is a team")
    team: str | None
    licence: Licence


@router.get("", responses=documented(403), summary="List the licences")
def listed(session: SessionDep, reader: AdminReaderDep) -> list[LicenceOut]:
    """The licences given to people and teams; a coach sees those of the own company."""
    return _all(session, reader)


@router.put("/people/{email}", responses=documented(403, 404), summary="Give a person a licence")
def give_person(
    session: WriteSessionDep, reader: AdminReaderDep, at: NowDep, email: Address, told: LicenceIn
) -> list[LicenceOut]:
    """Their own licence counts more than those of their teams and than their roles."""
    subject = licences.of_person(session, reader, email)
    licences.give(session, reader, subject, told.licence, at=at)
    session.flush()  # the list is read from the table
    return _all(session, reader)


@router.put("/teams/{name}", responses=documented(403, 404), summary="Give a team a licence")
def give_team(
    session: WriteSessionDep, reader: AdminReaderDep, at: NowDep, name: Named, told: LicenceIn
) -> list[LicenceOut]:
    """It counts for its people at each time who have no licence of their own."""
    subject = licences.of_team(session, reader, name)
    licences.give(session, reader, subject, told.licence, at=at)
    session.flush()  # the list is read from the table
    return _all(session, reader)


@router.delete(
    "/people/{email}",
    status_code=204,
    responses=documented(403, 404),
    summary="Take back a person's licence",
)
def take_from_person(
    session: WriteSessionDep, reader: AdminReaderDep, at: NowDep, email: Address
) -> Response:
    """Leave it to their teams, or to their roles, how far their word goes."""
    licences.take_back(session, reader, licences.of_person(session, reader, email), at=at)
    return Response(status_code=204)


@router.delete(
    "/teams/{name}",
    status_code=204,
    responses=documented(403, 404),
    summary="Take back a team's licence",
)
def take_from_team(
    session: WriteSessionDep, reader: AdminReaderDep, at: NowDep, name: Named
) -> Response:
    """Leave it to the roles of its people how far their word goes."""
    licences.take_back(session, reader, licences.of_team(session, reader, name), at=at)
    return Response(status_code=204)


def _all(session: Session, reader: Reader) -> list[LicenceOut]:
    return [LicenceOut.model_validate(one) for one in licences.listed(session, reader)]
