from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from ..models.decision import Decision
from typing import cast
import datetime

if TYPE_CHECKING:
  from ..models.compared_out import ComparedOut
  from ..models.named_out import NamedOut





T = TypeVar("T", bound="OutcomeOut")



@_attrs_define
class OutcomeOut:
    """ What became of the promise to draft an article from a ticket.

        Example:
            {'article': {'id': 12, 'number': 'KB-12', 'title': 'VPN tunnel drops every hour'}, 'at': '2026-01-06T14:31:00Z',
                'candidates': [{'article': {'id': 12, 'number': 'KB-12', 'title': 'VPN tunnel drops'}, 'same_issue': 0.8,
                'same_steps': 1.0}], 'decision': 'link', 'missing': [], 'reason': 'an article says all of this already',
                'ticket_id': 4712, 'title': 'VPN drops again'}

        Attributes:
            ticket_id (int):
            title (str):
            decision (Decision): What became of the promise to draft an article from a ticket.
            reason (str):
            missing (list[str]):
            article (NamedOut | None): the draft, or the one to link or to change
            candidates (list[ComparedOut]):
            person_id (int | None): who decided; null: the program
            at (datetime.datetime):
     """

    ticket_id: int
    title: str
    decision: Decision
    reason: str
    missing: list[str]
    article: NamedOut | None
    candidates: list[ComparedOut]
    person_id: int | None
    at: datetime.datetime
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)





    def to_dict(self) -> dict[str, Any]:
        from ..models.compared_out import ComparedOut # noqa: PLC0415
        from ..models.named_out import NamedOut # noqa: PLC0415
        ticket_id = self.ticket_id

        title = self.title

        decision = self.decision.value

        reason = self.reason

        missing = self.missing



        article: dict[str, Any] | None
        if isinstance(self.article, NamedOut):
            article = self.article.to_dict()
        else:
            article = self.article

        candidates = []
        for candidates_item_data in self.candidates:
            candidates_item = candidates_item_data.to_dict()
            candidates.append(candidates_item)



        person_id: int | None
        person_id = self.person_id

        at = self.at.isoformat()


        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({
            "ticket_id": ticket_id,
            "title": title,
            "decision": decision,
            "reason": reason,
            "missing": missing,
            "article": article,
            "candidates": candidates,
            "person_id": person_id,
            "at": at,
        })

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.compared_out import ComparedOut # noqa: PLC0415
        from ..models.named_out import NamedOut # noqa: PLC0415
        d = dict(src_dict)
        ticket_id = d.pop("ticket_id")

        title = d.pop("title")

        decision = Decision(d.pop("decision"))




        reason = d.pop("reason")

        missing = cast(list[str], d.pop("missing"))


        def _parse_article(data: object) -> NamedOut | None:
            if data is None:
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                article_type_0 = NamedOut.from_dict(data)



                return article_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(NamedOut | None, data)

        article = _parse_article(d.pop("article"))


        candidates = []
        _candidates = d.pop("candidates")
        for candidates_item_data in (_candidates):
            candidates_item = ComparedOut.from_dict(candidates_item_data)



            candidates.append(candidates_item)


        def _parse_person_id(data: object) -> int | None:
            if data is None:
                return data
            return cast(int | None, data)

        person_id = _parse_person_id(d.pop("person_id"))


        at = datetime.datetime.fromisoformat(d.pop("at"))




        outcome_out = cls(
            ticket_id=ticket_id,
            title=title,
            decision=decision,
            reason=reason,
            missing=missing,
            article=article,
            candidates=candidates,
            person_id=person_id,
            at=at,
        )


        outcome_out.additional_properties = d
        return outcome_out

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
