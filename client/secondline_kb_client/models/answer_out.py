from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from typing import cast

if TYPE_CHECKING:
  from ..models.confidence_out import ConfidenceOut
  from ..models.hit_out import HitOut





T = TypeVar("T", bound="AnswerOut")



@_attrs_define
class AnswerOut:
    """ What was found, best first, and how far to trust it.

        Example:
            {'confidence': {'band': 'likely', 'probability': 0.91}, 'hits': [{'alike': 3, 'confidence': {'band': 'likely',
                'probability': 0.87}, 'happened_at': '2026-01-06T14:30:00Z', 'heading': '', 'id': 4711, 'kind': 'ticket',
                'language': 'en', 'link': 'https://tickets.example/20260105-17', 'marks': [{'end': 23, 'start': 17}], 'number':
                '20260105-17', 'resolution': 'Installed firmware 7.2.1 on vpn-gw-02.', 'score': 0.71, 'snippet': 'Since Monday
                the tunnel is gone after an hour.', 'solved': True, 'source': 'zammad', 'title': 'VPN drops every hour', 'why':
                [{'code': 'same_words', 'detail': 'problem', 'text': 'shares words with the problem'}]}], 'language': 'de'}

        Attributes:
            hits (list[HitOut]):
            language (str): of the query; und: not clear
            confidence (ConfidenceOut): How far to trust this; `nothing` says that nothing good was found.
     """

    hits: list[HitOut]
    language: str
    confidence: ConfidenceOut
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)





    def to_dict(self) -> dict[str, Any]:
        from ..models.confidence_out import ConfidenceOut # noqa: PLC0415
        from ..models.hit_out import HitOut # noqa: PLC0415
        hits = []
        for hits_item_data in self.hits:
            hits_item = hits_item_data.to_dict()
            hits.append(hits_item)



        language = self.language

        confidence = self.confidence.to_dict()


        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({
            "hits": hits,
            "language": language,
            "confidence": confidence,
        })

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.confidence_out import ConfidenceOut # noqa: PLC0415
        from ..models.hit_out import HitOut # noqa: PLC0415
        d = dict(src_dict)
        hits = []
        _hits = d.pop("hits")
        for hits_item_data in (_hits):
            hits_item = HitOut.from_dict(hits_item_data)



            hits.append(hits_item)


        language = d.pop("language")

        confidence = ConfidenceOut.from_dict(d.pop("confidence"))




        answer_out = cls(
            hits=hits,
            language=language,
            confidence=confidence,
        )


        answer_out.additional_properties = d
        return answer_out

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
