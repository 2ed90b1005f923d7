from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from typing import cast






T = TypeVar("T", bound="DocumentOutput")



@_attrs_define
class DocumentOutput:
    """ 
        Attributes:
            filename (None | str): The name that the file is shown with.
            link (str): The URL of the file. Liquid.
     """

    filename: None | str
    link: str





    def to_dict(self) -> dict[str, Any]:
        filename: None | str
        filename = self.filename

        link = self.link


        field_dict: dict[str, Any] = {}

        field_dict.update({
            "filename": filename,
            "link": link,
        })

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        def _parse_filename(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        filename = _parse_filename(d.pop("filename"))


        link = d.pop("link")

        document_output = cls(
            filename=filename,
            link=link,
        )

        return document_output

