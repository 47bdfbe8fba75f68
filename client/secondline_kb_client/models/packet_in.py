from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset







T = TypeVar("T", bound="PacketIn")



@_attrs_define
class PacketIn:
    """ What goes out, and where to.

        Example:
            {'scope': 'VPN', 'source': 'developers', 'text': 'Seen at two sites since Monday. The log of the gateway is
                below.', 'title': 'Tunnel drops every hour with firmware 7.1'}

        Attributes:
            source (str):
            scope (str): the project or queue there
            title (str):
            text (str): all that goes out, in Markdown; nothing is added to it
     """

    source: str
    scope: str
    title: str
    text: str





    def to_dict(self) -> dict[str, Any]:
        source = self.source

        scope = self.scope

        title = self.title

        text = self.text


        field_dict: dict[str, Any] = {}

        field_dict.update({
            "source": source,
            "scope": scope,
            "title": title,
            "text": text,
        })

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        source = d.pop("source")

        scope = d.pop("scope")

        title = d.pop("title")

        text = d.pop("text")

        packet_in = cls(
            source=source,
            scope=scope,
            title=title,
            text=text,
        )

        return packet_in

