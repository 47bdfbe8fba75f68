from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from ..types import UNSET, Unset
from typing import cast

if TYPE_CHECKING:
  from ..models.filters_in import FiltersIn





T = TypeVar("T", bound="Question")



@_attrs_define
class Question:
    """ What is asked: a few words, an error message, or a whole ticket.

        Example:
            {'filters': {'solved': True}, 'limit': 5, 'query': 'Tunnel bricht stündlich ab'}

        Attributes:
            query (str):
            limit (int | Unset): how many hits at most Default: 10.
            filters (FiltersIn | Unset): What hits are restricted to; what is left out restricts nothing.
            collapse (bool | Unset): whether near-identical tickets become one hit with a count Default: True.
     """

    query: str
    limit: int | Unset = 10
    filters: FiltersIn | Unset = UNSET
    collapse: bool | Unset = True





    def to_dict(self) -> dict[str, Any]:
        from ..models.filters_in import FiltersIn # noqa: PLC0415
        query = self.query

        limit = self.limit

        filters: dict[str, Any] | Unset = UNSET
        if not isinstance(self.filters, Unset):
            filters = self.filters.to_dict()

        collapse = self.collapse


        field_dict: dict[str, Any] = {}

        field_dict.update({
            "query": query,
        })
        if limit is not UNSET:
            field_dict["limit"] = limit
        if filters is not UNSET:
            field_dict["filters"] = filters
        if collapse is not UNSET:
            field_dict["collapse"] = collapse

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.filters_in import FiltersIn # noqa: PLC0415
        d = dict(src_dict)
        query = d.pop("query")

        limit = d.pop("limit", UNSET)

        _filters = d.pop("filters", UNSET)
        filters: FiltersIn | Unset
        if isinstance(_filters,  Unset):
            filters = UNSET
        else:
            filters = FiltersIn.from_dict(_filters)




        collapse = d.pop("collapse", UNSET)

        question = cls(
            query=query,
            limit=limit,
            filters=filters,
            collapse=collapse,
        )

        return question

