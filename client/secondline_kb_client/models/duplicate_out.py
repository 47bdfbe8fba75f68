from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from ..models.article_state import ArticleState






T = TypeVar("T", bound="DuplicateOut")



@_attrs_define
class DuplicateOut:
    """ An article that says nearly the same.

        Example:
            {'article_id': 7, 'number': 'KB-7', 'similarity': 0.81, 'state': 'published', 'title': 'VPN tunnel drops every
                hour'}

        Attributes:
            article_id (int):
            number (str):
            title (str):
            state (ArticleState): Where an article stands; only published ones are found.
            similarity (float): 0 to 1: word triples in common
     """

    article_id: int
    number: str
    title: str
    state: ArticleState
    similarity: float
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)





    def to_dict(self) -> dict[str, Any]:
        article_id = self.article_id

        number = self.number

        title = self.title

        state = self.state.value

        similarity = self.similarity


        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({
            "article_id": article_id,
            "number": number,
            "title": title,
            "state": state,
            "similarity": similarity,
        })

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        article_id = d.pop("article_id")

        number = d.pop("number")

        title = d.pop("title")

        state = ArticleState(d.pop("state"))




        similarity = d.pop("similarity")

        duplicate_out = cls(
            article_id=article_id,
            number=number,
            title=title,
            state=state,
            similarity=similarity,
        )


        duplicate_out.additional_properties = d
        return duplicate_out

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
