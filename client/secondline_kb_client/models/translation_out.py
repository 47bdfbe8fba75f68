from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from typing import cast






T = TypeVar("T", bound="TranslationOut")



@_attrs_define
class TranslationOut:
    """ The article in one language.

        Example:
            {'article_id': 12, 'language': 'en', 'number': 'KB-12', 'original': True, 'outdated': False, 'title': 'VPN
                tunnel drops every hour with firmware 7.1'}

        Attributes:
            article_id (int):
            number (str):
            language (None | str):
            title (str):
            original (bool):
            outdated (bool): whether the original was written anew after it
     """

    article_id: int
    number: str
    language: None | str
    title: str
    original: bool
    outdated: bool
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)





    def to_dict(self) -> dict[str, Any]:
        article_id = self.article_id

        number = self.number

        language: None | str
        language = self.language

        title = self.title

        original = self.original

        outdated = self.outdated


        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({
            "article_id": article_id,
            "number": number,
            "language": language,
            "title": title,
            "original": original,
            "outdated": outdated,
        })

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        article_id = d.pop("article_id")

        number = d.pop("number")

        def _parse_language(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        language = _parse_language(d.pop("language"))


        title = d.pop("title")

        original = d.pop("original")

        outdated = d.pop("outdated")

        translation_out = cls(
            article_id=article_id,
            number=number,
            language=language,
            title=title,
            original=original,
            outdated=outdated,
        )


        translation_out.additional_properties = d
        return translation_out

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
