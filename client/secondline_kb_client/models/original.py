from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from typing import cast






T = TypeVar("T", bound="Original")



@_attrs_define
class Original:
    """ What the article translates.

        Example:
            {'original': 7}

        Attributes:
            original (int | None): the id of an article in another language; null takes it out of its group
     """

    original: int | None





    def to_dict(self) -> dict[str, Any]:
        original: int | None
        original = self.original


        field_dict: dict[str, Any] = {}

        field_dict.update({
            "original": original,
        })

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        def _parse_original(data: object) -> int | None:
            if data is None:
                return data
            return cast(int | None, data)

        original = _parse_original(d.pop("original"))


        original = cls(
            original=original,
        )

        return original

