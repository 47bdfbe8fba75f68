from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from ..models.kind import Kind






T = TypeVar("T", bound="ConsideredIn")



@_attrs_define
class ConsideredIn:
    """ A likely solution that was looked at.

        Attributes:
            kind (Kind): What can be found.
            id (int):
     """

    kind: Kind
    id: int





    def to_dict(self) -> dict[str, Any]:
        kind = self.kind.value

        id = self.id


        field_dict: dict[str, Any] = {}

        field_dict.update({
            "kind": kind,
            "id": id,
        })

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        kind = Kind(d.pop("kind"))




        id = d.pop("id")

        considered_in = cls(
            kind=kind,
            id=id,
        )

        return considered_in

