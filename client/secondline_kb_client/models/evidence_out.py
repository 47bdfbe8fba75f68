from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from typing import cast






T = TypeVar("T", bound="EvidenceOut")



@_attrs_define
class EvidenceOut:
    """ The words of a ticket that a statement stands on.

        Attributes:
            ticket_id (int):
            part (str): title, description, environment, resolution or message
            message_id (int | None):
            start (int):
            end (int):
            quote (str):
     """

    ticket_id: int
    part: str
    message_id: int | None
    start: int
    end: int
    quote: str
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)





    def to_dict(self) -> dict[str, Any]:
        ticket_id = self.ticket_id

        part = self.part

        message_id: int | None
        message_id = self.message_id

        start = self.start

        end = self.end

        quote = self.quote


        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({
            "ticket_id": ticket_id,
            "part": part,
            "message_id": message_id,
            "start": start,
            "end": end,
            "quote": quote,
        })

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        ticket_id = d.pop("ticket_id")

        part = d.pop("part")

        def _parse_message_id(data: object) -> int | None:
            if data is None:
                return data
            return cast(int | None, data)

        message_id = _parse_message_id(d.pop("message_id"))


        start = d.pop("start")

        end = d.pop("end")

        quote = d.pop("quote")

        evidence_out = cls(
            ticket_id=ticket_id,
            part=part,
            message_id=message_id,
            start=start,
            end=end,
            quote=quote,
        )


        evidence_out.additional_properties = d
        return evidence_out

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
