from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from typing import cast
from typing import Literal, cast






T = TypeVar("T", bound="TextParameterOutput")



@_attrs_define
class TextParameterOutput:
    """ 
        Attributes:
            parameter_name (None | str): The name of the variable in the template.
            text (str): The text. Liquid.
            type_ (Literal['text']): The kind.
     """

    parameter_name: None | str
    text: str
    type_: Literal['text']





    def to_dict(self) -> dict[str, Any]:
        parameter_name: None | str
        parameter_name = self.parameter_name

        text = self.text

        type_ = self.type_


        field_dict: dict[str, Any] = {}

        field_dict.update({
            "parameter_name": parameter_name,
            "text": text,
            "type": type_,
        })

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        def _parse_parameter_name(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        parameter_name = _parse_parameter_name(d.pop("parameter_name"))


        text = d.pop("text")

        type_ = cast(Literal['text'] , d.pop("type"))
        if type_ != 'text':
            raise ValueError(f"type must match const 'text', got '{type_}'")

        text_parameter_output = cls(
            parameter_name=parameter_name,
            text=text,
            type_=type_,
        )

        return text_parameter_output

