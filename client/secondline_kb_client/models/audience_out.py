from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from typing import cast

if TYPE_CHECKING:
  from ..models.grant_out import GrantOut





T = TypeVar("T", bound="AudienceOut")



@_attrs_define
class AudienceOut:
    """ An audience and who reads it.

        Example:
            {'grants': [{'team': 'Network', 'until': '2026-12-31T23:00:00Z'}], 'name': 'Nordwind Netze'}

        Attributes:
            name (str):
            grants (list[GrantOut]):
     """

    name: str
    grants: list[GrantOut]
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)





    def to_dict(self) -> dict[str, Any]:
        from ..models.grant_out import GrantOut # noqa: PLC0415
        name = self.name

        grants = []
        for grants_item_data in self.grants:
            grants_item = grants_item_data.to_dict()
            grants.append(grants_item)




        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({
            "name": name,
            "grants": grants,
        })

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.grant_out import GrantOut # noqa: PLC0415
        d = dict(src_dict)
        name = d.pop("name")

        grants = []
        _grants = d.pop("grants")
        for grants_item_data in (_grants):
            grants_item = GrantOut.from_dict(grants_item_data)



            grants.append(grants_item)


        audience_out = cls(
            name=name,
            grants=grants,
        )


        audience_out.additional_properties = d
        return audience_out

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
