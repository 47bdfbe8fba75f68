from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset







T = TypeVar("T", bound="PreviewIn")



@_attrs_define
class PreviewIn:
    """ As whom to look.

        Example:
            {'person': 'engineer@nordwind.example'}

        Attributes:
            person (str): their e-mail address
     """

    person: str





    def to_dict(self) -> dict[str, Any]:
        person = self.person


        field_dict: dict[str, Any] = {}

        field_dict.update({
            "person": person,
        })

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        person = d.pop("person")

        preview_in = cls(
            person=person,
        )

        return preview_in

