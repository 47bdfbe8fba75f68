from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from typing import cast






T = TypeVar("T", bound="ReplacementOut")



@_attrs_define
class ReplacementOut:
    """ A placeholder, and what it stands for.

        Example:
            {'kind': 'HOST', 'original': 'vpn-gw-02', 'placeholder': '[HOST-1]'}

        Attributes:
            placeholder (str):
            kind (str):
            original (None | str): null: from a text that you may not see
     """

    placeholder: str
    kind: str
    original: None | str
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)





    def to_dict(self) -> dict[str, Any]:
        placeholder = self.placeholder

        kind = self.kind

        original: None | str
        original = self.original


        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({
            "placeholder": placeholder,
            "kind": kind,
            "original": original,
        })

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        placeholder = d.pop("placeholder")

        kind = d.pop("kind")

        def _parse_original(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        original = _parse_original(d.pop("original"))


        replacement_out = cls(
            placeholder=placeholder,
            kind=kind,
            original=original,
        )


        replacement_out.additional_properties = d
        return replacement_out

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
