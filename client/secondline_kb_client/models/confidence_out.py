from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from ..models.band import Band
from typing import cast






T = TypeVar("T", bound="ConfidenceOut")



@_attrs_define
class ConfidenceOut:
    """ How far to trust this; `nothing` says that nothing good was found.

        Attributes:
            band (Band): What to expect of an answer, or of a hit.
            probability (float | None): of a hit: that it solves the case; of an answer: that one of the first three hits
                does; null: nothing was learned for this model
     """

    band: Band
    probability: float | None
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)





    def to_dict(self) -> dict[str, Any]:
        band = self.band.value

        probability: float | None
        probability = self.probability


        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({
            "band": band,
            "probability": probability,
        })

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        band = Band(d.pop("band"))




        def _parse_probability(data: object) -> float | None:
            if data is None:
                return data
            return cast(float | None, data)

        probability = _parse_probability(d.pop("probability"))


        confidence_out = cls(
            band=band,
            probability=probability,
        )


        confidence_out.additional_properties = d
        return confidence_out

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
