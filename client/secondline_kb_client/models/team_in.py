from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset







T = TypeVar("T", bound="TeamIn")



@_attrs_define
class TeamIn:
    """ A team's support level and company.

        Example:
            {'level': 2, 'organisation': 'Own'}

        Attributes:
            level (int):
            organisation (str):
     """

    level: int
    organisation: str





    def to_dict(self) -> dict[str, Any]:
        level = self.level

        organisation = self.organisation


        field_dict: dict[str, Any] = {}

        field_dict.update({
            "level": level,
            "organisation": organisation,
        })

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        level = d.pop("level")

        organisation = d.pop("organisation")

        team_in = cls(
            level=level,
            organisation=organisation,
        )

        return team_in

