"""Where administration begins."""

from fastapi import APIRouter, Request, Response

from api.pages.administration.guard import AdministratorDep
from api.pages.templating import page

router = APIRouter(prefix="/admin", include_in_schema=False)


@router.get("")
def start(request: Request, visitor: AdministratorDep) -> Response:
    """What can be administered."""
    return page(request, "admin.html", visitor)
