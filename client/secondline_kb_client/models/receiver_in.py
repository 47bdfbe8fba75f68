from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from ..models.happening import Happening
from ..types import UNSET, Unset
from typing import cast






T = TypeVar("T", bound="ReceiverIn")



@_attrs_define
class ReceiverIn:
    """ A system that is to be told.

        Example:
            {'email': 'chat@own.example', 'happenings': ['article.published', 'draft.ready'], 'name': 'chat', 'url':
                'https://chat.own.example/hooks/1'}

        Attributes:
            name (str):
            url (str): where the messages go; https, unless it is private
            email (str): address of the person with whose eyes it sees
            happenings (list[Happening]):
            private (bool | Unset): the address is in our own network Default: False.
            tag (str | Unset): only articles with this tag Default: ''.
            language (str | Unset): only articles in this language Default: ''.
     """

    name: str
    url: str
    email: str
    happenings: list[Happening]
    private: bool | Unset = False
    tag: str | Unset = ''
    language: str | Unset = ''





    def to_dict(self) -> dict[str, Any]:
        name = self.name

        url = self.url

        email = self.email

        happenings = []
        for happenings_item_data in self.happenings:
            happenings_item = happenings_item_data.value
            happenings.append(happenings_item)



        private = self.private

        tag = self.tag

        language = self.language


        field_dict: dict[str, Any] = {}

        field_dict.update({
            "name": name,
            "url": url,
            "email": email,
            "happenings": happenings,
        })
        if private is not UNSET:
            field_dict["private"] = private
        if tag is not UNSET:
            field_dict["tag"] = tag
        if language is not UNSET:
            field_dict["language"] = language

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        name = d.pop("name")

        url = d.pop("url")

        email = d.pop("email")

        happenings = []
        _happenings = d.pop("happenings")
        for happenings_item_data in (_happenings):
            happenings_item = Happening(happenings_item_data)



            happenings.append(happenings_item)


        private = d.pop("private", UNSET)

        tag = d.pop("tag", UNSET)

        language = d.pop("language", UNSET)

        receiver_in = cls(
            name=name,
            url=url,
            email=email,
            happenings=happenings,
            private=private,
            tag=tag,
            language=language,
        )

        return receiver_in

