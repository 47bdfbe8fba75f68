"""The first run: whoever holds the code of the terminal becomes the first administrator."""

from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Form, Request, Response
from fastapi.responses import RedirectResponse
from pydantic import BaseModel, Field

from api.deps import NowDep, ServicesDep, SessionDep
from api.fields import NUL_FREE
from api.pages import languages
from api.pages import session as sessions
from api.pages.session import OwnPage
from api.pages.templating import page
from api.problems import status_of
from kb import accounts, setup_codes, sign_ins
from kb.errors import KbError
from kb.people import BadAddress, OrganisationNotFound
from kb.setup_codes import AlreadyBegun, CodeRefused, Somebody

router = APIRouter(prefix="/setup", include_in_schema=False)

Line = Annotated[str, Field(max_length=200), NUL_FREE]


class SetupForm(BaseModel):
    """The code, and who the first administrator is; what is missing is said on the page."""

    code: Annotated[str, Field(max_length=100), NUL_FREE] = ""
    name: Line = ""
    organisation: Line = ""
    email: Annotated[str, Field(max_length=320), NUL_FREE] = ""
    password: Annotated[str, Field(max_length=accounts.LONGEST)] = ""

    def somebody(self, *, language: str) -> Somebody:
        """Who wants to administer."""
        return Somebody(
            email=self.email,
            password=self.password,
            name=self.name.strip() or self.email,
            organisation=self.organisation.strip(),
            language=language,
        )


@router.get("")
def ask(request: Request, session: SessionDep) -> Response:
    """The form, as long as nobody administers this service."""
    if not setup_codes.is_open(session):
        raise AlreadyBegun("somebody administers this service; sign in")
    return _form(request, SetupForm())


@router.post("", dependencies=[OwnPage])
def begin(
    request: Request, services: ServicesDep, at: NowDep, form: Annotated[SetupForm, Form()]
) -> Response:
    """Create the first administrator, sign them in, and lead them to their tickets."""
    address = request.client.host if request.client else ""
    try:
        with services.database.write() as session:
            person = setup_codes.create_first(
                session,
                form.code,
                form.somebody(language=languages.wanted(request, None)),
                address=address,
                at=at,
            )
            secret = sign_ins.begin(session, person.id, at=at)
    except CodeRefused as error:
        with services.database.write() as session:
            setup_codes.refused(session, address, at=at)
        return _form(request, form, error)
    except (BadAddress, accounts.PasswordUnfit, OrganisationNotFound) as error:
        return _form(request, form, error)
    answer = RedirectResponse("/admin/import", 303)
    sessions.begin(request, answer, secret)
    return answer


def _form(request: Request, form: SetupForm, error: KbError | None = None) -> Response:
    return page(
        request,
        "setup.html",
        None,
        status=status_of(type(error)) if error else HTTPStatus.OK,
        form=form,
        error=error,
        unknown=isinstance(error, OrganisationNotFound),
        shortest=accounts.SHORTEST,
    )
