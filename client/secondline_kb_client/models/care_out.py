from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from ..models.governance import Governance
from typing import cast






T = TypeVar("T", bound="CareOut")



@_attrs_define
class CareOut:
    """ Who looks after an article, and who may change it.

        Example:
            {'governance': 'experience', 'name': 'Ines Kern', 'owner': 'ines.kern@own.example'}

        Attributes:
            owner (None | str): e-mail address; of colleagues of your own company alone
            name (None | str):
            governance (Governance): By which rules an article may be changed, in the words of KCS.
     """

    owner: None | str
    name: None | str
    governance: Governance
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)





    def to_dict(self) -> dict[str, Any]:
        owner: None | str
        owner = self.owner

        name: None | str
        name = self.name

        governance = self.governance.value


        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({
            "owner": owner,
            "name": name,
            "governance": governance,
        })

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        def _parse_owner(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        owner = _parse_owner(d.pop("owner"))


        def _parse_name(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        name = _parse_name(d.pop("name"))


        governance = Governance(d.pop("governance"))




        care_out = cls(
            owner=owner,
            name=name,
            governance=governance,
        )


        care_out.additional_properties = d
        return care_out

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
