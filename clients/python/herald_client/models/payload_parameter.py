from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from typing import Literal, cast






T = TypeVar("T", bound="PayloadParameter")



@_attrs_define
class PayloadParameter:
    """ 
        Attributes:
            payload (str): The data that come back when the button is tapped.
            type_ (Literal['payload']): The kind.
     """

    payload: str
    type_: Literal['payload']





    def to_dict(self) -> dict[str, Any]:
        payload = self.payload

        type_ = self.type_


        field_dict: dict[str, Any] = {}

        field_dict.update({
            "payload": payload,
            "type": type_,
        })

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        payload = d.pop("payload")

        type_ = cast(Literal['payload'] , d.pop("type"))
        if type_ != 'payload':
            raise ValueError(f"type must match const 'payload', got '{type_}'")

        payload_parameter = cls(
            payload=payload,
            type_=type_,
        )

        return payload_parameter

