from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset







T = TypeVar("T", bound="ReadingListIn")



@_attrs_define
class ReadingListIn:
    """ A list to begin, and for whom.

        Example:
            {'name': 'VPN', 'team_id': 2}

        Attributes:
            team_id (int): a team that you belong to
            name (str):
     """

    team_id: int
    name: str





    def to_dict(self) -> dict[str, Any]:
        team_id = self.team_id

        name = self.name


        field_dict: dict[str, Any] = {}

        field_dict.update({
            "team_id": team_id,
            "name": name,
        })

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        team_id = d.pop("team_id")

        name = d.pop("name")

        reading_list_in = cls(
            team_id=team_id,
            name=name,
        )

        return reading_list_in

