from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from ..types import UNSET, Unset
from typing import cast
import datetime

if TYPE_CHECKING:
  from ..models.new_message import NewMessage





T = TypeVar("T", bound="NewTicket")



@_attrs_define
class NewTicket:
    """ A ticket to be made.

        Example:
            {'description': 'Since Monday the tunnel is gone after an hour.', 'language': 'en', 'level': 2, 'queue':
                'Network', 'title': 'VPN drops every hour'}

        Attributes:
            title (str):
            description (str):
            environment (str | Unset):  Default: ''.
            level (int | Unset): support level that works on it Default: 1.
            queue (None | str | Unset):
            organisation (None | str | Unset):
            category (None | str | Unset):
            item (None | str | Unset): configuration item
            language (None | str | Unset):
            link (None | str | Unset):
            opened_at (datetime.datetime | None | Unset): left out: now
            messages (list[NewMessage] | Unset):
            audience (None | str | Unset): one of your audiences; may be left out if you have one alone
            source (None | str | Unset): ticket system that it comes from; for administrators
            external_id (None | str | Unset): its number there
     """

    title: str
    description: str
    environment: str | Unset = ''
    level: int | Unset = 1
    queue: None | str | Unset = UNSET
    organisation: None | str | Unset = UNSET
    category: None | str | Unset = UNSET
    item: None | str | Unset = UNSET
    language: None | str | Unset = UNSET
    link: None | str | Unset = UNSET
    opened_at: datetime.datetime | None | Unset = UNSET
    messages: list[NewMessage] | Unset = UNSET
    audience: None | str | Unset = UNSET
    source: None | str | Unset = UNSET
    external_id: None | str | Unset = UNSET





    def to_dict(self) -> dict[str, Any]:
        from ..models.new_message import NewMessage # noqa: PLC0415
        title = self.title

        description = self.description

        environment = self.environment

        level = self.level

        queue: None | str | Unset
        if isinstance(self.queue, Unset):
            queue = UNSET
        else:
            queue = self.queue

        organisation: None | str | Unset
        if isinstance(self.organisation, Unset):
            organisation = UNSET
        else:
            organisation = self.organisation

        category: None | str | Unset
        if isinstance(self.category, Unset):
            category = UNSET
        else:
            category = self.category

        item: None | str | Unset
        if isinstance(self.item, Unset):
            item = UNSET
        else:
            item = self.item

        language: None | str | Unset
        if isinstance(self.language, Unset):
            language = UNSET
        else:
            language = self.language

        link: None | str | Unset
        if isinstance(self.link, Unset):
            link = UNSET
        else:
            link = self.link

        opened_at: None | str | Unset
        if isinstance(self.opened_at, Unset):
            opened_at = UNSET
        elif isinstance(self.opened_at, datetime.datetime):
            opened_at = self.opened_at.isoformat()
        else:
            opened_at = self.opened_at

        messages: list[dict[str, Any]] | Unset = UNSET
        if not isinstance(self.messages, Unset):
            messages = []
            for messages_item_data in self.messages:
                messages_item = messages_item_data.to_dict()
                messages.append(messages_item)



        audience: None | str | Unset
        if isinstance(self.audience, Unset):
            audience = UNSET
        else:
            audience = self.audience

        source: None | str | Unset
        if isinstance(self.source, Unset):
            source = UNSET
        else:
            source = self.source

        external_id: None | str | Unset
        if isinstance(self.external_id, Unset):
            external_id = UNSET
        else:
            external_id = self.external_id


        field_dict: dict[str, Any] = {}

        field_dict.update({
            "title": title,
            "description": description,
        })
        if environment is not UNSET:
            field_dict["environment"] = environment
        if level is not UNSET:
            field_dict["level"] = level
        if queue is not UNSET:
            field_dict["queue"] = queue
        if organisation is not UNSET:
            field_dict["organisation"] = organisation
        if category is not UNSET:
            field_dict["category"] = category
        if item is not UNSET:
            field_dict["item"] = item
        if language is not UNSET:
            field_dict["language"] = language
        if link is not UNSET:
            field_dict["link"] = link
        if opened_at is not UNSET:
            field_dict["opened_at"] = opened_at
        if messages is not UNSET:
            field_dict["messages"] = messages
        if audience is not UNSET:
            field_dict["audience"] = audience
        if source is not UNSET:
            field_dict["source"] = source
        if external_id is not UNSET:
            field_dict["external_id"] = external_id

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.new_message import NewMessage # noqa: PLC0415
        d = dict(src_dict)
        title = d.pop("title")

        description = d.pop("description")

        environment = d.pop("environment", UNSET)

        level = d.pop("level", UNSET)

        def _parse_queue(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        queue = _parse_queue(d.pop("queue", UNSET))


        def _parse_organisation(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        organisation = _parse_organisation(d.pop("organisation", UNSET))


        def _parse_category(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        category = _parse_category(d.pop("category", UNSET))


        def _parse_item(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        item = _parse_item(d.pop("item", UNSET))


        def _parse_language(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        language = _parse_language(d.pop("language", UNSET))


        def _parse_link(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        link = _parse_link(d.pop("link", UNSET))


        def _parse_opened_at(data: object) -> datetime.datetime | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                opened_at_type_0 = datetime.datetime.fromisoformat(data)



                return opened_at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None | Unset, data)

        opened_at = _parse_opened_at(d.pop("opened_at", UNSET))


        _messages = d.pop("messages", UNSET)
        messages: list[NewMessage] | Unset = UNSET
        if _messages is not UNSET:
            messages = []
            for messages_item_data in _messages:
                messages_item = NewMessage.from_dict(messages_item_data)



                messages.append(messages_item)


        def _parse_audience(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        audience = _parse_audience(d.pop("audience", UNSET))


        def _parse_source(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        source = _parse_source(d.pop("source", UNSET))


        def _parse_external_id(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        external_id = _parse_external_id(d.pop("external_id", UNSET))


        new_ticket = cls(
            title=title,
            description=description,
            environment=environment,
            level=level,
            queue=queue,
            organisation=organisation,
            category=category,
            item=item,
            language=language,
            link=link,
            opened_at=opened_at,
            messages=messages,
            audience=audience,
            source=source,
            external_id=external_id,
        )

        return new_ticket

