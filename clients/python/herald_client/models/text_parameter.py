from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from ..types import UNSET, Unset
from typing import Literal, cast






T = TypeVar("T", bound="TextParameter")



@_attrs_define
class TextParameter:
    """ 
        Attributes:
            text (str): The text. Liquid.
            type_ (Literal['text']): The kind.
            parameter_name (str | Unset): The name of the variable in the template.
     """

    text: str
    type_: Literal['text']
    parameter_name: str | Unset = UNSET





    def to_dict(self) -> dict[str, Any]:
        text = self.text

        type_ = self.type_

        parameter_name = self.parameter_name


        field_dict: dict[str, Any] = {}

        field_dict.update({
            "text": text,
            "type": type_,
        })
        if parameter_name is not UNSET:
            field_dict["parameter_name"] = parameter_name

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        text = d.pop("text")

        type_ = cast(Literal['text'] , d.pop("type"))
        if type_ != 'text':
            raise ValueError(f"type must match const 'text', got '{type_}'")

        parameter_name = d.pop("parameter_name", UNSET)

        text_parameter = cls(
            text=text,
            type_=type_,
            parameter_name=parameter_name,
        )

        return text_parameter

