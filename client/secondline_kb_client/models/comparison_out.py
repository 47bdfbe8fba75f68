from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from typing import cast

if TYPE_CHECKING:
  from ..models.line_out import LineOut





T = TypeVar("T", bound="ComparisonOut")



@_attrs_define
class ComparisonOut:
    """ What changed between two versions.

        Example:
            {'after': 2, 'before': 1, 'lines': [{'change': 'removed', 'spans': [{'changed': False, 'text': '1. Install
                firmware '}, {'changed': True, 'text': '7.2'}]}], 'titles': ['VPN drops', 'VPN tunnel drops every hour with
                firmware 7.1']}

        Attributes:
            before (int):
            after (int):
            titles (list[str]):
            lines (list[LineOut]):
     """

    before: int
    after: int
    titles: list[str]
    lines: list[LineOut]
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)





    def to_dict(self) -> dict[str, Any]:
        from ..models.line_out import LineOut # noqa: PLC0415
        before = self.before

        after = self.after

        titles = []
        for titles_item_data in self.titles:
            titles_item: str
            titles_item = titles_item_data
            titles.append(titles_item)



        lines = []
        for lines_item_data in self.lines:
            lines_item = lines_item_data.to_dict()
            lines.append(lines_item)




        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({
            "before": before,
            "after": after,
            "titles": titles,
            "lines": lines,
        })

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.line_out import LineOut # noqa: PLC0415
        d = dict(src_dict)
        before = d.pop("before")

        after = d.pop("after")

        titles = []
        _titles = d.pop("titles")
        for titles_item_data in (_titles):
            def _parse_titles_item(data: object) -> str:
                return cast(str, data)

            titles_item = _parse_titles_item(titles_item_data)

            titles.append(titles_item)


        lines = []
        _lines = d.pop("lines")
        for lines_item_data in (_lines):
            lines_item = LineOut.from_dict(lines_item_data)



            lines.append(lines_item)


        comparison_out = cls(
            before=before,
            after=after,
            titles=titles,
            lines=lines,
        )


        comparison_out.additional_properties = d
        return comparison_out

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
