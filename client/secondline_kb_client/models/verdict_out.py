from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from typing import cast






T = TypeVar("T", bound="VerdictOut")



@_attrs_define
class VerdictOut:
    """ Whether somebody sees something, and the rules that decide.

        Example:
            {'audience': 'Nordwind Netze', 'because': ['granted to the organisation Nordwind Netze'], 'part': 'ticket',
                'sees': True}

        Attributes:
            part (str):
            sees (bool):
            audience (str):
            because (list[str]):
     """

    part: str
    sees: bool
    audience: str
    because: list[str]
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)





    def to_dict(self) -> dict[str, Any]:
        part = self.part

        sees = self.sees

        audience = self.audience

        because = self.because




        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({
            "part": part,
            "sees": sees,
            "audience": audience,
            "because": because,
        })

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        part = d.pop("part")

        sees = d.pop("sees")

        audience = d.pop("audience")

        because = cast(list[str], d.pop("because"))


        verdict_out = cls(
            part=part,
            sees=sees,
            audience=audience,
            because=because,
        )


        verdict_out.additional_properties = d
        return verdict_out

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
