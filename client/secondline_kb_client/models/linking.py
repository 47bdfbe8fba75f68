from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from ..models.link_outcome import LinkOutcome
from ..models.link_role import LinkRole
from ..types import UNSET, Unset






T = TypeVar("T", bound="Linking")



@_attrs_define
class Linking:
    """ What the article was to the ticket; `created_from` is set by drafting alone.

        Example:
            {'article_id': 12, 'outcome': 'solved', 'role': 'resolved_by'}

        Attributes:
            article_id (int):
            role (LinkRole | Unset): What an article is to a ticket.
            outcome (LinkOutcome | Unset): Whether the article did for the ticket what was hoped.
     """

    article_id: int
    role: LinkRole | Unset = UNSET
    outcome: LinkOutcome | Unset = UNSET





    def to_dict(self) -> dict[str, Any]:
        article_id = self.article_id

        role: str | Unset = UNSET
        if not isinstance(self.role, Unset):
            role = self.role.value


        outcome: str | Unset = UNSET
        if not isinstance(self.outcome, Unset):
            outcome = self.outcome.value



        field_dict: dict[str, Any] = {}

        field_dict.update({
            "article_id": article_id,
        })
        if role is not UNSET:
            field_dict["role"] = role
        if outcome is not UNSET:
            field_dict["outcome"] = outcome

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        article_id = d.pop("article_id")

        _role = d.pop("role", UNSET)
        role: LinkRole | Unset
        if isinstance(_role,  Unset):
            role = UNSET
        else:
            role = LinkRole(_role)




        _outcome = d.pop("outcome", UNSET)
        outcome: LinkOutcome | Unset
        if isinstance(_outcome,  Unset):
            outcome = UNSET
        else:
            outcome = LinkOutcome(_outcome)




        linking = cls(
            article_id=article_id,
            role=role,
            outcome=outcome,
        )

        return linking

