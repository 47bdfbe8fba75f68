from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from ..models.happening import Happening
from typing import cast
import datetime






T = TypeVar("T", bound="ReceiverOut")



@_attrs_define
class ReceiverOut:
    """ A system that is told, and how that goes; of its address only the host is shown.

        Example:
            {'delivered_at': '2026-01-05T09:00:00Z', 'email': 'chat@own.example', 'failed': 0, 'happenings':
                ['article.published', 'draft.ready'], 'host': 'chat.own.example', 'language': '', 'name': 'chat', 'tag': '',
                'waiting': 0}

        Attributes:
            name (str):
            host (str):
            email (str):
            happenings (list[Happening]):
            tag (str):
            language (str):
            waiting (int):
            failed (int): given up; the page of jobs tries them again
            delivered_at (datetime.datetime | None):
            failure (None | str):
            not_before (datetime.datetime | None): nothing is sent before
     """

    name: str
    host: str
    email: str
    happenings: list[Happening]
    tag: str
    language: str
    waiting: int
    failed: int
    delivered_at: datetime.datetime | None
    failure: None | str
    not_before: datetime.datetime | None
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)





    def to_dict(self) -> dict[str, Any]:
        name = self.name

        host = self.host

        email = self.email

        happenings = []
        for happenings_item_data in self.happenings:
            happenings_item = happenings_item_data.value
            happenings.append(happenings_item)



        tag = self.tag

        language = self.language

        waiting = self.waiting

        failed = self.failed

        delivered_at: None | str
        if isinstance(self.delivered_at, datetime.datetime):
            delivered_at = self.delivered_at.isoformat()
        else:
            delivered_at = self.delivered_at

        failure: None | str
        failure = self.failure

        not_before: None | str
        if isinstance(self.not_before, datetime.datetime):
            not_before = self.not_before.isoformat()
        else:
            not_before = self.not_before


        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({
            "name": name,
            "host": host,
            "email": email,
            "happenings": happenings,
            "tag": tag,
            "language": language,
            "waiting": waiting,
            "failed": failed,
            "delivered_at": delivered_at,
            "failure": failure,
            "not_before": not_before,
        })

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        name = d.pop("name")

        host = d.pop("host")

        email = d.pop("email")

        happenings = []
        _happenings = d.pop("happenings")
        for happenings_item_data in (_happenings):
            happenings_item = Happening(happenings_item_data)



            happenings.append(happenings_item)


        tag = d.pop("tag")

        language = d.pop("language")

        waiting = d.pop("waiting")

        failed = d.pop("failed")

        def _parse_delivered_at(data: object) -> datetime.datetime | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                delivered_at_type_0 = datetime.datetime.fromisoformat(data)



                return delivered_at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None, data)

        delivered_at = _parse_delivered_at(d.pop("delivered_at"))


        def _parse_failure(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        failure = _parse_failure(d.pop("failure"))


        def _parse_not_before(data: object) -> datetime.datetime | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                not_before_type_0 = datetime.datetime.fromisoformat(data)



                return not_before_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None, data)

        not_before = _parse_not_before(d.pop("not_before"))


        receiver_out = cls(
            name=name,
            host=host,
            email=email,
            happenings=happenings,
            tag=tag,
            language=language,
            waiting=waiting,
            failed=failed,
            delivered_at=delivered_at,
            failure=failure,
            not_before=not_before,
        )


        receiver_out.additional_properties = d
        return receiver_out

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
