from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from typing import cast
from typing import Literal, cast

if TYPE_CHECKING:
  from ..models.document import Document





T = TypeVar("T", bound="DocumentParameter")



@_attrs_define
class DocumentParameter:
    """ 
        Attributes:
            document (Document):
            type_ (Literal['document']): The kind.
     """

    document: Document
    type_: Literal['document']





    def to_dict(self) -> dict[str, Any]:
        from ..models.document import Document
        document = self.document.to_dict()

        type_ = self.type_


        field_dict: dict[str, Any] = {}

        field_dict.update({
            "document": document,
            "type": type_,
        })

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.document import Document
        d = dict(src_dict)
        document = Document.from_dict(d.pop("document"))




        type_ = cast(Literal['document'] , d.pop("type"))
        if type_ != 'document':
            raise ValueError(f"type must match const 'document', got '{type_}'")

        document_parameter = cls(
            document=document,
            type_=type_,
        )

        return document_parameter

