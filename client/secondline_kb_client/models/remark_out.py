from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from ..models.remark_kind import RemarkKind
from typing import cast
import datetime






T = TypeVar("T", bound="RemarkOut")



@_attrs_define
class RemarkOut:
    """ A remark on a version of an article.

        Example:
            {'article_id': 12, 'at': '2026-01-07T08:00:00Z', 'id': 5, 'kind': 'edits_suggested', 'number': 'KB-12', 'open':
                True, 'person': 'Ines Kern', 'person_id': 3, 'text': 'Say which firmware has the fault.', 'title': 'VPN tunnel
                drops every hour with firmware 7.1', 'version': 2}

        Attributes:
            id (int):
            article_id (int):
            number (str):
            title (str):
            version (int):
            kind (RemarkKind): What somebody says about an article.
            text (str):
            person_id (int):
            person (str):
            at (datetime.datetime):
            open_ (bool): whether somebody has to see to it
     """

    id: int
    article_id: int
    number: str
    title: str
    version: int
    kind: RemarkKind
    text: str
    person_id: int
    person: str
    at: datetime.datetime
    open_: bool
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)





    def to_dict(self) -> dict[str, Any]:
        id = self.id

        article_id = self.article_id

        number = self.number

        title = self.title

        version = self.version

        kind = self.kind.value

        text = self.text

        person_id = self.person_id

        person = self.person

        at = self.at.isoformat()

        open_ = self.open_


        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({
            "id": id,
            "article_id": article_id,
            "number": number,
            "title": title,
            "version": version,
            "kind": kind,
            "text": text,
            "person_id": person_id,
            "person": person,
            "at": at,
            "open": open_,
        })

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        id = d.pop("id")

        article_id = d.pop("article_id")

        number = d.pop("number")

        title = d.pop("title")

        version = d.pop("version")

        kind = RemarkKind(d.pop("kind"))




        text = d.pop("text")

        person_id = d.pop("person_id")

        person = d.pop("person")

        at = datetime.datetime.fromisoformat(d.pop("at"))




        open_ = d.pop("open")

        remark_out = cls(
            id=id,
            article_id=article_id,
            number=number,
            title=title,
            version=version,
            kind=kind,
            text=text,
            person_id=person_id,
            person=person,
            at=at,
            open_=open_,
        )


        remark_out.additional_properties = d
        return remark_out

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
