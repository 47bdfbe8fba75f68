from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset







T = TypeVar("T", bound="Merging")



@_attrs_define
class Merging:
    """ The article that says it already.

        Example:
            {'into': 7}

        Attributes:
            into (int): its id
     """

    into: int





    def to_dict(self) -> dict[str, Any]:
        into = self.into


        field_dict: dict[str, Any] = {}

        field_dict.update({
            "into": into,
        })

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        into = d.pop("into")

        merging = cls(
            into=into,
        )

        return merging

