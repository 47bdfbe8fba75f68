from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from ..models.article_state import ArticleState
from typing import cast
import datetime

if TYPE_CHECKING:
  from ..models.duplicate_out import DuplicateOut
  from ..models.statement_out import StatementOut





T = TypeVar("T", bound="SavedOut")



@_attrs_define
class SavedOut:
    """ A draft as it was saved or published, and what says nearly the same: a warning, no error.

        Example:
            {'audience': 'internal', 'created_at': '2026-01-06T14:31:00Z', 'duplicates': [{'article_id': 7, 'number':
                'KB-7', 'similarity': 0.81, 'state': 'published', 'title': 'VPN tunnel drops every hour'}], 'id': 12,
                'language': 'en', 'markdown': '## Resolution\\n\\n1. Install firmware 7.2.1.\\n', 'number': 'KB-12', 'reopened':
                False, 'state': 'draft', 'statements': [{'evidence': [{'end': 25, 'part': 'resolution', 'quote': 'Installed
                firmware 7.2.1 on', 'start': 0, 'ticket_id': 4711}], 'kind': 'step', 'section': 'resolution', 'supported': True,
                'text': 'Install firmware 7.2.1.'}], 'ticket_id': 4711, 'title': 'VPN tunnel drops every hour with firmware
                7.1', 'updated_at': '2026-01-06T14:31:00Z', 'version': 1}

        Attributes:
            id (int):
            number (str):
            title (str):
            state (ArticleState): Where an article stands; only published ones are found.
            audience (str):
            language (None | str):
            version (int): the newest version; edits start from it
            published_version (int | None):
            ticket_id (int | None):
            reopened (bool): the ticket is open again: what solved it may not have
            created_at (datetime.datetime):
            updated_at (datetime.datetime):
            markdown (str):
            statements (list[StatementOut]):
            duplicates (list[DuplicateOut]): articles that you may see, nearest first
     """

    id: int
    number: str
    title: str
    state: ArticleState
    audience: str
    language: None | str
    version: int
    published_version: int | None
    ticket_id: int | None
    reopened: bool
    created_at: datetime.datetime
    updated_at: datetime.datetime
    markdown: str
    statements: list[StatementOut]
    duplicates: list[DuplicateOut]
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)





    def to_dict(self) -> dict[str, Any]:
        from ..models.duplicate_out import DuplicateOut # noqa: PLC0415
        from ..models.statement_out import StatementOut # noqa: PLC0415
        id = self.id

        number = self.number

        title = self.title

        state = self.state.value

        audience = self.audience

        language: None | str
        language = self.language

        version = self.version

        published_version: int | None
        published_version = self.published_version

        ticket_id: int | None
        ticket_id = self.ticket_id

        reopened = self.reopened

        created_at = self.created_at.isoformat()

        updated_at = self.updated_at.isoformat()

        markdown = self.markdown

        statements = []
        for statements_item_data in self.statements:
            statements_item = statements_item_data.to_dict()
            statements.append(statements_item)



        duplicates = []
        for duplicates_item_data in self.duplicates:
            duplicates_item = duplicates_item_data.to_dict()
            duplicates.append(duplicates_item)




        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({
            "id": id,
            "number": number,
            "title": title,
            "state": state,
            "audience": audience,
            "language": language,
            "version": version,
            "published_version": published_version,
            "ticket_id": ticket_id,
            "reopened": reopened,
            "created_at": created_at,
            "updated_at": updated_at,
            "markdown": markdown,
            "statements": statements,
            "duplicates": duplicates,
        })

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.duplicate_out import DuplicateOut # noqa: PLC0415
        from ..models.statement_out import StatementOut # noqa: PLC0415
        d = dict(src_dict)
        id = d.pop("id")

        number = d.pop("number")

        title = d.pop("title")

        state = ArticleState(d.pop("state"))




        audience = d.pop("audience")

        def _parse_language(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        language = _parse_language(d.pop("language"))


        version = d.pop("version")

        def _parse_published_version(data: object) -> int | None:
            if data is None:
                return data
            return cast(int | None, data)

        published_version = _parse_published_version(d.pop("published_version"))


        def _parse_ticket_id(data: object) -> int | None:
            if data is None:
                return data
            return cast(int | None, data)

        ticket_id = _parse_ticket_id(d.pop("ticket_id"))


        reopened = d.pop("reopened")

        created_at = datetime.datetime.fromisoformat(d.pop("created_at"))




        updated_at = datetime.datetime.fromisoformat(d.pop("updated_at"))




        markdown = d.pop("markdown")

        statements = []
        _statements = d.pop("statements")
        for statements_item_data in (_statements):
            statements_item = StatementOut.from_dict(statements_item_data)



            statements.append(statements_item)


        duplicates = []
        _duplicates = d.pop("duplicates")
        for duplicates_item_data in (_duplicates):
            duplicates_item = DuplicateOut.from_dict(duplicates_item_data)



            duplicates.append(duplicates_item)


        saved_out = cls(
            id=id,
            number=number,
            title=title,
            state=state,
            audience=audience,
            language=language,
            version=version,
            published_version=published_version,
            ticket_id=ticket_id,
            reopened=reopened,
            created_at=created_at,
            updated_at=updated_at,
            markdown=markdown,
            statements=statements,
            duplicates=duplicates,
        )


        saved_out.additional_properties = d
        return saved_out

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
