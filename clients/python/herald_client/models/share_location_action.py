from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from typing import cast

if TYPE_CHECKING:
  from ..models.share_location import ShareLocation





T = TypeVar("T", bound="ShareLocationAction")



@_attrs_define
class ShareLocationAction:
    """ 
        Attributes:
            postback_data (str): The data that come back when the suggestion is tapped.
            share_location_action (ShareLocation):
            text (str): The text. Liquid.
     """

    postback_data: str
    share_location_action: ShareLocation
    text: str
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)





    def to_dict(self) -> dict[str, Any]:
        from ..models.share_location import ShareLocation
        postback_data = self.postback_data

        share_location_action = self.share_location_action.to_dict()

        text = self.text


        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({
            "postbackData": postback_data,
            "shareLocationAction": share_location_action,
            "text": text,
        })

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.share_location import ShareLocation
        d = dict(src_dict)
        postback_data = d.pop("postbackData")

        share_location_action = ShareLocation.from_dict(d.pop("shareLocationAction"))




        text = d.pop("text")

        share_location_action = cls(
            postback_data=postback_data,
            share_location_action=share_location_action,
            text=text,
        )


        share_location_action.additional_properties = d
        return share_location_action

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
