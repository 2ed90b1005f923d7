from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from ..types import UNSET, Unset
from typing import Literal, cast






T = TypeVar("T", bound="PhoneButton")



@_attrs_define
class PhoneButton:
    """ 
        Attributes:
            phone (str): The number that the button dials.
            title (str): The title. Liquid.
            type_ (Literal['PHONE_NUMBER']): The kind.
            id (str | Unset): The identifier.
     """

    phone: str
    title: str
    type_: Literal['PHONE_NUMBER']
    id: str | Unset = UNSET





    def to_dict(self) -> dict[str, Any]:
        phone = self.phone

        title = self.title

        type_ = self.type_

        id = self.id


        field_dict: dict[str, Any] = {}

        field_dict.update({
            "phone": phone,
            "title": title,
            "type": type_,
        })
        if id is not UNSET:
            field_dict["id"] = id

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        phone = d.pop("phone")

        title = d.pop("title")

        type_ = cast(Literal['PHONE_NUMBER'] , d.pop("type"))
        if type_ != 'PHONE_NUMBER':
            raise ValueError(f"type must match const 'PHONE_NUMBER', got '{type_}'")

        id = d.pop("id", UNSET)

        phone_button = cls(
            phone=phone,
            title=title,
            type_=type_,
            id=id,
        )

        return phone_button

