from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from ..types import UNSET, Unset






T = TypeVar("T", bound="Document")



@_attrs_define
class Document:
    """ 
        Attributes:
            link (str): The URL of the file. Liquid.
            filename (str | Unset): The name that the file is shown with.
     """

    link: str
    filename: str | Unset = UNSET





    def to_dict(self) -> dict[str, Any]:
        link = self.link

        filename = self.filename


        field_dict: dict[str, Any] = {}

        field_dict.update({
            "link": link,
        })
        if filename is not UNSET:
            field_dict["filename"] = filename

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        link = d.pop("link")

        filename = d.pop("filename", UNSET)

        document = cls(
            link=link,
            filename=filename,
        )

        return document

