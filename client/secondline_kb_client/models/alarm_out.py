from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from typing import cast
import datetime






T = TypeVar("T", bound="AlarmOut")



@_attrs_define
class AlarmOut:
    """ An alarm as its monitoring system told it.

        Example:
            {'host': 'srv-db-01', 'id': 3, 'link': 'https://prometheus.example/graph', 'name': 'DiskFull', 'runbook':
                'https://kb.example/articles/KB-12', 'service': 'node', 'severity': 'critical', 'started_at':
                '2026-01-05T09:00:00Z', 'summary': 'The disk of srv-db-01 is 98 % full.'}

        Attributes:
            id (int):
            name (str):
            host (str):
            service (str):
            severity (str):
            summary (str):
            link (None | str):
            runbook (None | str):
            started_at (datetime.datetime):
            ended_at (datetime.datetime | None): null: it is still firing
            ticket_id (int | None): the ticket that the alarm itself names
            note (None | str): what was done about it
            case_id (int | None): the ticket that it has become
     """

    id: int
    name: str
    host: str
    service: str
    severity: str
    summary: str
    link: None | str
    runbook: None | str
    started_at: datetime.datetime
    ended_at: datetime.datetime | None
    ticket_id: int | None
    note: None | str
    case_id: int | None
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)





    def to_dict(self) -> dict[str, Any]:
        id = self.id

        name = self.name

        host = self.host

        service = self.service

        severity = self.severity

        summary = self.summary

        link: None | str
        link = self.link

        runbook: None | str
        runbook = self.runbook

        started_at = self.started_at.isoformat()

        ended_at: None | str
        if isinstance(self.ended_at, datetime.datetime):
            ended_at = self.ended_at.isoformat()
        else:
            ended_at = self.ended_at

        ticket_id: int | None
        ticket_id = self.ticket_id

        note: None | str
        note = self.note

        case_id: int | None
        case_id = self.case_id


        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({
            "id": id,
            "name": name,
            "host": host,
            "service": service,
            "severity": severity,
            "summary": summary,
            "link": link,
            "runbook": runbook,
            "started_at": started_at,
            "ended_at": ended_at,
            "ticket_id": ticket_id,
            "note": note,
            "case_id": case_id,
        })

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        id = d.pop("id")

        name = d.pop("name")

        host = d.pop("host")

        service = d.pop("service")

        severity = d.pop("severity")

        summary = d.pop("summary")

        def _parse_link(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        link = _parse_link(d.pop("link"))


        def _parse_runbook(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        runbook = _parse_runbook(d.pop("runbook"))


        started_at = datetime.datetime.fromisoformat(d.pop("started_at"))




        def _parse_ended_at(data: object) -> datetime.datetime | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                ended_at_type_0 = datetime.datetime.fromisoformat(data)



                return ended_at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None, data)

        ended_at = _parse_ended_at(d.pop("ended_at"))


        def _parse_ticket_id(data: object) -> int | None:
            if data is None:
                return data
            return cast(int | None, data)

        ticket_id = _parse_ticket_id(d.pop("ticket_id"))


        def _parse_note(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        note = _parse_note(d.pop("note"))


        def _parse_case_id(data: object) -> int | None:
            if data is None:
                return data
            return cast(int | None, data)

        case_id = _parse_case_id(d.pop("case_id"))


        alarm_out = cls(
            id=id,
            name=name,
            host=host,
            service=service,
            severity=severity,
            summary=summary,
            link=link,
            runbook=runbook,
            started_at=started_at,
            ended_at=ended_at,
            ticket_id=ticket_id,
            note=note,
            case_id=case_id,
        )


        alarm_out.additional_properties = d
        return alarm_out

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
