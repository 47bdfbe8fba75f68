from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from ..models.change import Change
from typing import cast

if TYPE_CHECKING:
  from ..models.span_out import SpanOut





T = TypeVar("T", bound="LineOut")



@_attrs_define
class LineOut:
    """ A line of one version or both; `skipped` stands for unchanged lines left out.

        Attributes:
            change (Change): What became of a line.
            spans (list[SpanOut]):
     """

    change: Change
    spans: list[SpanOut]
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)





    def to_dict(self) -> dict[str, Any]:
        from ..models.span_out import SpanOut # noqa: PLC0415
        change = self.change.value

        spans = []
        for spans_item_data in self.spans:
            spans_item = spans_item_data.to_dict()
            spans.append(spans_item)




        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({
            "change": change,
            "spans": spans,
        })

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.span_out import SpanOut # noqa: PLC0415
        d = dict(src_dict)
        change = Change(d.pop("change"))




        spans = []
        _spans = d.pop("spans")
        for spans_item_data in (_spans):
            spans_item = SpanOut.from_dict(spans_item_data)



            spans.append(spans_item)


        line_out = cls(
            change=change,
            spans=spans,
        )


        line_out.additional_properties = d
        return line_out

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
