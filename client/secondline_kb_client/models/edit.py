from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from ..types import UNSET, Unset
from typing import cast






T = TypeVar("T", bound="Edit")



@_attrs_define
class Edit:
    """ A new wording; what is left out stays.

        Example:
            {'base': 1, 'title': 'VPN tunnel drops every hour with firmware 7.1'}

        Attributes:
            base (int): the version that was read; a newer one is a conflict
            title (None | str | Unset):
            markdown (None | str | Unset):
     """

    base: int
    title: None | str | Unset = UNSET
    markdown: None | str | Unset = UNSET





    def to_dict(self) -> dict[str, Any]:
        base = self.base

        title: None | str | Unset
        if isinstance(self.title, Unset):
            title = UNSET
        else:
            title = self.title

        markdown: None | str | Unset
        if isinstance(self.markdown, Unset):
            markdown = UNSET
        else:
            markdown = self.markdown


        field_dict: dict[str, Any] = {}

        field_dict.update({
            "base": base,
        })
        if title is not UNSET:
            field_dict["title"] = title
        if markdown is not UNSET:
            field_dict["markdown"] = markdown

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        base = d.pop("base")

        def _parse_title(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        title = _parse_title(d.pop("title", UNSET))


        def _parse_markdown(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        markdown = _parse_markdown(d.pop("markdown", UNSET))


        edit = cls(
            base=base,
            title=title,
            markdown=markdown,
        )

        return edit

