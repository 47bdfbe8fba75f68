from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from ..types import UNSET, Unset






T = TypeVar("T", bound="Answers")



@_attrs_define
class Answers:
    """ Answers to what `GET /tickets/{id}/closing` says is missing; they join the resolution.

        Attributes:
            step (str | Unset): what was done, so that others can repeat it Default: ''.
            cause (str | Unset):  Default: ''.
            exact (str | Unset): the command or setting, letter by letter Default: ''.
            version (str | Unset):  Default: ''.
            verification (str | Unset): how it was checked that it works Default: ''.
     """

    step: str | Unset = ''
    cause: str | Unset = ''
    exact: str | Unset = ''
    version: str | Unset = ''
    verification: str | Unset = ''





    def to_dict(self) -> dict[str, Any]:
        step = self.step

        cause = self.cause

        exact = self.exact

        version = self.version

        verification = self.verification


        field_dict: dict[str, Any] = {}

        field_dict.update({
        })
        if step is not UNSET:
            field_dict["step"] = step
        if cause is not UNSET:
            field_dict["cause"] = cause
        if exact is not UNSET:
            field_dict["exact"] = exact
        if version is not UNSET:
            field_dict["version"] = version
        if verification is not UNSET:
            field_dict["verification"] = verification

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        step = d.pop("step", UNSET)

        cause = d.pop("cause", UNSET)

        exact = d.pop("exact", UNSET)

        version = d.pop("version", UNSET)

        verification = d.pop("verification", UNSET)

        answers = cls(
            step=step,
            cause=cause,
            exact=exact,
            version=version,
            verification=verification,
        )

        return answers

