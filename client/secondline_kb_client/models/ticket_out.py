from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from ..models.ticket_state import TicketState
from typing import cast
import datetime

if TYPE_CHECKING:
  from ..models.message_out import MessageOut





T = TypeVar("T", bound="TicketOut")



@_attrs_define
class TicketOut:
    """ A ticket with what the reader may see of it.

        Example:
            {'category': 'VPN', 'close_code': 'solved', 'closed_at': '2026-01-06T14:30:00Z', 'description': 'Since Monday
                the tunnel is gone after an hour.', 'environment': 'Windows 11, client 5.1', 'external_id': '20260105-17', 'id':
                4711, 'item': 'vpn-gw-02', 'language': 'en', 'level': 2, 'link': 'https://tickets.example/20260105-17',
                'messages': [{'accepted': True, 'at': '2026-01-06T14:20:00Z', 'author': 'Second level', 'id': 1, 'internal':
                False, 'role': 'agent', 'text': 'The gateway ran firmware 7.1 with a known rekey fault.'}], 'opened_at':
                '2026-01-05T09:00:00Z', 'organisation': 'Own', 'queue': 'Network', 'resolution': 'Installed firmware 7.2.1 on
                vpn-gw-02; the tunnel has held for a day.', 'source': 'zammad', 'state': 'closed', 'title': 'VPN drops every
                hour', 'updated_at': '2026-01-06T14:30:00Z'}

        Attributes:
            id (int):
            source (str):
            external_id (str):
            title (str):
            state (TicketState): Where a ticket stands.
            level (int):
            queue (None | str):
            category (None | str):
            item (None | str):
            language (None | str):
            link (None | str):
            opened_at (datetime.datetime):
            updated_at (datetime.datetime):
            closed_at (datetime.datetime | None):
            description (str):
            environment (str):
            organisation (None | str):
            resolution (None | str):
            close_code (None | str):
            messages (list[MessageOut]):
     """

    id: int
    source: str
    external_id: str
    title: str
    state: TicketState
    level: int
    queue: None | str
    category: None | str
    item: None | str
    language: None | str
    link: None | str
    opened_at: datetime.datetime
    updated_at: datetime.datetime
    closed_at: datetime.datetime | None
    description: str
    environment: str
    organisation: None | str
    resolution: None | str
    close_code: None | str
    messages: list[MessageOut]
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)





    def to_dict(self) -> dict[str, Any]:
        from ..models.message_out import MessageOut # noqa: PLC0415
        id = self.id

        source = self.source

        external_id = self.external_id

        title = self.title

        state = self.state.value

        level = self.level

        queue: None | str
        queue = self.queue

        category: None | str
        category = self.category

        item: None | str
        item = self.item

        language: None | str
        language = self.language

        link: None | str
        link = self.link

        opened_at = self.opened_at.isoformat()

        updated_at = self.updated_at.isoformat()

        closed_at: None | str
        if isinstance(self.closed_at, datetime.datetime):
            closed_at = self.closed_at.isoformat()
        else:
            closed_at = self.closed_at

        description = self.description

        environment = self.environment

        organisation: None | str
        organisation = self.organisation

        resolution: None | str
        resolution = self.resolution

        close_code: None | str
        close_code = self.close_code

        messages = []
        for messages_item_data in self.messages:
            messages_item = messages_item_data.to_dict()
            messages.append(messages_item)




        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({
            "id": id,
            "source": source,
            "external_id": external_id,
            "title": title,
            "state": state,
            "level": level,
            "queue": queue,
            "category": category,
            "item": item,
            "language": language,
            "link": link,
            "opened_at": opened_at,
            "updated_at": updated_at,
            "closed_at": closed_at,
            "description": description,
            "environment": environment,
            "organisation": organisation,
            "resolution": resolution,
            "close_code": close_code,
            "messages": messages,
        })

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.message_out import MessageOut # noqa: PLC0415
        d = dict(src_dict)
        id = d.pop("id")

        source = d.pop("source")

        external_id = d.pop("external_id")

        title = d.pop("title")

        state = TicketState(d.pop("state"))




        level = d.pop("level")

        def _parse_queue(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        queue = _parse_queue(d.pop("queue"))


        def _parse_category(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        category = _parse_category(d.pop("category"))


        def _parse_item(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        item = _parse_item(d.pop("item"))


        def _parse_language(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        language = _parse_language(d.pop("language"))


        def _parse_link(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        link = _parse_link(d.pop("link"))


        opened_at = datetime.datetime.fromisoformat(d.pop("opened_at"))




        updated_at = datetime.datetime.fromisoformat(d.pop("updated_at"))




        def _parse_closed_at(data: object) -> datetime.datetime | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                closed_at_type_0 = datetime.datetime.fromisoformat(data)



                return closed_at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None, data)

        closed_at = _parse_closed_at(d.pop("closed_at"))


        description = d.pop("description")

        environment = d.pop("environment")

        def _parse_organisation(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        organisation = _parse_organisation(d.pop("organisation"))


        def _parse_resolution(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        resolution = _parse_resolution(d.pop("resolution"))


        def _parse_close_code(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        close_code = _parse_close_code(d.pop("close_code"))


        messages = []
        _messages = d.pop("messages")
        for messages_item_data in (_messages):
            messages_item = MessageOut.from_dict(messages_item_data)



            messages.append(messages_item)


        ticket_out = cls(
            id=id,
            source=source,
            external_id=external_id,
            title=title,
            state=state,
            level=level,
            queue=queue,
            category=category,
            item=item,
            language=language,
            link=link,
            opened_at=opened_at,
            updated_at=updated_at,
            closed_at=closed_at,
            description=description,
            environment=environment,
            organisation=organisation,
            resolution=resolution,
            close_code=close_code,
            messages=messages,
        )


        ticket_out.additional_properties = d
        return ticket_out

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
