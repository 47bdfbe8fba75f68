from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from typing import cast

if TYPE_CHECKING:
  from ..models.lacking_out import LackingOut
  from ..models.ticket_out import TicketOut





T = TypeVar("T", bound="Closed")



@_attrs_define
class Closed:
    """ What closing did.

        Example:
            {'draft_promised': True, 'lacking': {'basis': True, 'missing': ['cause'], 'reason': ''}, 'ticket': {'category':
                'VPN', 'close_code': 'solved', 'closed_at': '2026-01-06T14:30:00Z', 'description': 'Since Monday the tunnel is
                gone after an hour.', 'environment': 'Windows 11, client 5.1', 'external_id': '20260105-17', 'id': 4711, 'item':
                'vpn-gw-02', 'language': 'en', 'level': 2, 'link': 'https://tickets.example/20260105-17', 'messages':
                [{'accepted': True, 'at': '2026-01-06T14:20:00Z', 'author': 'Second level', 'id': 1, 'internal': False, 'role':
                'agent', 'text': 'The gateway ran firmware 7.1 with a known rekey fault.'}], 'opened_at':
                '2026-01-05T09:00:00Z', 'organisation': 'Own', 'queue': 'Network', 'resolution': 'Installed firmware 7.2.1 on
                vpn-gw-02; the tunnel has held for a day.', 'source': 'zammad', 'state': 'closed', 'title': 'VPN drops every
                hour', 'updated_at': '2026-01-06T14:30:00Z'}}

        Attributes:
            ticket (TicketOut): A ticket with what the reader may see of it. Example: {'category': 'VPN', 'close_code':
                'solved', 'closed_at': '2026-01-06T14:30:00Z', 'description': 'Since Monday the tunnel is gone after an hour.',
                'environment': 'Windows 11, client 5.1', 'external_id': '20260105-17', 'id': 4711, 'item': 'vpn-gw-02',
                'language': 'en', 'level': 2, 'link': 'https://tickets.example/20260105-17', 'messages': [{'accepted': True,
                'at': '2026-01-06T14:20:00Z', 'author': 'Second level', 'id': 1, 'internal': False, 'role': 'agent', 'text':
                'The gateway ran firmware 7.1 with a known rekey fault.'}], 'opened_at': '2026-01-05T09:00:00Z', 'organisation':
                'Own', 'queue': 'Network', 'resolution': 'Installed firmware 7.2.1 on vpn-gw-02; the tunnel has held for a
                day.', 'source': 'zammad', 'state': 'closed', 'title': 'VPN drops every hour', 'updated_at':
                '2026-01-06T14:30:00Z'}.
            draft_promised (bool): whether a draft article will be written from it
            lacking (LackingOut): What a ticket does not say yet of what an article needs. Example: {'basis': False,
                'missing': ['step', 'cause'], 'reason': 'only outcome'}.
     """

    ticket: TicketOut
    draft_promised: bool
    lacking: LackingOut
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)





    def to_dict(self) -> dict[str, Any]:
        from ..models.lacking_out import LackingOut # noqa: PLC0415
        from ..models.ticket_out import TicketOut # noqa: PLC0415
        ticket = self.ticket.to_dict()

        draft_promised = self.draft_promised

        lacking = self.lacking.to_dict()


        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({
            "ticket": ticket,
            "draft_promised": draft_promised,
            "lacking": lacking,
        })

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.lacking_out import LackingOut # noqa: PLC0415
        from ..models.ticket_out import TicketOut # noqa: PLC0415
        d = dict(src_dict)
        ticket = TicketOut.from_dict(d.pop("ticket"))




        draft_promised = d.pop("draft_promised")

        lacking = LackingOut.from_dict(d.pop("lacking"))




        closed = cls(
            ticket=ticket,
            draft_promised=draft_promised,
            lacking=lacking,
        )


        closed.additional_properties = d
        return closed

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
