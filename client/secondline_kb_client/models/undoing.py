from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from typing import cast






T = TypeVar("T", bound="Undoing")



@_attrs_define
class Undoing:
    """ Which placeholders shall show what they stand for.

        Example:
            {'base': 1, 'placeholders': ['[HOST-1]']}

        Attributes:
            base (int):
            placeholders (list[str]):
     """

    base: int
    placeholders: list[str]





    def to_dict(self) -> dict[str, Any]:
        base = self.base

        placeholders = self.placeholders




        field_dict: dict[str, Any] = {}

        field_dict.update({
            "base": base,
            "placeholders": placeholders,
        })

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        base = d.pop("base")

        placeholders = cast(list[str], d.pop("placeholders"))


        undoing = cls(
            base=base,
            placeholders=placeholders,
        )

        return undoing

