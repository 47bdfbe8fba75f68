from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from ..models.licence import Licence






T = TypeVar("T", bound="LicenceIn")



@_attrs_define
class LicenceIn:
    """ How far their word on articles shall go.

        Example:
            {'licence': 'contributor'}

        Attributes:
            licence (Licence): How far somebody's word on articles goes; each includes the ones before it.
     """

    licence: Licence





    def to_dict(self) -> dict[str, Any]:
        licence = self.licence.value


        field_dict: dict[str, Any] = {}

        field_dict.update({
            "licence": licence,
        })

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        licence = Licence(d.pop("licence"))




        licence_in = cls(
            licence=licence,
        )

        return licence_in

