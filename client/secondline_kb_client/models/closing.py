from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from ..types import UNSET, Unset
from typing import cast

if TYPE_CHECKING:
  from ..models.answers import Answers





T = TypeVar("T", bound="Closing")



@_attrs_define
class Closing:
    """ How the ticket was solved.

        Example:
            {'answers': {'cause': 'Firmware 7.1 has a rekey fault.'}, 'close_code': 'solved', 'resolution': 'Installed
                firmware 7.2.1 on vpn-gw-02.'}

        Attributes:
            resolution (str):
            answers (Answers | Unset): Answers to what `GET /tickets/{id}/closing` says is missing; they join the
                resolution.
            close_code (None | str | Unset):
     """

    resolution: str
    answers: Answers | Unset = UNSET
    close_code: None | str | Unset = UNSET





    def to_dict(self) -> dict[str, Any]:
        from ..models.answers import Answers # noqa: PLC0415
        resolution = self.resolution

        answers: dict[str, Any] | Unset = UNSET
        if not isinstance(self.answers, Unset):
            answers = self.answers.to_dict()

        close_code: None | str | Unset
        if isinstance(self.close_code, Unset):
            close_code = UNSET
        else:
            close_code = self.close_code


        field_dict: dict[str, Any] = {}

        field_dict.update({
            "resolution": resolution,
        })
        if answers is not UNSET:
            field_dict["answers"] = answers
        if close_code is not UNSET:
            field_dict["close_code"] = close_code

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.answers import Answers # noqa: PLC0415
        d = dict(src_dict)
        resolution = d.pop("resolution")

        _answers = d.pop("answers", UNSET)
        answers: Answers | Unset
        if isinstance(_answers,  Unset):
            answers = UNSET
        else:
            answers = Answers.from_dict(_answers)




        def _parse_close_code(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        close_code = _parse_close_code(d.pop("close_code", UNSET))


        closing = cls(
            resolution=resolution,
            answers=answers,
            close_code=close_code,
        )

        return closing

