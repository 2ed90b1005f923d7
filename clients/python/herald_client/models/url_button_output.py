from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from typing import cast
from typing import Literal, cast






T = TypeVar("T", bound="UrlButtonOutput")



@_attrs_define
class UrlButtonOutput:
    """ 
        Attributes:
            id (None | str): The identifier.
            title (str): The title. Liquid.
            type_ (Literal['URL']): The kind.
            url (str): The URL to open. Liquid.
     """

    id: None | str
    title: str
    type_: Literal['URL']
    url: str





    def to_dict(self) -> dict[str, Any]:
        id: None | str
        id = self.id

        title = self.title

        type_ = self.type_

        url = self.url


        field_dict: dict[str, Any] = {}

        field_dict.update({
            "id": id,
            "title": title,
            "type": type_,
            "url": url,
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

        type_ = cast(Literal['URL'] , d.pop("type"))
        if type_ != 'URL':
            raise ValueError(f"type must match const 'URL', got '{type_}'")

        url = d.pop("url")

        url_button_output = cls(
            id=id,
            title=title,
            type_=type_,
            url=url,
        )

        return url_button_output

