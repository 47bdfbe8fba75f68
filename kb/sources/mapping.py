"""Mapping files: how the columns and values of a foreign export become ours."""

from pathlib import Path
from typing import Any

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from kb.errors import InvalidInput


class BadMapping(InvalidInput):
    """The mapping file cannot be used."""


class CsvFormat(BaseModel):
    """How a CSV file is written."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    delimiter: str = Field(default=",", min_length=1, max_length=1)
    encoding: str = "utf-8-sig"


class Mapping(BaseModel):
    """Our column names to theirs, their values to ours, and what to assume.

    A name with dots, such as `metadata.created`, leads into nested objects of JSON.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    columns: dict[str, str] = Field(default_factory=dict)
    values: dict[str, dict[str, Any]] = Field(default_factory=dict)
    defaults: dict[str, Any] = Field(default_factory=dict)
    message_columns: dict[str, str] = Field(default_factory=dict)
    message_values: dict[str, dict[str, Any]] = Field(default_factory=dict)
    message_defaults: dict[str, Any] = Field(default_factory=dict)
    csv: CsvFormat = CsvFormat()

    def ours(self, row: dict[str, Any], names: list[str]) -> dict[str, Any]:
        """The columns `names` of a foreign row, with our names and values."""
        return _translated(row, names, self.columns, self.values, self.defaults)

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
        given = yaml.safe_load(path.read_text(encoding="utf-8")) or {}
        return Mapping.model_validate(given)
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise BadMapping(f"{path}: {error}") from error
    except ValidationError as error:
        places = "; ".join(f"{'.'.join(map(str, e['loc']))}: {e['msg']}" for e in error.errors())
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
        value = _reached(row, columns.get(name, name))
        if isinstance(value, str | int) and str(value) in values.get(name, {}):
            value = values[name][str(value)]
        if value is None or value == "":
            value = defaults.get(name)
        if value is not None:
            ours[name] = value
    return ours


def _reached(row: Any, name: str) -> Any:  # Any: foreign JSON
    if isinstance(row, dict) and name in row:
        return row[name]
    first, dot, rest = name.partition(".")
    if dot and isinstance(row, dict) and first in row:
        return _reached(row[first], rest)
    return None
