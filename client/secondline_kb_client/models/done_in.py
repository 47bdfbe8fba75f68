from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from ..models.outcome import Outcome
from ..types import UNSET, Unset






T = TypeVar("T", bound="DoneIn")



@_attrs_define
class DoneIn:
    """ What came of a step that had to be tried.

        Attributes:
            outcome (Outcome): What came of a step that had to be tried.
            note (str | Unset): needed where it could not be done Default: ''.
     """

    outcome: Outcome
    note: str | Unset = ''





    def to_dict(self) -> dict[str, Any]:
        outcome = self.outcome.value

        note = self.note


        field_dict: dict[str, Any] = {}

        field_dict.update({
            "outcome": outcome,
        })
        if note is not UNSET:
            field_dict["note"] = note

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        outcome = Outcome(d.pop("outcome"))




        note = d.pop("note", UNSET)

        done_in = cls(
            outcome=outcome,
            note=note,
        )

        return done_in

