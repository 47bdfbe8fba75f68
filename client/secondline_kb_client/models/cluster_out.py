from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from typing import cast

if TYPE_CHECKING:
  from ..models.cluster_ticket_out import ClusterTicketOut





T = TypeVar("T", bound="ClusterOut")



@_attrs_define
class ClusterOut:
    """ Solved tickets that tell of the same problem and have no article.

        Example:
            {'audience': 'internal', 'id': 4711, 'size': 2, 'tickets': [{'id': 4711, 'number': 'INC-4711', 'title': 'VPN
                tunnel drops every hour'}, {'id': 4655, 'number': 'INC-4655', 'title': 'VPN gone after an hour'}]}

        Attributes:
            id (int): that of its first ticket
            size (int): how many tickets; the list begins with the largest
            audience (str): who may read all of them, and the draft
            tickets (list[ClusterTicketOut]): the most typical one, then the nearest to it; at most 20
     """

    id: int
    size: int
    audience: str
    tickets: list[ClusterTicketOut]
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)





    def to_dict(self) -> dict[str, Any]:
        from ..models.cluster_ticket_out import ClusterTicketOut # noqa: PLC0415
        id = self.id

        size = self.size

        audience = self.audience

        tickets = []
        for tickets_item_data in self.tickets:
            tickets_item = tickets_item_data.to_dict()
            tickets.append(tickets_item)




        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({
            "id": id,
            "size": size,
            "audience": audience,
            "tickets": tickets,
        })

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.cluster_ticket_out import ClusterTicketOut # noqa: PLC0415
        d = dict(src_dict)
        id = d.pop("id")

        size = d.pop("size")

        audience = d.pop("audience")

        tickets = []
        _tickets = d.pop("tickets")
        for tickets_item_data in (_tickets):
            tickets_item = ClusterTicketOut.from_dict(tickets_item_data)



            tickets.append(tickets_item)


        cluster_out = cls(
            id=id,
            size=size,
            audience=audience,
            tickets=tickets,
        )


        cluster_out.additional_properties = d
        return cluster_out

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
