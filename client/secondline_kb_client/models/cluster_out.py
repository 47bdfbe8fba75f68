from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from ..models.verdict import Verdict
from typing import cast

if TYPE_CHECKING:
  from ..models.cluster_ticket_out import ClusterTicketOut
  from ..models.compared_out import ComparedOut
  from ..models.named_out import NamedOut





T = TypeVar("T", bound="ClusterOut")



@_attrs_define
class ClusterOut:
    """ Solved tickets that tell of the same problem and have no article.

        Example:
            {'article': {'id': 12, 'number': 'KB-12', 'title': 'VPN tunnel drops every hour'}, 'audience': 'internal',
                'candidates': [{'article': {'id': 12, 'number': 'KB-12', 'title': 'VPN tunnel drops'}, 'same_issue': 0.8,
                'same_steps': 1.0}], 'id': 4711, 'reason': 'an article says all of this already', 'size': 2, 'tickets': [{'id':
                4711, 'number': 'INC-4711', 'title': 'VPN tunnel drops every hour'}, {'id': 4655, 'number': 'INC-4655', 'title':
                'VPN gone after an hour'}], 'verdict': 'link'}

        Attributes:
            id (int): that of its first ticket
            size (int): how many tickets; the list begins with the largest
            audience (str): who may read all of them, and the draft
            tickets (list[ClusterTicketOut]): the most typical one, then the nearest to it; at most 20
            verdict (Verdict): What to do with a solved ticket.
            reason (str):
            article (NamedOut | None): the one to link or to change
            candidates (list[ComparedOut]):
     """

    id: int
    size: int
    audience: str
    tickets: list[ClusterTicketOut]
    verdict: Verdict
    reason: str
    article: NamedOut | None
    candidates: list[ComparedOut]
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)





    def to_dict(self) -> dict[str, Any]:
        from ..models.cluster_ticket_out import ClusterTicketOut # noqa: PLC0415
        from ..models.compared_out import ComparedOut # noqa: PLC0415
        from ..models.named_out import NamedOut # noqa: PLC0415
        id = self.id

        size = self.size

        audience = self.audience

        tickets = []
        for tickets_item_data in self.tickets:
            tickets_item = tickets_item_data.to_dict()
            tickets.append(tickets_item)



        verdict = self.verdict.value

        reason = self.reason

        article: dict[str, Any] | None
        if isinstance(self.article, NamedOut):
            article = self.article.to_dict()
        else:
            article = self.article

        candidates = []
        for candidates_item_data in self.candidates:
            candidates_item = candidates_item_data.to_dict()
            candidates.append(candidates_item)




        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({
            "id": id,
            "size": size,
            "audience": audience,
            "tickets": tickets,
            "verdict": verdict,
            "reason": reason,
            "article": article,
            "candidates": candidates,
        })

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.cluster_ticket_out import ClusterTicketOut # noqa: PLC0415
        from ..models.compared_out import ComparedOut # noqa: PLC0415
        from ..models.named_out import NamedOut # noqa: PLC0415
        d = dict(src_dict)
        id = d.pop("id")

        size = d.pop("size")

        audience = d.pop("audience")

        tickets = []
        _tickets = d.pop("tickets")
        for tickets_item_data in (_tickets):
            tickets_item = ClusterTicketOut.from_dict(tickets_item_data)



            tickets.append(tickets_item)


        verdict = Verdict(d.pop("verdict"))




        reason = d.pop("reason")

        def _parse_article(data: object) -> NamedOut | None:
            if data is None:
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                article_type_0 = NamedOut.from_dict(data)



                return article_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(NamedOut | None, data)

        article = _parse_article(d.pop("article"))


        candidates = []
        _candidates = d.pop("candidates")
        for candidates_item_data in (_candidates):
            candidates_item = ComparedOut.from_dict(candidates_item_data)



            candidates.append(candidates_item)


        cluster_out = cls(
            id=id,
            size=size,
            audience=audience,
            tickets=tickets,
            verdict=verdict,
            reason=reason,
            article=article,
            candidates=candidates,
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
