from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from ..types import UNSET, Unset
from typing import Literal, cast






T = TypeVar("T", bound="UrlButton")



@_attrs_define
class UrlButton:
    """ 
        Attributes:
            title (str): The title. Liquid.
            type_ (Literal['URL']): The kind.
            url (str): The URL to open. Liquid.
            id (str | Unset): The identifier.
     """

    title: str
    type_: Literal['URL']
    url: str
    id: str | Unset = UNSET





    def to_dict(self) -> dict[str, Any]:
        title = self.title

        type_ = self.type_

        url = self.url

        id = self.id


        field_dict: dict[str, Any] = {}

        field_dict.update({
            "title": title,
            "type": type_,
            "url": url,
        })
        if id is not UNSET:
            field_dict["id"] = id

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        title = d.pop("title")

        type_ = cast(Literal['URL'] , d.pop("type"))
        if type_ != 'URL':
            raise ValueError(f"type must match const 'URL', got '{type_}'")

        url = d.pop("url")

        id = d.pop("id", UNSET)

        url_button = cls(
            title=title,
            type_=type_,
            url=url,
            id=id,
        )

        return url_button

