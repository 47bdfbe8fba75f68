from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from typing import cast

if TYPE_CHECKING:
  from ..models.hit_out import HitOut
  from ..models.needs_out_known import NeedsOutKnown
  from ..models.question_out import QuestionOut





T = TypeVar("T", bound="NeedsOut")



@_attrs_define
class NeedsOut:
    """ What the rule for a ticket asks for.

        Example:
            {'external': True, 'known': {'error': '0x80070035'}, 'level': 2, 'likely': [], 'missing': [{'ask': 'Since
                when?', 'id': 'since'}], 'readable': False, 'rule': 'Network at a site', 'to': 'Kabelkobold NOC', 'tried':
                [{'ask': 'The device or program was restarted', 'id': 'restart'}]}

        Attributes:
            rule (str):
            to (str): team or company; empty: a level of our own
            level (int):
            external (bool): whether it leaves our own company
            readable (bool): whether the receiver may read the ticket already
            known (NeedsOutKnown): answers that the ticket gives itself
            missing (list[QuestionOut]): what has to be answered
            tried (list[QuestionOut]): what must have been tried
            likely (list[HitOut]): solved cases that are likely to help
     """

    rule: str
    to: str
    level: int
    external: bool
    readable: bool
    known: NeedsOutKnown
    missing: list[QuestionOut]
    tried: list[QuestionOut]
    likely: list[HitOut]
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)





    def to_dict(self) -> dict[str, Any]:
        from ..models.hit_out import HitOut # noqa: PLC0415
        from ..models.needs_out_known import NeedsOutKnown # noqa: PLC0415
        from ..models.question_out import QuestionOut # noqa: PLC0415
        rule = self.rule

        to = self.to

        level = self.level

        external = self.external

        readable = self.readable

        known = self.known.to_dict()

        missing = []
        for missing_item_data in self.missing:
            missing_item = missing_item_data.to_dict()
            missing.append(missing_item)



        tried = []
        for tried_item_data in self.tried:
            tried_item = tried_item_data.to_dict()
            tried.append(tried_item)



        likely = []
        for likely_item_data in self.likely:
            likely_item = likely_item_data.to_dict()
            likely.append(likely_item)




        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({
            "rule": rule,
            "to": to,
            "level": level,
            "external": external,
            "readable": readable,
            "known": known,
            "missing": missing,
            "tried": tried,
            "likely": likely,
        })

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.hit_out import HitOut # noqa: PLC0415
        from ..models.needs_out_known import NeedsOutKnown # noqa: PLC0415
        from ..models.question_out import QuestionOut # noqa: PLC0415
        d = dict(src_dict)
        rule = d.pop("rule")

        to = d.pop("to")

        level = d.pop("level")

        external = d.pop("external")

        readable = d.pop("readable")

        known = NeedsOutKnown.from_dict(d.pop("known"))




        missing = []
        _missing = d.pop("missing")
        for missing_item_data in (_missing):
            missing_item = QuestionOut.from_dict(missing_item_data)



            missing.append(missing_item)


        tried = []
        _tried = d.pop("tried")
        for tried_item_data in (_tried):
            tried_item = QuestionOut.from_dict(tried_item_data)



            tried.append(tried_item)


        likely = []
        _likely = d.pop("likely")
        for likely_item_data in (_likely):
            likely_item = HitOut.from_dict(likely_item_data)



            likely.append(likely_item)


        needs_out = cls(
            rule=rule,
            to=to,
            level=level,
            external=external,
            readable=readable,
            known=known,
            missing=missing,
            tried=tried,
            likely=likely,
        )


        needs_out.additional_properties = d
        return needs_out

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
