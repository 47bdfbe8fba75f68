from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from ..types import UNSET, Unset






T = TypeVar("T", bound="Using")



@_attrs_define
class Using:
    """ The article that says what the tickets of a cluster say.

        Example:
            {'article_id': 12, 'change': False}

        Attributes:
            article_id (int):
            change (bool | Unset): let the fullest ticket propose a change, and link the others Default: False.
     """

    article_id: int
    change: bool | Unset = False





    def to_dict(self) -> dict[str, Any]:
        article_id = self.article_id

        change = self.change


        field_dict: dict[str, Any] = {}

        field_dict.update({
            "article_id": article_id,
        })
        if change is not UNSET:
            field_dict["change"] = change

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        article_id = d.pop("article_id")

        change = d.pop("change", UNSET)

        using = cls(
            article_id=article_id,
            change=change,
        )

        return using

