from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from typing import cast
import datetime






T = TypeVar("T", bound="DueOut")



@_attrs_define
class DueOut:
    """ A published article that somebody should look at again.

        Example:
            {'id': 12, 'language': 'en', 'looked_at': '2025-01-07T08:00:00Z', 'mine': False, 'number': 'KB-12', 'owner':
                'Ines Kern', 'title': 'VPN tunnel drops every hour with firmware 7.1', 'used': True}

        Attributes:
            id (int):
            number (str):
            title (str):
            language (None | str):
            looked_at (datetime.datetime): when it was last written or confirmed
            used (bool): whether it has solved a case within 90 days
            owner (None | str): the name of the colleague who looks after it
            mine (bool): whether that is you
     """

    id: int
    number: str
    title: str
    language: None | str
    looked_at: datetime.datetime
    used: bool
    owner: None | str
    mine: bool
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)





    def to_dict(self) -> dict[str, Any]:
        id = self.id

        number = self.number

        title = self.title

        language: None | str
        language = self.language

        looked_at = self.looked_at.isoformat()

        used = self.used

        owner: None | str
        owner = self.owner

        mine = self.mine


        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({
            "id": id,
            "number": number,
            "title": title,
            "language": language,
            "looked_at": looked_at,
            "used": used,
            "owner": owner,
            "mine": mine,
        })

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        id = d.pop("id")

        number = d.pop("number")

        title = d.pop("title")

        def _parse_language(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        language = _parse_language(d.pop("language"))


        looked_at = datetime.datetime.fromisoformat(d.pop("looked_at"))




        used = d.pop("used")

        def _parse_owner(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        owner = _parse_owner(d.pop("owner"))


        mine = d.pop("mine")

        due_out = cls(
            id=id,
            number=number,
            title=title,
            language=language,
            looked_at=looked_at,
            used=used,
            owner=owner,
            mine=mine,
        )


        due_out.additional_properties = d
        return due_out

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
