from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from ..models.item import Item
from typing import cast






T = TypeVar("T", bound="ResultOut")



@_attrs_define
class ResultOut:
    """ Whether the article has what the checklist asks for.

        Example:
            {'item': 'private', 'passed': False, 'places': ['EMAIL, line 4']}

        Attributes:
            item (Item): What is asked of an article; an installation chooses which of them.
            passed (bool):
            places (list[str]): where it is missing; private values are not repeated
     """

    item: Item
    passed: bool
    places: list[str]
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)





    def to_dict(self) -> dict[str, Any]:
        item = self.item.value

        passed = self.passed

        places = self.places




        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({
            "item": item,
            "passed": passed,
            "places": places,
        })

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        item = Item(d.pop("item"))




        passed = d.pop("passed")

        places = cast(list[str], d.pop("places"))


        result_out = cls(
            item=item,
            passed=passed,
            places=places,
        )


        result_out.additional_properties = d
        return result_out

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
