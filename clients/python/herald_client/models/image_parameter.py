from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from typing import cast
from typing import Literal, cast

if TYPE_CHECKING:
  from ..models.link import Link





T = TypeVar("T", bound="ImageParameter")



@_attrs_define
class ImageParameter:
    """ 
        Attributes:
            image (Link):
            type_ (Literal['image']): The kind.
     """

    image: Link
    type_: Literal['image']





    def to_dict(self) -> dict[str, Any]:
        from ..models.link import Link
        image = self.image.to_dict()

        type_ = self.type_


        field_dict: dict[str, Any] = {}

        field_dict.update({
            "image": image,
            "type": type_,
        })

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.link import Link
        d = dict(src_dict)
        image = Link.from_dict(d.pop("image"))




        type_ = cast(Literal['image'] , d.pop("type"))
        if type_ != 'image':
            raise ValueError(f"type must match const 'image', got '{type_}'")

        image_parameter = cls(
            image=image,
            type_=type_,
        )

        return image_parameter

