from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from ..models.licence import Licence
from ..models.role import Role
from typing import cast
import datetime






T = TypeVar("T", bound="Me")



@_attrs_define
class Me:
    """ The person whose token was sent.

        Example:
            {'email': 'kim@own.example', 'id': 7, 'language': 'nl', 'licence': 'publisher', 'name': 'Kim Example',
                'organisation': 'Own', 'roles': ['publisher', 'second_level_engineer']}

        Attributes:
            id (int):
            name (str):
            email (str):
            organisation (str):
            language (str):
            roles (list[Role]):
            licence (Licence | None): how far your word on articles goes
            until (datetime.datetime | None):
     """

    id: int
    name: str
    email: str
    organisation: str
    language: str
    roles: list[Role]
    licence: Licence | None
    until: datetime.datetime | None
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)





    def to_dict(self) -> dict[str, Any]:
        id = self.id

        name = self.name

        email = self.email

        organisation = self.organisation

        language = self.language

        roles = []
        for roles_item_data in self.roles:
            roles_item = roles_item_data.value
            roles.append(roles_item)



        licence: None | str
        if isinstance(self.licence, Licence):
            licence = self.licence.value
        else:
            licence = self.licence

        until: None | str
        if isinstance(self.until, datetime.datetime):
            until = self.until.isoformat()
        else:
            until = self.until


        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({
            "id": id,
            "name": name,
            "email": email,
            "organisation": organisation,
            "language": language,
            "roles": roles,
            "licence": licence,
            "until": until,
        })

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        id = d.pop("id")

        name = d.pop("name")

        email = d.pop("email")

        organisation = d.pop("organisation")

        language = d.pop("language")

        roles = []
        _roles = d.pop("roles")
        for roles_item_data in (_roles):
            roles_item = Role(roles_item_data)



            roles.append(roles_item)


        def _parse_licence(data: object) -> Licence | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                licence_type_0 = Licence(data)



                return licence_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(Licence | None, data)

        licence = _parse_licence(d.pop("licence"))


        def _parse_until(data: object) -> datetime.datetime | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                until_type_0 = datetime.datetime.fromisoformat(data)



                return until_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None, data)

        until = _parse_until(d.pop("until"))


        me = cls(
            id=id,
            name=name,
            email=email,
            organisation=organisation,
            language=language,
            roles=roles,
            licence=licence,
            until=until,
        )


        me.additional_properties = d
        return me

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
