"""Mapping files: how the columns and values of a foreign export become ours."""

from collections.abc import Collection
from pathlib import Path
from typing import Annotated, Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import yaml
from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from kb.errors import InvalidInput
from kb.sources.rows import COLUMNS, MESSAGE_COLUMNS


class BadMapping(InvalidInput):
    """The mapping file cannot be used."""


def _encoding(name: str) -> str:
    try:
        b"x".decode(name, errors="replace")
    except LookupError as error:
        raise ValueError(f"no text encoding {name!r}") from error
    return name


def _zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise ValueError(f"no time zone {name!r}; one is Europe/Amsterdam") from error
    return name


def _name(value: Any) -> Any:  # Any: what YAML found
    if isinstance(value, bool):
        raise ValueError(  # noqa: TRY004  pydantic passes on nothing else
            "YAML reads this word as true or false; write it in quotes"
        )
    return str(value) if isinstance(value, int | float) else value


def _of(names: Collection[str]) -> AfterValidator:
    def check(given: dict[str, Any]) -> dict[str, Any]:
        if unknown := [name for name in given if name not in names]:
            raise ValueError(f"no column {', '.join(unknown)}; there are {', '.join(names)}")
        return given

    return AfterValidator(check)


class CsvFormat(BaseModel):
    """How a CSV file is written."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    delimiter: str = Field(default=",", min_length=1, max_length=1)
    encoding: Annotated[str, AfterValidator(_encoding)] = "utf-8-sig"


Name = Annotated[str, BeforeValidator(_name)]
Names = dict[Name, Name]
Values = dict[Name, dict[Name, Any]]  # Any: checked as a value of the column
Defaults = dict[Name, Any]  # Any: the same


class Mapping(BaseModel):
    """Our column names to theirs, their values to ours, and what to assume.

    A name with dots, such as `metadata.created`, leads into nested objects of JSON.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    columns: Annotated[Names, _of(COLUMNS)] = Field(default_factory=dict)
    values: Annotated[Values, _of(COLUMNS)] = Field(default_factory=dict)
    defaults: Annotated[Defaults, _of(COLUMNS)] = Field(default_factory=dict)
    message_columns: Annotated[Names, _of(MESSAGE_COLUMNS)] = Field(default_factory=dict)
    message_values: Annotated[Values, _of(MESSAGE_COLUMNS)] = Field(default_factory=dict)
    message_defaults: Annotated[Defaults, _of(MESSAGE_COLUMNS)] = Field(default_factory=dict)
    csv: CsvFormat = CsvFormat()
    time_zone: Annotated[str, AfterValidator(_zone)] = "UTC"
    """Of times that name none, as the IANA calls it."""

    def ours(self, row: dict[str, Any], names: list[str]) -> dict[str, Any]:
        """The columns `names` of a foreign row, with our names and values."""
        return _translated(row, names, self.columns, self.values, self.defaults)

    def context(self) -> dict[str, ZoneInfo]:
        """What the checks of a row need to know of the file."""
        return {"zone": ZoneInfo(self.time_zone)}

    def our_message(self, message: dict[str, Any], names: list[str]) -> dict[str, Any]:
        """The same for one message of a row."""
        return _translated(
            message, names, self.message_columns, self.message_values, self.message_defaults
        )


def read(path: Path) -> Mapping:
    """Read a mapping file.

    Raises:
        BadMapping: it is not YAML, or has keys or values that mean nothing; says which.
    """
    try:
        given = yaml.safe_load(path.read_text(encoding="utf-8"))
        return Mapping.model_validate({} if given is None else given)
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise BadMapping(f"{path}: {error}") from error
    except ValidationError as error:
        places = "; ".join(
            f"{'.'.join(map(str, item['loc']))}: {item['msg'].removeprefix('Value error, ')}"
            for item in error.errors()
        )
        raise BadMapping(f"{path}: {places}") from error


def _translated(
    row: dict[str, Any],
    names: list[str],
    columns: dict[str, str],
    values: dict[str, dict[str, Any]],
    defaults: dict[str, Any],
) -> dict[str, Any]:
    ours = {}
    for name in names:
        value = reached(row, columns.get(name, name))
        if name in values and isinstance(value, str | int):
            value = values[name].get(str(value).strip(), value)
        if value is None or value == "":
            value = defaults.get(name)
        if value is not None:
            ours[name] = value
    return ours


def reached(row: Any, name: str) -> Any:  # Any: foreign JSON
    """The member called `name`, or the one that its dots lead to; None without one."""
    if isinstance(row, dict) and name in row:
        return row[name]
    first, dot, rest = name.partition(".")
    if dot and isinstance(row, dict) and first in row:
        return reached(row[first], rest)
    return None
