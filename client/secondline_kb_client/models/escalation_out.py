from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from ..models.impact import Impact
from typing import cast
import datetime

if TYPE_CHECKING:
  from ..models.escalation_out_answers import EscalationOutAnswers
  from ..models.step_out import StepOut





T = TypeVar("T", bound="EscalationOut")



@_attrs_define
class EscalationOut:
    """ An escalation with its packet.

        Example:
            {'answers': {'since': 'Monday 08:00'}, 'at': '2026-01-05T10:00:00Z', 'by': 'Svenja Morgentau', 'category':
                'VPN', 'id': 5, 'impact': 'site', 'language': 'de', 'level_after': 2, 'level_before': 1, 'rule': 'Network at a
                site', 'text': '# 20260105-17: VPN drops every hour\\n', 'ticket_id': 4711, 'to': 'Kabelkobold NOC (Kabelkobold
                Netze)', 'tried': [{'id': 'restart', 'note': '', 'outcome': 'no_help'}]}

        Attributes:
            id (int):
            ticket_id (int):
            at (datetime.datetime):
            by (str): who handed it over
            to (str): team and company; empty: a level of our own
            rule (str):
            impact (Impact): How many people a fault stops.
            category (None | str):
            level_before (int):
            level_after (int):
            language (str): of the handover
            answers (EscalationOutAnswers):
            tried (list[StepOut]):
            shared_with (None | str): the company that may read the ticket since then
            text (str): the handover in Markdown
     """

    id: int
    ticket_id: int
    at: datetime.datetime
    by: str
    to: str
    rule: str
    impact: Impact
    category: None | str
    level_before: int
    level_after: int
    language: str
    answers: EscalationOutAnswers
    tried: list[StepOut]
    shared_with: None | str
    text: str
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)





    def to_dict(self) -> dict[str, Any]:
        from ..models.escalation_out_answers import EscalationOutAnswers # noqa: PLC0415
        from ..models.step_out import StepOut # noqa: PLC0415
        id = self.id

        ticket_id = self.ticket_id

        at = self.at.isoformat()

        by = self.by

        to = self.to

        rule = self.rule

        impact = self.impact.value

        category: None | str
        category = self.category

        level_before = self.level_before

        level_after = self.level_after

        language = self.language

        answers = self.answers.to_dict()

        tried = []
        for tried_item_data in self.tried:
            tried_item = tried_item_data.to_dict()
            tried.append(tried_item)



        shared_with: None | str
        shared_with = self.shared_with

        text = self.text


        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({
            "id": id,
            "ticket_id": ticket_id,
            "at": at,
            "by": by,
            "to": to,
            "rule": rule,
            "impact": impact,
            "category": category,
            "level_before": level_before,
            "level_after": level_after,
            "language": language,
            "answers": answers,
            "tried": tried,
            "shared_with": shared_with,
            "text": text,
        })

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.escalation_out_answers import EscalationOutAnswers # noqa: PLC0415
        from ..models.step_out import StepOut # noqa: PLC0415
        d = dict(src_dict)
        id = d.pop("id")

        ticket_id = d.pop("ticket_id")

        at = datetime.datetime.fromisoformat(d.pop("at"))




        by = d.pop("by")

        to = d.pop("to")

        rule = d.pop("rule")

        impact = Impact(d.pop("impact"))




        def _parse_category(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        category = _parse_category(d.pop("category"))


        level_before = d.pop("level_before")

        level_after = d.pop("level_after")

        language = d.pop("language")

        answers = EscalationOutAnswers.from_dict(d.pop("answers"))




        tried = []
        _tried = d.pop("tried")
        for tried_item_data in (_tried):
            tried_item = StepOut.from_dict(tried_item_data)



            tried.append(tried_item)


        def _parse_shared_with(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        shared_with = _parse_shared_with(d.pop("shared_with"))


        text = d.pop("text")

        escalation_out = cls(
            id=id,
            ticket_id=ticket_id,
            at=at,
            by=by,
            to=to,
            rule=rule,
            impact=impact,
            category=category,
            level_before=level_before,
            level_after=level_after,
            language=language,
            answers=answers,
            tried=tried,
            shared_with=shared_with,
            text=text,
        )


        escalation_out.additional_properties = d
        return escalation_out

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
