"""SCIM 2.0: a directory keeps the people and teams of its organisation."""

from collections.abc import Callable, Sequence
from typing import Annotated, Any

from fastapi import APIRouter, Body, Depends, Query, Request, Response
from fastapi import Path as PathParameter
from scim2_models import (
    Context,
    Group,
    ListResponse,
    PatchOp,
    Resource,
    ResourceType,
    ResponseParameters,
    Schema,
    ScimFilter,
)

from api import scim
from api.deps import NowDep, ScimReaderDep, ServicesDep, SessionDep, WriteSessionDep
from api.scim import MOST, PREFIX, User
from kb import people, provisioning
from kb.provisioning import Directory, EntryNotFound

# The interface describes itself at /Schemas, in the words of its own standard.
router = APIRouter(prefix=PREFIX, include_in_schema=False)

Payload = Annotated[Any, Body()]  # Any: what a stranger sends; scim.read checks it
Ids = Annotated[str, PathParameter(max_length=200)]
USER, GROUP = PatchOp[User], PatchOp[Group]


class Asked:
    """What a request wants to see of the resources, and where we are."""

    def __init__(
        self,
        request: Request,
        wanted: Annotated[str | None, Query(alias="filter", max_length=2_000)] = None,
        start: Annotated[int, Query(alias="startIndex")] = 1,
        count: Annotated[int, Query()] = MOST,
        attributes: Annotated[str | None, Query(max_length=2_000)] = None,
        excluded: Annotated[str | None, Query(alias="excludedAttributes", max_length=2_000)] = None,
    ) -> None:
        """Read the parameters; wrong numbers are moved into their range, as RFC 7644 says."""
        self.base = f"{str(request.base_url).rstrip('/')}{PREFIX}"
        self.wanted, self.start = wanted, max(start, 1)
        self.count = min(max(count, 0), MOST)
        given = {"attributes": attributes, "excludedAttributes": excluded}
        self.shape: ResponseParameters[Any] = ResponseParameters.model_validate(
            {name: value.split(",") for name, value in given.items() if value}
        )

    def dump(self, resource: Resource[Any], context: Context) -> dict[str, Any]:
        """The resource as JSON, with the attributes that were asked for."""
        return resource.model_dump(scim_ctx=context, response_parameters=self.shape)


AskedDep = Annotated[Asked, Depends(Asked)]


def _directory(services: ServicesDep, reader: ScimReaderDep) -> Directory:
    """The organisation of the account whose token was sent."""
    with services.database.read() as session:
        return Directory(people.asking(session, reader)[0].organisation_id, reader.person_id)


DirectoryDep = Annotated[Directory, Depends(_directory)]


@router.get("/ServiceProviderConfig")
def config(_reader: ScimReaderDep) -> Response:
    """What of SCIM we can do."""
    return scim.answer(_described(scim.CONFIG))


@router.get("/ResourceTypes")
def resource_types(_reader: ScimReaderDep) -> Response:
    """The kinds of resources."""
    return _all_described(ListResponse[ResourceType], scim.resource_types())


@router.get("/ResourceTypes/{name}")
def resource_type(_reader: ScimReaderDep, name: Ids) -> Response:
    """One kind of resource."""
    return _one_described(scim.resource_types(), name)


@router.get("/Schemas")
def schemas(_reader: ScimReaderDep) -> Response:
    """What the kinds of resources hold."""
    return _all_described(ListResponse[Schema], scim.schemas())


@router.get("/Schemas/{name}")
def schema(_reader: ScimReaderDep, name: Ids) -> Response:
    """What one kind of resource holds."""
    return _one_described(scim.schemas(), name)


@router.get("/Users")
def users(session: SessionDep, directory: DirectoryDep, asked: AskedDep) -> Response:
    """People of the organisation."""
    found = [scim.user(one, asked.base) for one in provisioning.listed(session, directory)]
    return _part(ListResponse[User], _filtered(ScimFilter[User], found, asked), asked)


@router.get("/Users/{id_}")
def user(session: SessionDep, directory: DirectoryDep, asked: AskedDep, id_: Ids) -> Response:
    """A person of the organisation."""
    entry = provisioning.shown(session, directory, _number(id_))
    shown = scim.user(entry, asked.base)
    return scim.answer(asked.dump(shown, Context.RESOURCE_QUERY_RESPONSE))


@router.post("/Users")
def create_user(
    session: WriteSessionDep, directory: DirectoryDep, asked: AskedDep, at: NowDep, sent: Payload
) -> Response:
    """Make a person."""
    wanted = scim.read(User, sent, Context.RESOURCE_CREATION_REQUEST)
    entry = provisioning.create(session, directory, scim.facts(wanted), at=at)
    made = scim.user(entry, asked.base)
    shown = asked.dump(made, Context.RESOURCE_CREATION_RESPONSE)
    return scim.answer(shown, 201, f"{asked.base}/Users/{entry.id}")


@router.put("/Users/{id_}")
def replace_user(
    session: WriteSessionDep,
    directory: DirectoryDep,
    asked: AskedDep,
    at: NowDep,
    id_: Ids,
    sent: Payload,
) -> Response:
    """Say everything of a person anew."""
    before = provisioning.shown(session, directory, _number(id_))
    wanted = scim.read(User, sent, Context.RESOURCE_REPLACEMENT_REQUEST)
    entry = provisioning.replace(session, directory, before.id, scim.facts(wanted), at=at)
    shown = scim.user(entry, asked.base)
    return scim.answer(asked.dump(shown, Context.RESOURCE_REPLACEMENT_RESPONSE))


