from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from ..models.licence import Licence
from typing import cast






T = TypeVar("T", bound="LicenceOut")



@_attrs_define
class LicenceOut:
    """ A licence, and the person or the team that has it.

        Example:
            {'licence': 'contributor', 'person': 'kim@own.example'}

        Attributes:
            person (None | str): an e-mail address; null: it is a team
            team (None | str):
            licence (Licence): How far somebody's word on articles goes; each includes the ones before it.
     """

    person: None | str
    team: None | str
    licence: Licence
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)





    def to_dict(self) -> dict[str, Any]:
        person: None | str
        person = self.person

        team: None | str
        team = self.team

        licence = self.licence.value


        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({
            "person": person,
            "team": team,
            "licence": licence,
        })

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        def _parse_person(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        person = _parse_person(d.pop("person"))


        def _parse_team(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        team = _parse_team(d.pop("team"))


        licence = Licence(d.pop("licence"))




        licence_out = cls(
            person=person,
            team=team,
            licence=licence,
        )


        licence_out.additional_properties = d
        return licence_out

    @property
    def additional_keys(self) -> list[str]:
        return list(self.additional_properties.keys())

    def __getitem__(self, key: str) -> Any:
        return self.additional_properties[key]

    def __setitem__(self, key: str, value: Any) -> None:
        self.additional_properties[key] = value

    def __delitem__(self, key: str) -> None:
        del self.additional_properties[key]

    def __contains__(self, key: str) -> bool:
        return key in self.additional_properties
