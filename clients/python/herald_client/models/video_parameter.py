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





T = TypeVar("T", bound="VideoParameter")



@_attrs_define
class VideoParameter:
    """ 
        Attributes:
            type_ (Literal['video']): The kind.
            video (Link):
     """

    type_: Literal['video']
    video: Link





    def to_dict(self) -> dict[str, Any]:
        from ..models.link import Link
        type_ = self.type_

        video = self.video.to_dict()


        field_dict: dict[str, Any] = {}

        field_dict.update({
            "type": type_,
            "video": video,
        })

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.link import Link
        d = dict(src_dict)
        type_ = cast(Literal['video'] , d.pop("type"))
        if type_ != 'video':
            raise ValueError(f"type must match const 'video', got '{type_}'")

        video = Link.from_dict(d.pop("video"))




        video_parameter = cls(
            type_=type_,
            video=video,
        )

        return video_parameter

