from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from ..models.organisation_kind import OrganisationKind






T = TypeVar("T", bound="OrganisationIn")



@_attrs_define
class OrganisationIn:
    """ What a company is to us.

        Example:
            {'kind': 'contractor'}

        Attributes:
            kind (OrganisationKind): What an organisation is to us.
     """

    kind: OrganisationKind





    def to_dict(self) -> dict[str, Any]:
        kind = self.kind.value


        field_dict: dict[str, Any] = {}

        field_dict.update({
            "kind": kind,
        })

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        kind = OrganisationKind(d.pop("kind"))




        organisation_in = cls(
            kind=kind,
        )

        return organisation_in