@router.patch("/Users/{id_}")
def patch_user(
    session: WriteSessionDep,
    directory: DirectoryDep,
    asked: AskedDep,
    at: NowDep,
    id_: Ids,
    sent: Payload,
) -> Response:
    """Change something of a person."""
    shown = scim.user(provisioning.shown(session, directory, _number(id_)), asked.base)
    wanted = scim.read(USER, sent, Context.RESOURCE_PATCH_REQUEST)
    wanted.patch(shown, scim_policy=scim.TOLERANT)
    entry = provisioning.replace(session, directory, _number(id_), scim.facts(shown), at=at)
    after = scim.user(entry, asked.base)
    return scim.answer(asked.dump(after, Context.RESOURCE_PATCH_RESPONSE))


@router.delete("/Users/{id_}")
def delete_user(
    session: WriteSessionDep, directory: DirectoryDep, at: NowDep, id_: Ids
) -> Response:
    """Take all access from a person; the row stays for what they wrote."""
    provisioning.withdraw(session, directory, _number(id_), at=at)
    return Response(status_code=204)


@router.get("/Groups")
def groups(session: SessionDep, directory: DirectoryDep, asked: AskedDep) -> Response:
    """Teams of the organisation."""
    found = [scim.group(one, asked.base) for one in provisioning.teams(session, directory)]
    return _part(ListResponse[Group], _filtered(ScimFilter[Group], found, asked), asked)


@router.get("/Groups/{id_}")
def group(session: SessionDep, directory: DirectoryDep, asked: AskedDep, id_: Ids) -> Response:
    """A team of the organisation."""
    entry = provisioning.team(session, directory, _number(id_))
    shown = scim.group(entry, asked.base)
    return scim.answer(asked.dump(shown, Context.RESOURCE_QUERY_RESPONSE))


@router.post("/Groups")
def create_group(
    session: WriteSessionDep, directory: DirectoryDep, asked: AskedDep, at: NowDep, sent: Payload
) -> Response:
    """Make a team."""
    wanted = scim.read(Group, sent, Context.RESOURCE_CREATION_REQUEST)
    entry = provisioning.create_team(
        session,
        directory,
        _name(wanted),
        scim.members(wanted),
        external_id=wanted.external_id,
        at=at,
    )
    made = scim.group(entry, asked.base)
    shown = asked.dump(made, Context.RESOURCE_CREATION_RESPONSE)
    return scim.answer(shown, 201, f"{asked.base}/Groups/{entry.id}")


@router.put("/Groups/{id_}")
def replace_group(
    session: WriteSessionDep,
    directory: DirectoryDep,
    asked: AskedDep,
    at: NowDep,
    id_: Ids,
    sent: Payload,
) -> Response:
    """Say everything of a team anew."""
    provisioning.team(session, directory, _number(id_))
    wanted = scim.read(Group, sent, Context.RESOURCE_REPLACEMENT_REQUEST)
    return _replaced(session, directory, asked, at, id_, wanted)


@router.patch("/Groups/{id_}")
def patch_group(
    session: WriteSessionDep,
    directory: DirectoryDep,
    asked: AskedDep,
    at: NowDep,
    id_: Ids,
    sent: Payload,
) -> Response:
    """Change something of a team, such as one member."""
    shown = scim.group(provisioning.team(session, directory, _number(id_)), asked.base)
    wanted = scim.read(GROUP, sent, Context.RESOURCE_PATCH_REQUEST)
    wanted.patch(shown, scim_policy=scim.TOLERANT)
    return _replaced(session, directory, asked, at, id_, shown)


@router.delete("/Groups/{id_}")
def delete_group(
    session: WriteSessionDep, directory: DirectoryDep, at: NowDep, id_: Ids
) -> Response:
    """Delete a team."""
    provisioning.delete_team(session, directory, _number(id_), at=at)
    return Response(status_code=204)


def _replaced(
    session: WriteSessionDep,
    directory: Directory,
    asked: Asked,
    at: NowDep,
    id_: str,
    wanted: Group,
) -> Response:
    entry = provisioning.replace_team(
        session,
        directory,
        _number(id_),
        _name(wanted),
        scim.members(wanted),
        external_id=wanted.external_id,
        at=at,
    )
    shown = scim.group(entry, asked.base)
    return scim.answer(asked.dump(shown, Context.RESOURCE_REPLACEMENT_RESPONSE))


def _name(sent: Group) -> str:
    return (sent.display_name or "")[:200]


def _number(id_: str) -> int:
    if not id_.isdecimal() or len(id_) > 9:  # noqa: PLR2004  more digits than an id has
        raise EntryNotFound("no such resource")
    return int(id_)


def _filtered(
    kind: Callable[[str], Any], found: list[Any], asked: Asked
) -> list[Any]:  # Any: generic models of SCIM
    if asked.wanted is None:
        return found
    chosen = kind(asked.wanted)
    return [one for one in found if chosen.match(one)]


def _part(kind: Any, found: list[Any], asked: Asked) -> Response:  # Any: as above
    chosen = found[asked.start - 1 :][: asked.count]
    shown = [asked.dump(one, Context.RESOURCE_QUERY_RESPONSE) for one in chosen]
    answer = kind(total_results=len(found), start_index=asked.start, items_per_page=len(shown))
    return scim.answer(answer.model_dump() | {"Resources": shown})


def _described(one: Resource[Any]) -> dict[str, Any]:
    return one.model_dump(scim_ctx=Context.RESOURCE_QUERY_RESPONSE)


def _all_described(kind: Any, found: Sequence[Resource[Any]]) -> Response:  # Any: as above
    answer = kind(total_results=len(found), start_index=1, items_per_page=len(found))
    return scim.answer(answer.model_dump() | {"Resources": [_described(one) for one in found]})


def _one_described(found: Sequence[Resource[Any]], name: str) -> Response:
    for one in found:
        if one.id == name:
            return scim.answer(_described(one))
    raise EntryNotFound("no such description")
