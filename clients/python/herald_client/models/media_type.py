from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from ..types import UNSET, Unset
from typing import cast






T = TypeVar("T", bound="MediaType")



@_attrs_define
class MediaType:
    """ 
        Attributes:
            media (list[str]): Files to send, by their URLs.
            body (str | Unset): The text. Liquid.
     """

    media: list[str]
    body: str | Unset = UNSET





    def to_dict(self) -> dict[str, Any]:
        media = self.media



        body = self.body


        field_dict: dict[str, Any] = {}

        field_dict.update({
            "media": media,
        })
        if body is not UNSET:
            field_dict["body"] = body

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        media = cast(list[str], d.pop("media"))


        body = d.pop("body", UNSET)

        media_type = cls(
            media=media,
            body=body,
        )

        return media_type

