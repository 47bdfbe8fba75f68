from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from ..models.link_outcome import LinkOutcome
from ..models.link_role import LinkRole
from typing import cast
import datetime






T = TypeVar("T", bound="LinkOut")



@_attrs_define
class LinkOut:
    """ An article that a ticket is linked to.

        Example:
            {'article_id': 12, 'at': '2026-01-07T08:00:00Z', 'number': 'KB-12', 'outcome': 'solved', 'person_id': 3, 'role':
                'resolved_by', 'title': 'VPN tunnel drops every hour with firmware 7.1'}

        Attributes:
            article_id (int):
            number (str):
            title (str):
            role (LinkRole): What an article is to a ticket.
            outcome (LinkOutcome): Whether the article did for the ticket what was hoped.
            person_id (int | None): who linked it; null: the program
            at (datetime.datetime):
     """

    article_id: int
    number: str
    title: str
    role: LinkRole
    outcome: LinkOutcome
    person_id: int | None
    at: datetime.datetime
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)





    def to_dict(self) -> dict[str, Any]:
        article_id = self.article_id

        number = self.number

        title = self.title

        role = self.role.value

        outcome = self.outcome.value

        person_id: int | None
        person_id = self.person_id

        at = self.at.isoformat()


        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({
            "article_id": article_id,
            "number": number,
            "title": title,
            "role": role,
            "outcome": outcome,
            "person_id": person_id,
            "at": at,
        })

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        article_id = d.pop("article_id")

        number = d.pop("number")

        title = d.pop("title")

        role = LinkRole(d.pop("role"))




        outcome = LinkOutcome(d.pop("outcome"))




        def _parse_person_id(data: object) -> int | None:
            if data is None:
                return data
            return cast(int | None, data)

        person_id = _parse_person_id(d.pop("person_id"))


        at = datetime.datetime.fromisoformat(d.pop("at"))




        link_out = cls(
            article_id=article_id,
            number=number,
            title=title,
            role=role,
            outcome=outcome,
            person_id=person_id,
            at=at,
        )


        link_out.additional_properties = d
        return link_out

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
