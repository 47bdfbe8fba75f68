"""Fields of forms: what a page sends as text, and an empty field for nothing."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Annotated
from zoneinfo import ZoneInfo

from fastapi import Request
from pydantic import AfterValidator, BaseModel, BeforeValidator, Field

from api.fields import EARLIEST, LATEST, NUL_FREE, Name
from kb.models import Licence


def _nothing(value: object) -> object:
    return None if value == "" else value


def _plausible(day: date | None) -> date | None:
    if day is not None and not EARLIEST.date() < day < LATEST.date() - timedelta(days=2):
        raise ValueError("not between the years 1970 and 2199")
    return day


Day = Annotated[date | None, BeforeValidator(_nothing), AfterValidator(_plausible)]
Email = Annotated[str, Field(min_length=3, max_length=320), NUL_FREE]
Optional = Annotated[Name | None, BeforeValidator(_nothing)]


class Form(BaseModel):
    """Base of what our forms send; the secret of the sign-in is checked elsewhere."""

    csrf: str = ""


class LicenceForm(Form):
    """How far somebody's word on articles shall go; empty: as teams and roles say."""

    licence: Annotated[Licence | None, BeforeValidator(_nothing)] = None


def beginning(request: Request, day: date | None) -> datetime | None:
    """When a day begins where the service is."""
    return None if day is None else datetime.combine(day, time.min, _zone(request)).astimezone(UTC)


def end(request: Request, day: date | None) -> datetime | None:
    """When a day is over where the service is: the last day counts."""
    return None if day is None else beginning(request, day + timedelta(days=1))


def last_day(request: Request, until: datetime | None) -> str:
    """The last day before a time, as a field of a form holds it."""
    if until is None:
        return ""
    return (until - timedelta(microseconds=1)).astimezone(_zone(request)).date().isoformat()


def _zone(request: Request) -> ZoneInfo:
    return ZoneInfo(request.app.state.services.settings.time_zone)
