from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from ..models.missing import Missing
from typing import cast






T = TypeVar("T", bound="LackingOut")



@_attrs_define
class LackingOut:
    """ What a ticket does not say yet of what an article needs.

        Example:
            {'basis': False, 'missing': ['step', 'cause'], 'reason': 'only outcome'}

        Attributes:
            basis (bool): whether an article can be written from what is said
            reason (str): why there is no basis; empty where there is one
            missing (list[Missing]):
     """

    basis: bool
    reason: str
    missing: list[Missing]
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)





    def to_dict(self) -> dict[str, Any]:
        basis = self.basis

        reason = self.reason

        missing = []
        for missing_item_data in self.missing:
            missing_item = missing_item_data.value
            missing.append(missing_item)




        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({
            "basis": basis,
            "reason": reason,
            "missing": missing,
        })

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        basis = d.pop("basis")

        reason = d.pop("reason")

        missing = []
        _missing = d.pop("missing")
        for missing_item_data in (_missing):
            missing_item = Missing(missing_item_data)



            missing.append(missing_item)


        lacking_out = cls(
            basis=basis,
            reason=reason,
            missing=missing,
        )


        lacking_out.additional_properties = d
        return lacking_out

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
