from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from ..types import UNSET, Unset
from typing import cast
from typing import Literal, cast

if TYPE_CHECKING:
  from ..models.lag_out import LagOut





T = TypeVar("T", bound="Ready")



@_attrs_define
class Ready:
    """ The parts that are needed answer.

        Example:
            {'lag': {'changes': 0, 'documents': 0, 'passages': 0}, 'model': 'shipped:secondline-de-nl-en#53aa5117',
                'status': 'ready'}

        Attributes:
            status (Literal['ready'] | Unset):  Default: 'ready'.
            model (None | str | Unset): the model in use; for administrators
            lag (LagOut | None | Unset): for administrators
     """

    status: Literal['ready'] | Unset = 'ready'
    model: None | str | Unset = UNSET
    lag: LagOut | None | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)





    def to_dict(self) -> dict[str, Any]:
        from ..models.lag_out import LagOut # noqa: PLC0415
        status = self.status

        model: None | str | Unset
        if isinstance(self.model, Unset):
            model = UNSET
        else:
            model = self.model

        lag: dict[str, Any] | None | Unset
        if isinstance(self.lag, Unset):
            lag = UNSET
        elif isinstance(self.lag, LagOut):
            lag = self.lag.to_dict()
        else:
            lag = self.lag


        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({
        })
        if status is not UNSET:
            field_dict["status"] = status
        if model is not UNSET:
            field_dict["model"] = model
        if lag is not UNSET:
            field_dict["lag"] = lag

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.lag_out import LagOut # noqa: PLC0415
        d = dict(src_dict)
        status = cast(Literal['ready'] | Unset , d.pop("status", UNSET))
        if status != 'ready'and not isinstance(status, Unset):
            raise ValueError(f"status must match const 'ready', got '{status}'")

        def _parse_model(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        model = _parse_model(d.pop("model", UNSET))


        def _parse_lag(data: object) -> LagOut | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                lag_type_0 = LagOut.from_dict(data)



                return lag_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(LagOut | None | Unset, data)

        lag = _parse_lag(d.pop("lag", UNSET))


        ready = cls(
            status=status,
            model=model,
            lag=lag,
        )


        ready.additional_properties = d
        return ready

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
