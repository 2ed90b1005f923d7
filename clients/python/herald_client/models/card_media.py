from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from ..models.card_media_height import CardMediaHeight
from ..types import UNSET, Unset
from typing import cast

if TYPE_CHECKING:
  from ..models.content_info import ContentInfo





T = TypeVar("T", bound="CardMedia")



@_attrs_define
class CardMedia:
    """ 
        Attributes:
            content_info (ContentInfo):
            height (CardMediaHeight | Unset): The height of the media.
     """

    content_info: ContentInfo
    height: CardMediaHeight | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)





    def to_dict(self) -> dict[str, Any]:
        from ..models.content_info import ContentInfo
        content_info = self.content_info.to_dict()

        height: str | Unset = UNSET
        if not isinstance(self.height, Unset):
            height = self.height.value



        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({
            "contentInfo": content_info,
        })
        if height is not UNSET:
            field_dict["height"] = height

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.content_info import ContentInfo
        d = dict(src_dict)
        content_info = ContentInfo.from_dict(d.pop("contentInfo"))




        _height = d.pop("height", UNSET)
        height: CardMediaHeight | Unset
        if isinstance(_height,  Unset):
            height = UNSET
        else:
            height = CardMediaHeight(_height)




        card_media = cls(
            content_info=content_info,
            height=height,
        )


        card_media.additional_properties = d
        return card_media

    @property
    def additional_keys(self) -> list[str]:
        return list(self.additional_properties.keys())

    def __getitem__(self, key: str) -> Any:
        return self.additional_properties[key]

    def __setitem__(self, key: str, value: Any) -> None:
        self.additional_properties[key] = value

    def __delitem__(self, key: str) -> None:
        del self.additional_properties[key]

    def __contains__(self, key: str) -> bool:
        return key in self.additional_properties
