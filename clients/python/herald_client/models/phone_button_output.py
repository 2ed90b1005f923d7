from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from typing import cast
from typing import Literal, cast






T = TypeVar("T", bound="PhoneButtonOutput")



@_attrs_define
class PhoneButtonOutput:
    """ 
        Attributes:
            id (None | str): The identifier.
            phone (str): The number that the button dials.
            title (str): The title. Liquid.
            type_ (Literal['PHONE_NUMBER']): The kind.
     """

    id: None | str
    phone: str
    title: str
    type_: Literal['PHONE_NUMBER']





    def to_dict(self) -> dict[str, Any]:
        id: None | str
        id = self.id

        phone = self.phone

        title = self.title

        type_ = self.type_


        field_dict: dict[str, Any] = {}

        field_dict.update({
            "id": id,
            "phone": phone,
            "title": title,
            "type": type_,
        })

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        def _parse_id(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        id = _parse_id(d.pop("id"))


        phone = d.pop("phone")

        title = d.pop("title")

        type_ = cast(Literal['PHONE_NUMBER'] , d.pop("type"))
        if type_ != 'PHONE_NUMBER':
            raise ValueError(f"type must match const 'PHONE_NUMBER', got '{type_}'")

        phone_button_output = cls(
            id=id,
            phone=phone,
            title=title,
            type_=type_,
        )

        return phone_button_output

