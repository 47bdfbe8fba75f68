from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from ..models.happening import Happening
from typing import cast
from typing import Literal, cast
import datetime

if TYPE_CHECKING:
  from ..models.sent_data import SentData





T = TypeVar("T", bound="Sent")



@_attrs_define
class Sent:
    """ What a receiver gets; see docs/howto/webhooks.md.

        Example:
            {'data': {'language': 'en', 'number': 'KB-12', 'tags': ['vpn'], 'title': 'VPN drops every hour', 'url':
                'https://kb.example/articles/KB-12'}, 'timestamp': '2026-01-05T09:00:00Z', 'type': 'article.published'}

        Attributes:
            type_ (Happening | Literal['webhook.test']):
            timestamp (datetime.datetime): when it happened
            data (SentData): of a retired article the number alone
     """

    type_: Happening | Literal['webhook.test']
    timestamp: datetime.datetime
    data: SentData
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)





    def to_dict(self) -> dict[str, Any]:
        from ..models.sent_data import SentData # noqa: PLC0415
        type_: Literal['webhook.test'] | str
        if isinstance(self.type_, Happening):
            type_ = self.type_.value
        else:
            type_ = self.type_

        timestamp = self.timestamp.isoformat()

        data = self.data.to_dict()


        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({
            "type": type_,
            "timestamp": timestamp,
            "data": data,
        })

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.sent_data import SentData # noqa: PLC0415
        d = dict(src_dict)
        def _parse_type_(data: object) -> Happening | Literal['webhook.test']:
            try:
                if not isinstance(data, str):
                    raise TypeError()
                type_type_0 = Happening(data)



                return type_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            type_type_1 = cast(Literal['webhook.test'] , data)
            if type_type_1 != 'webhook.test':
                raise ValueError(f"type_type_1 must match const 'webhook.test', got '{type_type_1}'")
            return type_type_1

        type_ = _parse_type_(d.pop("type"))


        timestamp = datetime.datetime.fromisoformat(d.pop("timestamp"))




        data = SentData.from_dict(d.pop("data"))




        sent = cls(
            type_=type_,
            timestamp=timestamp,
            data=data,
        )


        sent.additional_properties = d
        return sent

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
