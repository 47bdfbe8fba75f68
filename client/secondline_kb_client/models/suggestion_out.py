from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from ..models.kind import Kind






T = TypeVar("T", bound="SuggestionOut")



@_attrs_define
class SuggestionOut:
    """ A ticket or article whose words match so far.

        Example:
            {'id': 4711, 'kind': 'ticket', 'number': '20260105-17', 'solved': True, 'title': 'VPN drops every hour'}

        Attributes:
            kind (Kind): What can be found.
            id (int): of the ticket or article
            number (str): what people call it
            title (str):
            solved (bool):
     """

    kind: Kind
    id: int
    number: str
    title: str
    solved: bool
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)





    def to_dict(self) -> dict[str, Any]:
        kind = self.kind.value

        id = self.id

        number = self.number

        title = self.title

        solved = self.solved


        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({
            "kind": kind,
            "id": id,
            "number": number,
            "title": title,
            "solved": solved,
        })

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        kind = Kind(d.pop("kind"))




        id = d.pop("id")

        number = d.pop("number")

        title = d.pop("title")

        solved = d.pop("solved")

        suggestion_out = cls(
            kind=kind,
            id=id,
            number=number,
            title=title,
            solved=solved,
        )


        suggestion_out.additional_properties = d
        return suggestion_out

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
