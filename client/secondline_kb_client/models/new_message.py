from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from ..models.author_role import AuthorRole
from ..types import UNSET, Unset
from typing import cast
import datetime






T = TypeVar("T", bound="NewMessage")



@_attrs_define
class NewMessage:
    """ A message of a new ticket.

        Attributes:
            text (str):
            at (datetime.datetime):
            role (AuthorRole | Unset): Who wrote a message.
            author (None | str | Unset):
            internal (bool | Unset): left out: internal Default: True.
     """

    text: str
    at: datetime.datetime
    role: AuthorRole | Unset = UNSET
    author: None | str | Unset = UNSET
    internal: bool | Unset = True





    def to_dict(self) -> dict[str, Any]:
        text = self.text

        at = self.at.isoformat()

        role: str | Unset = UNSET
        if not isinstance(self.role, Unset):
            role = self.role.value


        author: None | str | Unset
        if isinstance(self.author, Unset):
            author = UNSET
        else:
            author = self.author

        internal = self.internal


        field_dict: dict[str, Any] = {}

        field_dict.update({
            "text": text,
            "at": at,
        })
        if role is not UNSET:
            field_dict["role"] = role
        if author is not UNSET:
            field_dict["author"] = author
        if internal is not UNSET:
            field_dict["internal"] = internal

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        text = d.pop("text")

        at = datetime.datetime.fromisoformat(d.pop("at"))




        _role = d.pop("role", UNSET)
        role: AuthorRole | Unset
        if isinstance(_role,  Unset):
            role = UNSET
        else:
            role = AuthorRole(_role)




        def _parse_author(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        author = _parse_author(d.pop("author", UNSET))


        internal = d.pop("internal", UNSET)

        new_message = cls(
            text=text,
            at=at,
            role=role,
            author=author,
            internal=internal,
        )

        return new_message

