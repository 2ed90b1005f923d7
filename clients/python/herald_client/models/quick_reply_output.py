from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from typing import cast
from typing import Literal, cast






T = TypeVar("T", bound="QuickReplyOutput")



@_attrs_define
class QuickReplyOutput:
    """ 
        Attributes:
            id (None | str): The identifier.
            title (str): The title. Liquid.
            type_ (Literal['QUICK_REPLY']): The kind.
     """

    id: None | str
    title: str
    type_: Literal['QUICK_REPLY']





    def to_dict(self) -> dict[str, Any]:
        id: None | str
        id = self.id

        title = self.title

        type_ = self.type_


        field_dict: dict[str, Any] = {}

        field_dict.update({
            "id": id,
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


        title = d.pop("title")

        type_ = cast(Literal['QUICK_REPLY'] , d.pop("type"))
        if type_ != 'QUICK_REPLY':
            raise ValueError(f"type must match const 'QUICK_REPLY', got '{type_}'")

        quick_reply_output = cls(
            id=id,
            title=title,
            type_=type_,
        )

        return quick_reply_output

