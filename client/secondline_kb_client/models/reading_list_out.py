from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from typing import cast

if TYPE_CHECKING:
  from ..models.entry_out import EntryOut





T = TypeVar("T", bound="ReadingListOut")



@_attrs_define
class ReadingListOut:
    """ A reading list, as far as you may read its articles.

        Example:
            {'done': 1, 'entries': [{'language': 'en', 'number': 'KB-12', 'read': True, 'title': 'VPN tunnel drops'}], 'id':
                3, 'name': 'VPN', 'team': 'Desk', 'team_id': 2}

        Attributes:
            id (int | None): null: what the team uses most, for those who are new
            team_id (int):
            team (str):
            name (str):
            done (int): how many of the entries you have read
            entries (list[EntryOut]):
     """

    id: int | None
    team_id: int
    team: str
    name: str
    done: int
    entries: list[EntryOut]
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)





    def to_dict(self) -> dict[str, Any]:
        from ..models.entry_out import EntryOut # noqa: PLC0415
        id: int | None
        id = self.id

        team_id = self.team_id

        team = self.team

        name = self.name

        done = self.done

        entries = []
        for entries_item_data in self.entries:
            entries_item = entries_item_data.to_dict()
            entries.append(entries_item)




        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({
            "id": id,
            "team_id": team_id,
            "team": team,
            "name": name,
            "done": done,
            "entries": entries,
        })

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.entry_out import EntryOut # noqa: PLC0415
        d = dict(src_dict)
        def _parse_id(data: object) -> int | None:
            if data is None:
                return data
            return cast(int | None, data)

        id = _parse_id(d.pop("id"))


        team_id = d.pop("team_id")

        team = d.pop("team")

        name = d.pop("name")

        done = d.pop("done")

        entries = []
        _entries = d.pop("entries")
        for entries_item_data in (_entries):
            entries_item = EntryOut.from_dict(entries_item_data)



            entries.append(entries_item)


        reading_list_out = cls(
            id=id,
            team_id=team_id,
            team=team,
            name=name,
            done=done,
            entries=entries,
        )


        reading_list_out.additional_properties = d
        return reading_list_out

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
