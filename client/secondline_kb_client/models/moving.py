from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from ..models.direction import Direction






T = TypeVar("T", bound="Moving")



@_attrs_define
class Moving:
    """ The next place of an article.

        Example:
            {'direction': 'up'}

        Attributes:
            direction (Direction): Where an article goes on its list.
     """

    direction: Direction





    def to_dict(self) -> dict[str, Any]:
        direction = self.direction.value


        field_dict: dict[str, Any] = {}

        field_dict.update({
            "direction": direction,
        })

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        direction = Direction(d.pop("direction"))




        moving = cls(
            direction=direction,
        )

        return moving

