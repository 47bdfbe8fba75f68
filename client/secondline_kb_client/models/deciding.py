from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from ..models.verdict import Verdict
from ..types import UNSET, Unset
from typing import cast






T = TypeVar("T", bound="Deciding")



@_attrs_define
class Deciding:
    """ What shall become of a closed ticket, whatever the program advised.

        Example:
            {'article_id': 12, 'verdict': 'link'}

        Attributes:
            verdict (Verdict): What to do with a solved ticket.
            article_id (int | None | Unset): a published article; needed for link and change
            reason (str | Unset):  Default: ''.
     """

    verdict: Verdict
    article_id: int | None | Unset = UNSET
    reason: str | Unset = ''





    def to_dict(self) -> dict[str, Any]:
        verdict = self.verdict.value

        article_id: int | None | Unset
        if isinstance(self.article_id, Unset):
            article_id = UNSET
        else:
            article_id = self.article_id

        reason = self.reason


        field_dict: dict[str, Any] = {}

        field_dict.update({
            "verdict": verdict,
        })
        if article_id is not UNSET:
            field_dict["article_id"] = article_id
        if reason is not UNSET:
            field_dict["reason"] = reason

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        verdict = Verdict(d.pop("verdict"))




        def _parse_article_id(data: object) -> int | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(int | None | Unset, data)

        article_id = _parse_article_id(d.pop("article_id", UNSET))


        reason = d.pop("reason", UNSET)

        deciding = cls(
            verdict=verdict,
            article_id=article_id,
            reason=reason,
        )

        return deciding

