from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from typing import cast

if TYPE_CHECKING:
  from ..models.named_out import NamedOut





T = TypeVar("T", bound="ComparedOut")



@_attrs_define
class ComparedOut:
    """ An article that was compared with a ticket.

        Attributes:
            article (NamedOut): An article as it is called.
            same_issue (float): 0 to 1: what it holds of the issue
            same_steps (float): 0 to 1: what it holds of the steps
     """

    article: NamedOut
    same_issue: float
    same_steps: float
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)





    def to_dict(self) -> dict[str, Any]:
        from ..models.named_out import NamedOut # noqa: PLC0415
        article = self.article.to_dict()

        same_issue = self.same_issue

        same_steps = self.same_steps


        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({
            "article": article,
            "same_issue": same_issue,
            "same_steps": same_steps,
        })

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.named_out import NamedOut # noqa: PLC0415
        d = dict(src_dict)
        article = NamedOut.from_dict(d.pop("article"))




        same_issue = d.pop("same_issue")

        same_steps = d.pop("same_steps")

        compared_out = cls(
            article=article,
            same_issue=same_issue,
            same_steps=same_steps,
        )


        compared_out.additional_properties = d
        return compared_out

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
