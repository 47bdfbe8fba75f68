"""The file that lists what an import refused."""

import json
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from types import TracebackType
from typing import Self, TextIO

import click

from api.importing import Refusal
from kb.errors import InvalidInput

SHOWN = 5
"""So many refusals are also told on stderr."""


class NoPlaceForRejects(InvalidInput):
    """The list of refused rows cannot be written."""


class RejectsFile:
    """Lists refusals, one JSON object a line, in the first of `places` that can be written.

    It is written under a temporary name and renamed at the end.  Where nothing is refused there
    is no file afterwards, so that none tells of an earlier import.
    """

    def __init__(self, places: Sequence[Path]) -> None:
        """Prepare to list in one of `places`; nothing is opened yet."""
        self.count = 0
        self.path: Path | None = None
        self._places = places
        self._file: TextIO | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        if self._file and self.path:
            self._file.close()
            _partial(self.path).replace(self.path)
        elif kind is None:
            for place in self._places:
                place.unlink(missing_ok=True)

    def add(self, refusal: Refusal) -> None:
        """List one refusal.

        Raises:
            NoPlaceForRejects: none of the places can be written.
        """
        if self._file is None:
            self._file = self._opened()
        self.count += 1
        self._file.write(json.dumps(asdict(refusal), ensure_ascii=False) + "\n")
        if self.count <= SHOWN:
            click.echo(_line(refusal), err=True)

    def _opened(self) -> TextIO:
        for place in self._places:
            try:
                file = _partial(place).open("w", encoding="utf-8", errors="backslashreplace")
            except OSError:
                continue
            self.path = place
            return file
        raise NoPlaceForRejects(f"{self._places[0]} cannot be written; choose with --rejects")


def _partial(path: Path) -> Path:
    return path.with_name(path.name + ".partial")


def _line(refusal: Refusal) -> str:
    place = refusal.file if refusal.line is None else f"{refusal.file}, line {refusal.line}"
    told = f"{place}: {f'{refusal.field} ' if refusal.field else ''}{refusal.reason}"
    return told.encode(errors="backslashreplace").decode()
