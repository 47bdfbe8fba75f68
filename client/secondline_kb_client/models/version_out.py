from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from typing import cast
import datetime






T = TypeVar("T", bound="VersionOut")



@_attrs_define
class VersionOut:
    """ A version in the history of an article.

        Example:
            {'at': '2026-01-07T08:00:00Z', 'audience': 'internal', 'author_id': 3, 'number': 2, 'published': True, 'title':
                'VPN tunnel drops every hour with firmware 7.1'}

        Attributes:
            number (int):
            title (str):
            author_id (int | None): null: written by the program
            at (datetime.datetime):
            audience (str):
            published (bool): whether this is the one that readers see
     """

    number: int
    title: str
    author_id: int | None
    at: datetime.datetime
    audience: str
    published: bool
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)





    def to_dict(self) -> dict[str, Any]:
        number = self.number

        title = self.title

        author_id: int | None
        author_id = self.author_id

        at = self.at.isoformat()

        audience = self.audience

        published = self.published


        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({
            "number": number,
            "title": title,
            "author_id": author_id,
            "at": at,
            "audience": audience,
            "published": published,
        })

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        number = d.pop("number")

        title = d.pop("title")

        def _parse_author_id(data: object) -> int | None:
            if data is None:
                return data
            return cast(int | None, data)

        author_id = _parse_author_id(d.pop("author_id"))


        at = datetime.datetime.fromisoformat(d.pop("at"))




        audience = d.pop("audience")

        published = d.pop("published")

        version_out = cls(
            number=number,
            title=title,
            author_id=author_id,
            at=at,
            audience=audience,
            published=published,
        )


        version_out.additional_properties = d
        return version_out

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
