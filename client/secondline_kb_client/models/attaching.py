from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field
import json
from .. import types

from ..types import UNSET, Unset







T = TypeVar("T", bound="Attaching")



@_attrs_define
class Attaching:
    """ A file for the text.

        Example:
            {'base': 1, 'description': 'the MTU field', 'file': '(the file)'}

        Attributes:
            file (str): PNG, JPEG, GIF, WebP or PDF, up to 5,000,000 bytes
            description (str): what it shows, for those who cannot see it
            base (int): the version that was read; a newer one is a conflict
     """

    file: str
    description: str
    base: int





    def to_dict(self) -> dict[str, Any]:
        file = self.file

        description = self.description

        base = self.base


        field_dict: dict[str, Any] = {}

        field_dict.update({
            "file": file,
            "description": description,
            "base": base,
        })

        return field_dict


    def to_multipart(self) -> types.RequestFiles:
        files: types.RequestFiles = []

        files.append(("file", (None, str(self.file).encode(), "text/plain")))



        files.append(("description", (None, str(self.description).encode(), "text/plain")))



        files.append(("base", (None, str(self.base).encode(), "text/plain")))





        return files


    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        file = d.pop("file")

        description = d.pop("description")

        base = d.pop("base")

        attaching = cls(
            file=file,
            description=description,
            base=base,
        )

        return attaching

