from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from typing import cast

if TYPE_CHECKING:
  from ..models.evidence_out import EvidenceOut





T = TypeVar("T", bound="StatementOut")



@_attrs_define
class StatementOut:
    """ A sentence, step or code block, with the evidence that you may see.

        Attributes:
            section (str):
            kind (str):
            text (str):
            supported (bool): whether there is any evidence, visible to you or not
            evidence (list[EvidenceOut]):
     """

    section: str
    kind: str
    text: str
    supported: bool
    evidence: list[EvidenceOut]
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)





    def to_dict(self) -> dict[str, Any]:
        from ..models.evidence_out import EvidenceOut # noqa: PLC0415
        section = self.section

        kind = self.kind

        text = self.text

        supported = self.supported

        evidence = []
        for evidence_item_data in self.evidence:
            evidence_item = evidence_item_data.to_dict()
            evidence.append(evidence_item)




        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({
            "section": section,
            "kind": kind,
            "text": text,
            "supported": supported,
            "evidence": evidence,
        })

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.evidence_out import EvidenceOut # noqa: PLC0415
        d = dict(src_dict)
        section = d.pop("section")

        kind = d.pop("kind")

        text = d.pop("text")

        supported = d.pop("supported")

        evidence = []
        _evidence = d.pop("evidence")
        for evidence_item_data in (_evidence):
            evidence_item = EvidenceOut.from_dict(evidence_item_data)



            evidence.append(evidence_item)


        statement_out = cls(
            section=section,
            kind=kind,
            text=text,
            supported=supported,
            evidence=evidence,
        )


        statement_out.additional_properties = d
        return statement_out

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
