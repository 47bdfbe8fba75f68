from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from ..models.article_state import ArticleState
from typing import cast






T = TypeVar("T", bound="Now")



@_attrs_define
class Now:
    """ Where an article stands.

        Example:
            {'id': 12, 'number': 'KB-12', 'published_version': 2, 'state': 'published', 'version': 3}

        Attributes:
            id (int):
            number (str):
            state (ArticleState): Where an article stands; only published ones are found.
            version (int):
            published_version (int | None):
     """

    id: int
    number: str
    state: ArticleState
    version: int
    published_version: int | None
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)





    def to_dict(self) -> dict[str, Any]:
        id = self.id

        number = self.number

        state = self.state.value

        version = self.version

        published_version: int | None
        published_version = self.published_version


        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({
            "id": id,
            "number": number,
            "state": state,
            "version": version,
            "published_version": published_version,
        })

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        id = d.pop("id")

        number = d.pop("number")

        state = ArticleState(d.pop("state"))




        version = d.pop("version")

        def _parse_published_version(data: object) -> int | None:
            if data is None:
                return data
            return cast(int | None, data)

        published_version = _parse_published_version(d.pop("published_version"))


        now = cls(
            id=id,
            number=number,
            state=state,
            version=version,
            published_version=published_version,
        )


        now.additional_properties = d
        return now

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
