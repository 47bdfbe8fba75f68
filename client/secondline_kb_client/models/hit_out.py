from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from ..models.kind import Kind
from typing import cast
import datetime

if TYPE_CHECKING:
  from ..models.confidence_out import ConfidenceOut
  from ..models.mark_out import MarkOut
  from ..models.why_out import WhyOut





T = TypeVar("T", bound="HitOut")



@_attrs_define
class HitOut:
    """ A ticket or article found, the passage that matched, and why.

        Example:
            {'alike': 3, 'confidence': {'band': 'likely', 'probability': 0.87}, 'happened_at': '2026-01-06T14:30:00Z',
                'heading': '', 'id': 4711, 'kind': 'ticket', 'language': 'en', 'link': 'https://tickets.example/20260105-17',
                'marks': [{'end': 23, 'start': 17}], 'number': '20260105-17', 'resolution': 'Installed firmware 7.2.1 on vpn-
                gw-02.', 'score': 0.71, 'snippet': 'Since Monday the tunnel is gone after an hour.', 'solved': True, 'source':
                'zammad', 'title': 'VPN drops every hour', 'why': [{'code': 'same_words', 'detail': 'problem', 'text': 'shares
                words with the problem'}]}

        Attributes:
            kind (Kind): What can be found.
            id (int): of the ticket or article
            number (str): what people call it
            title (str):
            link (None | str):
            source (str):
            language (str):
            solved (bool):
            happened_at (datetime.datetime):
            snippet (str):
            marks (list[MarkOut]):
            heading (str): headings above the snippet
            resolution (str): the beginning of what solved it
            score (float):
            confidence (ConfidenceOut): How far to trust this; `nothing` says that nothing good was found.
            alike (int): further tickets that say the same
            why (list[WhyOut]):
     """

    kind: Kind
    id: int
    number: str
    title: str
    link: None | str
    source: str
    language: str
    solved: bool
    happened_at: datetime.datetime
    snippet: str
    marks: list[MarkOut]
    heading: str
    resolution: str
    score: float
    confidence: ConfidenceOut
    alike: int
    why: list[WhyOut]
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)





    def to_dict(self) -> dict[str, Any]:
        from ..models.confidence_out import ConfidenceOut # noqa: PLC0415
        from ..models.mark_out import MarkOut # noqa: PLC0415
        from ..models.why_out import WhyOut # noqa: PLC0415
        kind = self.kind.value

        id = self.id

        number = self.number

        title = self.title

        link: None | str
        link = self.link

        source = self.source

        language = self.language

        solved = self.solved

        happened_at = self.happened_at.isoformat()

        snippet = self.snippet

        marks = []
        for marks_item_data in self.marks:
            marks_item = marks_item_data.to_dict()
            marks.append(marks_item)



        heading = self.heading

        resolution = self.resolution

        score = self.score

        confidence = self.confidence.to_dict()

        alike = self.alike

        why = []
        for why_item_data in self.why:
            why_item = why_item_data.to_dict()
            why.append(why_item)




        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({
            "kind": kind,
            "id": id,
            "number": number,
            "title": title,
            "link": link,
            "source": source,
            "language": language,
            "solved": solved,
            "happened_at": happened_at,
            "snippet": snippet,
            "marks": marks,
            "heading": heading,
            "resolution": resolution,
            "score": score,
            "confidence": confidence,
            "alike": alike,
            "why": why,
        })

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.confidence_out import ConfidenceOut # noqa: PLC0415
        from ..models.mark_out import MarkOut # noqa: PLC0415
        from ..models.why_out import WhyOut # noqa: PLC0415
        d = dict(src_dict)
        kind = Kind(d.pop("kind"))




        id = d.pop("id")

        number = d.pop("number")

        title = d.pop("title")

        def _parse_link(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        link = _parse_link(d.pop("link"))


        source = d.pop("source")

        language = d.pop("language")

        solved = d.pop("solved")

        happened_at = datetime.datetime.fromisoformat(d.pop("happened_at"))




        snippet = d.pop("snippet")

        marks = []
        _marks = d.pop("marks")
        for marks_item_data in (_marks):
            marks_item = MarkOut.from_dict(marks_item_data)



            marks.append(marks_item)


        heading = d.pop("heading")

        resolution = d.pop("resolution")

        score = d.pop("score")

        confidence = ConfidenceOut.from_dict(d.pop("confidence"))




        alike = d.pop("alike")

        why = []
        _why = d.pop("why")
        for why_item_data in (_why):
            why_item = WhyOut.from_dict(why_item_data)



            why.append(why_item)


        hit_out = cls(
            kind=kind,
            id=id,
            number=number,
            title=title,
            link=link,
            source=source,
            language=language,
            solved=solved,
            happened_at=happened_at,
            snippet=snippet,
            marks=marks,
            heading=heading,
            resolution=resolution,
            score=score,
            confidence=confidence,
            alike=alike,
            why=why,
        )


        hit_out.additional_properties = d
        return hit_out

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
