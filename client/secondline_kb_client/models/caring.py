from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from ..models.governance import Governance
from ..types import UNSET, Unset
from typing import cast






T = TypeVar("T", bound="Caring")



@_attrs_define
class Caring:
    """ What shall be different; what is left out stays.

        Example:
            {'governance': 'experience', 'owner': 'ines.kern@own.example'}

        Attributes:
            owner (None | str | Unset): e-mail address; null: nobody
            governance (Governance | None | Unset):
     """

    owner: None | str | Unset = UNSET
    governance: Governance | None | Unset = UNSET





    def to_dict(self) -> dict[str, Any]:
        owner: None | str | Unset
        if isinstance(self.owner, Unset):
            owner = UNSET
        else:
            owner = self.owner

        governance: None | str | Unset
        if isinstance(self.governance, Unset):
            governance = UNSET
        elif isinstance(self.governance, Governance):
            governance = self.governance.value
        else:
            governance = self.governance


        field_dict: dict[str, Any] = {}

        field_dict.update({
        })
        if owner is not UNSET:
            field_dict["owner"] = owner
        if governance is not UNSET:
            field_dict["governance"] = governance

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        def _parse_owner(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        owner = _parse_owner(d.pop("owner", UNSET))


        def _parse_governance(data: object) -> Governance | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                governance_type_0 = Governance(data)



                return governance_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(Governance | None | Unset, data)

        governance = _parse_governance(d.pop("governance", UNSET))


        caring = cls(
            owner=owner,
            governance=governance,
        )

        return caring

