"""Who gets the pages of administration: for others they look absent."""

from typing import Annotated

from fastapi import Depends

from api.pages.session import SenderDep, Visitor, VisitorDep
from kb.errors import NotFound
from kb.models import Role


class PageNotFound(NotFound):
    """No such page, or not for this reader."""


def _administrator(visitor: VisitorDep) -> Visitor:
    return _with(visitor, Role.ADMINISTRATOR)


def _administrator_sending(sender: SenderDep) -> Visitor:
    return _with(sender, Role.ADMINISTRATOR)


def _with(visitor: Visitor, *roles: Role) -> Visitor:
    if not visitor.reader.roles & set(roles):
        raise PageNotFound("no such page")
    return visitor


def _auditor(visitor: VisitorDep) -> Visitor:
    return _with(visitor, Role.ADMINISTRATOR, Role.AUDITOR)


AuditorDep = Annotated[Visitor, Depends(_auditor)]
"""An administrator or an auditor who looks at a page."""

AdministratorDep = Annotated[Visitor, Depends(_administrator)]
"""An administrator who looks at a page."""

AdministratorSenderDep = Annotated[Visitor, Depends(_administrator_sending)]
"""An administrator who has sent a form of ours."""
