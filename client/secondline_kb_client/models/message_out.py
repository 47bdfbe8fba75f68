from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from ..models.author_role import AuthorRole
from typing import cast
import datetime






T = TypeVar("T", bound="MessageOut")



@_attrs_define
class MessageOut:
    """ A message of a ticket.

        Example:
            {'accepted': True, 'at': '2026-01-06T14:20:00Z', 'author': 'Second level', 'id': 1, 'internal': False, 'role':
                'agent', 'text': 'The gateway ran firmware 7.1 with a known rekey fault.'}

        Attributes:
            id (int):
            role (AuthorRole): Who wrote a message.
            author (None | str):
            at (datetime.datetime):
            internal (bool): not for readers outside our own company
            accepted (bool): marked as the answer in the source system
            text (str):
     """

    id: int
    role: AuthorRole
    author: None | str
    at: datetime.datetime
    internal: bool
    accepted: bool
    text: str
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)





    def to_dict(self) -> dict[str, Any]:
        id = self.id

        role = self.role.value

        author: None | str
        author = self.author

        at = self.at.isoformat()

        internal = self.internal

        accepted = self.accepted

        text = self.text


        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({
            "id": id,
            "role": role,
            "author": author,
            "at": at,
            "internal": internal,
            "accepted": accepted,
            "text": text,
        })

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        id = d.pop("id")

        role = AuthorRole(d.pop("role"))




        def _parse_author(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        author = _parse_author(d.pop("author"))


        at = datetime.datetime.fromisoformat(d.pop("at"))




        internal = d.pop("internal")

        accepted = d.pop("accepted")

        text = d.pop("text")

        message_out = cls(
            id=id,
            role=role,
            author=author,
            at=at,
            internal=internal,
            accepted=accepted,
            text=text,
        )


        message_out.additional_properties = d
        return message_out

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
