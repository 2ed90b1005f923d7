from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from ..types import UNSET, Unset
from typing import Literal, cast






T = TypeVar("T", bound="QuickReply")



@_attrs_define
class QuickReply:
    """ 
        Attributes:
            title (str): The title. Liquid.
            id (str | Unset): The identifier.
            type_ (Literal['QUICK_REPLY'] | Unset): The kind.
     """

    title: str
    id: str | Unset = UNSET
    type_: Literal['QUICK_REPLY'] | Unset = UNSET





    def to_dict(self) -> dict[str, Any]:
        title = self.title

        id = self.id

        type_ = self.type_


        field_dict: dict[str, Any] = {}

        field_dict.update({
            "title": title,
        })
        if id is not UNSET:
            field_dict["id"] = id
        if type_ is not UNSET:
            field_dict["type"] = type_

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        title = d.pop("title")

        id = d.pop("id", UNSET)

        type_ = cast(Literal['QUICK_REPLY'] | Unset , d.pop("type", UNSET))
        if type_ != 'QUICK_REPLY'and not isinstance(type_, Unset):
            raise ValueError(f"type must match const 'QUICK_REPLY', got '{type_}'")

        quick_reply = cls(
            title=title,
            id=id,
            type_=type_,
        )

        return quick_reply

