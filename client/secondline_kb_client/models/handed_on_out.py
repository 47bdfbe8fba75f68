from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from ..models.ticket_state import TicketState
from typing import cast
import datetime






T = TypeVar("T", bound="HandedOnOut")



@_attrs_define
class HandedOnOut:
    """ A case that was handed on, and how it stands there.

        Example:
            {'answer': 'Fixed in 7.2.', 'answered_at': '2026-01-08T08:00:00Z', 'at': '2026-01-07T08:00:00Z', 'external_id':
                'VPN-31', 'id': 4, 'link': 'https://jira.example/browse/VPN-31', 'scope': 'VPN', 'source': 'developers',
                'state': 'resolved', 'text': 'Seen at two sites since Monday. The log of the gateway is below.', 'title':
                'Tunnel drops every hour with firmware 7.1'}

        Attributes:
            id (int):
            source (str):
            scope (str):
            title (str):
            text (str): all that went out, in Markdown
            at (datetime.datetime):
            external_id (None | str): null: it is on its way
            link (None | str):
            state (None | TicketState): null: not read back yet, or gone there
            answer (None | str): what solved it there
            answered_at (datetime.datetime | None):
     """

    id: int
    source: str
    scope: str
    title: str
    text: str
    at: datetime.datetime
    external_id: None | str
    link: None | str
    state: None | TicketState
    answer: None | str
    answered_at: datetime.datetime | None
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)





    def to_dict(self) -> dict[str, Any]:
        id = self.id

        source = self.source

        scope = self.scope

        title = self.title

        text = self.text

        at = self.at.isoformat()

        external_id: None | str
        external_id = self.external_id

        link: None | str
        link = self.link

        state: None | str
        if isinstance(self.state, TicketState):
            state = self.state.value
        else:
            state = self.state

        answer: None | str
        answer = self.answer

        answered_at: None | str
        if isinstance(self.answered_at, datetime.datetime):
            answered_at = self.answered_at.isoformat()
        else:
            answered_at = self.answered_at


        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({
            "id": id,
            "source": source,
            "scope": scope,
            "title": title,
            "text": text,
            "at": at,
            "external_id": external_id,
            "link": link,
            "state": state,
            "answer": answer,
            "answered_at": answered_at,
        })

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        id = d.pop("id")

        source = d.pop("source")

        scope = d.pop("scope")

        title = d.pop("title")

        text = d.pop("text")

        at = datetime.datetime.fromisoformat(d.pop("at"))




        def _parse_external_id(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        external_id = _parse_external_id(d.pop("external_id"))


        def _parse_link(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        link = _parse_link(d.pop("link"))


        def _parse_state(data: object) -> None | TicketState:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                state_type_0 = TicketState(data)



                return state_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | TicketState, data)

        state = _parse_state(d.pop("state"))


        def _parse_answer(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        answer = _parse_answer(d.pop("answer"))


        def _parse_answered_at(data: object) -> datetime.datetime | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                answered_at_type_0 = datetime.datetime.fromisoformat(data)



                return answered_at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None, data)

        answered_at = _parse_answered_at(d.pop("answered_at"))


        handed_on_out = cls(
            id=id,
            source=source,
            scope=scope,
            title=title,
            text=text,
            at=at,
            external_id=external_id,
            link=link,
            state=state,
            answer=answer,
            answered_at=answered_at,
        )


        handed_on_out.additional_properties = d
        return handed_on_out

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
