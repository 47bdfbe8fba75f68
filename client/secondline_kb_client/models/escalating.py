from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from ..models.impact import Impact
from ..types import UNSET, Unset
from typing import cast

if TYPE_CHECKING:
  from ..models.considered_in import ConsideredIn
  from ..models.escalating_answers import EscalatingAnswers
  from ..models.escalating_tried import EscalatingTried





T = TypeVar("T", bound="Escalating")



@_attrs_define
class Escalating:
    """ What goes with the ticket.

        Example:
            {'answers': {'affected': 'Everybody in Fogmouth', 'since': 'Monday 08:00'}, 'considered': [{'id': 12, 'kind':
                'article'}], 'impact': 'site', 'tried': {'restart': {'outcome': 'no_help'}}}

        Attributes:
            impact (Impact): How many people a fault stops.
            category (None | str | Unset): left out: that of the ticket
            answers (EscalatingAnswers | Unset):
            tried (EscalatingTried | Unset):
            considered (list[ConsideredIn] | Unset): likely solutions that were looked at
            share (bool | Unset): let the company that it goes to read the ticket Default: False.
     """

    impact: Impact
    category: None | str | Unset = UNSET
    answers: EscalatingAnswers | Unset = UNSET
    tried: EscalatingTried | Unset = UNSET
    considered: list[ConsideredIn] | Unset = UNSET
    share: bool | Unset = False





    def to_dict(self) -> dict[str, Any]:
        from ..models.considered_in import ConsideredIn # noqa: PLC0415
        from ..models.escalating_answers import EscalatingAnswers # noqa: PLC0415
        from ..models.escalating_tried import EscalatingTried # noqa: PLC0415
        impact = self.impact.value

        category: None | str | Unset
        if isinstance(self.category, Unset):
            category = UNSET
        else:
            category = self.category

        answers: dict[str, Any] | Unset = UNSET
        if not isinstance(self.answers, Unset):
            answers = self.answers.to_dict()

        tried: dict[str, Any] | Unset = UNSET
        if not isinstance(self.tried, Unset):
            tried = self.tried.to_dict()

        considered: list[dict[str, Any]] | Unset = UNSET
        if not isinstance(self.considered, Unset):
            considered = []
            for considered_item_data in self.considered:
                considered_item = considered_item_data.to_dict()
                considered.append(considered_item)



        share = self.share


        field_dict: dict[str, Any] = {}

        field_dict.update({
            "impact": impact,
        })
        if category is not UNSET:
            field_dict["category"] = category
        if answers is not UNSET:
            field_dict["answers"] = answers
        if tried is not UNSET:
            field_dict["tried"] = tried
        if considered is not UNSET:
            field_dict["considered"] = considered
        if share is not UNSET:
            field_dict["share"] = share

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.considered_in import ConsideredIn # noqa: PLC0415
        from ..models.escalating_answers import EscalatingAnswers # noqa: PLC0415
        from ..models.escalating_tried import EscalatingTried # noqa: PLC0415
        d = dict(src_dict)
        impact = Impact(d.pop("impact"))




        def _parse_category(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        category = _parse_category(d.pop("category", UNSET))


        _answers = d.pop("answers", UNSET)
        answers: EscalatingAnswers | Unset
        if isinstance(_answers,  Unset):
            answers = UNSET
        else:
            answers = EscalatingAnswers.from_dict(_answers)




        _tried = d.pop("tried", UNSET)
        tried: EscalatingTried | Unset
        if isinstance(_tried,  Unset):
            tried = UNSET
        else:
            tried = EscalatingTried.from_dict(_tried)




        _considered = d.pop("considered", UNSET)
        considered: list[ConsideredIn] | Unset = UNSET
        if _considered is not UNSET:
            considered = []
            for considered_item_data in _considered:
                considered_item = ConsideredIn.from_dict(considered_item_data)



                considered.append(considered_item)


        share = d.pop("share", UNSET)

        escalating = cls(
            impact=impact,
            category=category,
            answers=answers,
            tried=tried,
            considered=considered,
            share=share,
        )

        return escalating

