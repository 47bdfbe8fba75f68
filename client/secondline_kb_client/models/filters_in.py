from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from ..models.kind import Kind
from ..types import UNSET, Unset
from typing import cast
import datetime






T = TypeVar("T", bound="FiltersIn")



@_attrs_define
class FiltersIn:
    """ What hits are restricted to; what is left out restricts nothing.

        Attributes:
            kinds (list[Kind] | Unset):
            sources (list[str] | Unset):
            queues (list[str] | Unset):
            categories (list[str] | Unset):
            items (list[str] | Unset): configuration items
            languages (list[str] | Unset): of the texts, e.g. de
            since (datetime.datetime | None | Unset): not older than this
            until (datetime.datetime | None | Unset): older than this
            solved (bool | None | Unset):
     """

    kinds: list[Kind] | Unset = UNSET
    sources: list[str] | Unset = UNSET
    queues: list[str] | Unset = UNSET
    categories: list[str] | Unset = UNSET
    items: list[str] | Unset = UNSET
    languages: list[str] | Unset = UNSET
    since: datetime.datetime | None | Unset = UNSET
    until: datetime.datetime | None | Unset = UNSET
    solved: bool | None | Unset = UNSET





    def to_dict(self) -> dict[str, Any]:
        kinds: list[str] | Unset = UNSET
        if not isinstance(self.kinds, Unset):
            kinds = []
            for kinds_item_data in self.kinds:
                kinds_item = kinds_item_data.value
                kinds.append(kinds_item)



        sources: list[str] | Unset = UNSET
        if not isinstance(self.sources, Unset):
            sources = self.sources



        queues: list[str] | Unset = UNSET
        if not isinstance(self.queues, Unset):
            queues = self.queues



        categories: list[str] | Unset = UNSET
        if not isinstance(self.categories, Unset):
            categories = self.categories



        items: list[str] | Unset = UNSET
        if not isinstance(self.items, Unset):
            items = self.items



        languages: list[str] | Unset = UNSET
        if not isinstance(self.languages, Unset):
            languages = self.languages



        since: None | str | Unset
        if isinstance(self.since, Unset):
            since = UNSET
        elif isinstance(self.since, datetime.datetime):
            since = self.since.isoformat()
        else:
            since = self.since

        until: None | str | Unset
        if isinstance(self.until, Unset):
            until = UNSET
        elif isinstance(self.until, datetime.datetime):
            until = self.until.isoformat()
        else:
            until = self.until

        solved: bool | None | Unset
        if isinstance(self.solved, Unset):
            solved = UNSET
        else:
            solved = self.solved


        field_dict: dict[str, Any] = {}

        field_dict.update({
        })
        if kinds is not UNSET:
            field_dict["kinds"] = kinds
        if sources is not UNSET:
            field_dict["sources"] = sources
        if queues is not UNSET:
            field_dict["queues"] = queues
        if categories is not UNSET:
            field_dict["categories"] = categories
        if items is not UNSET:
            field_dict["items"] = items
        if languages is not UNSET:
            field_dict["languages"] = languages
        if since is not UNSET:
            field_dict["since"] = since
        if until is not UNSET:
            field_dict["until"] = until
        if solved is not UNSET:
            field_dict["solved"] = solved

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        _kinds = d.pop("kinds", UNSET)
        kinds: list[Kind] | Unset = UNSET
        if _kinds is not UNSET:
            kinds = []
            for kinds_item_data in _kinds:
                kinds_item = Kind(kinds_item_data)



                kinds.append(kinds_item)


        sources = cast(list[str], d.pop("sources", UNSET))


        queues = cast(list[str], d.pop("queues", UNSET))


        categories = cast(list[str], d.pop("categories", UNSET))


        items = cast(list[str], d.pop("items", UNSET))


        languages = cast(list[str], d.pop("languages", UNSET))


        def _parse_since(data: object) -> datetime.datetime | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                since_type_0 = datetime.datetime.fromisoformat(data)



                return since_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None | Unset, data)

        since = _parse_since(d.pop("since", UNSET))


        def _parse_until(data: object) -> datetime.datetime | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                until_type_0 = datetime.datetime.fromisoformat(data)



                return until_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None | Unset, data)

        until = _parse_until(d.pop("until", UNSET))


        def _parse_solved(data: object) -> bool | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(bool | None | Unset, data)

        solved = _parse_solved(d.pop("solved", UNSET))


        filters_in = cls(
            kinds=kinds,
            sources=sources,
            queues=queues,
            categories=categories,
            items=items,
            languages=languages,
            since=since,
            until=until,
            solved=solved,
        )

        return filters_in

