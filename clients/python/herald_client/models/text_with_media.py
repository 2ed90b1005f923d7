from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from ..types import UNSET, Unset
from typing import cast

if TYPE_CHECKING:
  from ..models.media_url import MediaUrl





T = TypeVar("T", bound="TextWithMedia")



@_attrs_define
class TextWithMedia:
    """ A text, media or both.

        Attributes:
            media (list[MediaUrl] | Unset): Files to send, by their URLs.
            text (str | Unset): The text. Liquid.
     """

    media: list[MediaUrl] | Unset = UNSET
    text: str | Unset = UNSET





    def to_dict(self) -> dict[str, Any]:
        from ..models.media_url import MediaUrl
        media: list[dict[str, Any]] | Unset = UNSET
        if not isinstance(self.media, Unset):
            media = []
            for media_item_data in self.media:
                media_item = media_item_data.to_dict()
                media.append(media_item)



        text = self.text


        field_dict: dict[str, Any] = {}

        field_dict.update({
        })
        if media is not UNSET:
            field_dict["media"] = media
        if text is not UNSET:
            field_dict["text"] = text

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.media_url import MediaUrl
        d = dict(src_dict)
        _media = d.pop("media", UNSET)
        media: list[MediaUrl] | Unset = UNSET
        if _media is not UNSET:
            media = []
            for media_item_data in _media:
                media_item = MediaUrl.from_dict(media_item_data)



                media.append(media_item)


        text = d.pop("text", UNSET)

        text_with_media = cls(
            media=media,
            text=text,
        )

        return text_with_media

