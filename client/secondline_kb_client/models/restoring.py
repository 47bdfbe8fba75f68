from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset







T = TypeVar("T", bound="Restoring")



@_attrs_define
class Restoring:
    """ Which version shall come back, and which one was the newest when that was decided.

        Example:
            {'base': 3, 'version': 1}

        Attributes:
            version (int):
            base (int):
     """

    version: int
    base: int





    def to_dict(self) -> dict[str, Any]:
        version = self.version

        base = self.base


        field_dict: dict[str, Any] = {}

        field_dict.update({
            "version": version,
            "base": base,
        })

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        version = d.pop("version")

        base = d.pop("base")

        restoring = cls(
            version=version,
            base=base,
        )

        return restoring

