"""SCIM 2.0 (RFC 7643, RFC 7644): what we serve, and how it looks; the rules are the library's."""

from typing import Annotated, Any

from fastapi import FastAPI, Request, Response
from fastapi.responses import JSONResponse
from pydantic import Field, ValidationError
from scim2_models import (
    URN,
    AuthenticationScheme,
    Bulk,
    ChangePassword,
    ComplexAttribute,
    Context,
    Error,
    ETag,
    Filter,
    Group,
    GroupMembership,
    InvalidSyntaxException,
    Meta,
    Mutability,
    Patch,
    Required,
    Resource,
    ResourceType,
    Returned,
    Schema,
    SCIMException,
    ScimPolicy,
    ScimProvider,
    ServiceProviderConfig,
    Sort,
    Uniqueness,
)

from api.problems import HEADERS, Problem
from kb.provisioning import Entry, Facts

PREFIX = "/scim/v2"
MEDIA_TYPE = "application/scim+json"
MOST = 200
"""Resources in one answer."""

TOLERANT = ScimPolicy(unknown=ScimPolicy.Unknown.ignore)
"""Directories send attributes that we do not keep; they are left out, not refused."""


class PersonName(ComplexAttribute):
    """The parts of a name, taken if there is no displayName."""

    formatted: str | None = None
    family_name: str | None = None
    given_name: str | None = None


class User(Resource[Any]):
    """A person; `userName` is their e-mail address."""

    __schema__ = URN("urn:ietf:params:scim:schemas:core:2.0:User")

    user_name: Annotated[str | None, Uniqueness.server, Required.true] = Field(
        None, max_length=320, examples=["kim@own.example"]
    )
    display_name: str | None = Field(None, max_length=200)
    name: Annotated[PersonName | None, Mutability.write_only, Returned.never] = None
    active: bool | None = None
    groups: Annotated[list[GroupMembership] | None, Mutability.read_only] = None


CONFIG = ServiceProviderConfig(
    documentation_uri=None,
    patch=Patch(supported=True),
    bulk=Bulk(supported=False, max_operations=0, max_payload_size=0),
    filter=Filter(supported=True, max_results=MOST),
    change_password=ChangePassword(supported=False),
    sort=Sort(supported=False),
    etag=ETag(supported=False),
    authentication_schemes=[
        AuthenticationScheme(
            type=AuthenticationScheme.Type.oauthbearertoken,
            name="Token",
            description="A token with the scope scim, made by `kb token create`.",
            primary=True,
        )
    ],
)


def provider() -> ScimProvider:
    """What this service is made of."""
    return ScimProvider(models=[User, Group], config=CONFIG, policy=TOLERANT)


def resource_types() -> tuple[ResourceType, ...]:
    """The kinds of resources, with their addresses."""
    return provider().resource_types


def schemas() -> tuple[Schema, ...]:
    """What each kind of resource holds."""
    return provider().schemas


def user(entry: Entry, base: str) -> User:
    """A person as SCIM shows them."""
    return User(
        id=str(entry.id),
        external_id=entry.external_id,
        user_name=entry.email,
        display_name=entry.name,
        active=entry.active,
        groups=[
            GroupMembership.model_validate({"value": str(id_), "display": name, "type": "direct"})
            for id_, name in entry.related
        ]
        or None,
        meta=_meta("User", f"{base}/Users/{entry.id}"),
    )


def group(entry: Entry, base: str) -> Group:
    """A team as SCIM shows it."""
    return Group(
        id=str(entry.id),
        external_id=entry.external_id,
        display_name=entry.name,
        members=[
            Group.Members.model_validate(
                {
                    "value": str(id_),
                    "$ref": f"{base}/Users/{id_}",
                    "display": name,
                    "type": "User",
                }
            )
            for id_, name in entry.related
        ]
        or None,
        meta=_meta("Group", f"{base}/Groups/{entry.id}"),
    )


def facts(sent: User) -> Facts:
    """What a sent resource says of a person."""
    parts = sent.name
    formatted = parts.formatted if parts else None
    joined = " ".join(x for x in (parts.given_name, parts.family_name) if x) if parts else ""
    email = sent.user_name or ""
    return Facts(
        email=email,
        name=(sent.display_name or formatted or joined or email)[:200],
        active=sent.active is not False,
        external_id=sent.external_id,
    )


def members(sent: Group) -> set[int]:
    """The ids of the members that a sent group names; one that is no id is nobody's."""
    values = [str(getattr(member, "value", "")) for member in sent.members or ()]
    return {int(value) if value.isdecimal() and len(value) < 10 else 0 for value in values}  # noqa: PLR2004  more digits than an id has


def answer(content: object, status: int = 200, location: str | None = None) -> Response:
    """`content` in SCIM's media type."""
    headers = {"Location": location} if location else None
    return JSONResponse(content, status, media_type=MEDIA_TYPE, headers=headers)


def of_problem(problem: Problem) -> Response:
    """A problem in the words of SCIM, which has 400 where we have 422."""
    status = 400 if problem.status == 422 else problem.status  # noqa: PLR2004  an HTTP status
    words = {409: "uniqueness", 400: "invalidValue"}
    error = Error(status=status, scim_type=words.get(status), detail=problem.detail)
    return _error(error, status)


def install(app: FastAPI) -> None:
    """Let `app` answer what the library refuses as SCIM says."""

    @app.exception_handler(SCIMException)
    def _refused(_request: Request, error: SCIMException) -> Response:
        return _error(error.to_error(), error.status)

    @app.exception_handler(ValidationError)
    def _malformed(_request: Request, error: ValidationError) -> Response:
        found = Error.from_validation_errors(error)[0]
        return _error(found, found.status or 400)


def read(model: Any, payload: object, context: Context) -> Any:  # Any: generic models of SCIM
    """A sent resource or message.

    Raises:
        ValidationError: it does not fit its schema.
    """
    if not isinstance(payload, dict):
        raise InvalidSyntaxException(detail="send a JSON object")
    return model.model_validate(payload, scim_ctx=context, scim_policy=TOLERANT)


def _error(error: Error, status: int) -> Response:
    return JSONResponse(
        error.model_dump(), status, media_type=MEDIA_TYPE, headers=HEADERS.get(status)
    )


def _meta(kind: str, location: str) -> Meta:
    return Meta(resource_type=kind, location=location)
