"""Types of fields that several doors share: what they accept is what can be stored."""

from datetime import UTC, datetime
from typing import Annotated, Any

from fastapi import Path, Query
from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, StringConstraints

LARGEST_ID = 2**31 - 1
"""Ids are 32-bit integers on PostgreSQL."""

EARLIEST, LATEST = datetime(1970, 1, 1, tzinfo=UTC), datetime(2200, 1, 1, tzinfo=UTC)


def _storable(text: str) -> str:
    if "\x00" in text:
        raise ValueError("a NUL character cannot be stored")
    return text


def _plausible(at: datetime) -> datetime:
    if not EARLIEST <= at < LATEST:
        raise ValueError("not between the years 1970 and 2200")
    return at


NUL_FREE = AfterValidator(_storable)
Words = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=500), NUL_FREE
]
Name = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200), NUL_FREE
]
Prose = Annotated[str, StringConstraints(max_length=200_000), NUL_FREE]
When = Annotated[AwareDatetime, AfterValidator(_plausible)]
Id = Annotated[int, Path(ge=1, le=LARGEST_ID, description="Its id, as lists and hits give it.")]
Limit = Annotated[int, Query(ge=1, le=100, description="How many at most.")]


def example(value: dict[str, Any]) -> ConfigDict:  # Any: it is JSON for the OpenAPI document
    """Model configuration that shows `value` in the OpenAPI document."""
    return ConfigDict(json_schema_extra={"example": value})


class Body(BaseModel):
    """Base of request bodies: an unknown member is a mistake, not to be passed over."""

    model_config = ConfigDict(extra="forbid")


class Row(BaseModel):
    """Base of answers that are made from objects."""

    model_config = ConfigDict(from_attributes=True)
