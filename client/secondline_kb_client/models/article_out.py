from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from typing import cast
import datetime






T = TypeVar("T", bound="ArticleOut")



@_attrs_define
class ArticleOut:
    """ An article with its text.

        Example:
            {'html': '<h2>Resolution</h2>\\n<ol>\\n<li>Install firmware 7.2.1.</li>\\n</ol>\\n', 'id': 12, 'language': 'en',
                'markdown': '## Resolution\\n\\n1. Install firmware 7.2.1.\\n', 'number': 'KB-12', 'product': 'vpn-gw-02',
                'tags': ['vpn'], 'title': 'VPN tunnel drops every hour with firmware 7.1', 'updated_at': '2026-01-07T08:00:00Z',
                'version': 2}

        Attributes:
            id (int):
            number (str):
            title (str):
            language (None | str):
            product (None | str):
            tags (list[str]):
            version (int):
            updated_at (datetime.datetime):
            markdown (str):
            html (str): the text as sanitised HTML
     """

    id: int
    number: str
    title: str
    language: None | str
    product: None | str
    tags: list[str]
    version: int
    updated_at: datetime.datetime
    markdown: str
    html: str
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)





    def to_dict(self) -> dict[str, Any]:
        id = self.id

        number = self.number

        title = self.title

        language: None | str
        language = self.language

        product: None | str
        product = self.product

        tags = self.tags



        version = self.version

        updated_at = self.updated_at.isoformat()

        markdown = self.markdown

        html = self.html


        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({
            "id": id,
            "number": number,
            "title": title,
            "language": language,
            "product": product,
            "tags": tags,
            "version": version,
            "updated_at": updated_at,
            "markdown": markdown,
            "html": html,
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


        def _parse_product(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        product = _parse_product(d.pop("product"))


        tags = cast(list[str], d.pop("tags"))


        version = d.pop("version")

        updated_at = datetime.datetime.fromisoformat(d.pop("updated_at"))




        markdown = d.pop("markdown")

        html = d.pop("html")

        article_out = cls(
            id=id,
            number=number,
            title=title,
            language=language,
            product=product,
            tags=tags,
            version=version,
            updated_at=updated_at,
            markdown=markdown,
            html=html,
        )


        article_out.additional_properties = d
        return article_out

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
