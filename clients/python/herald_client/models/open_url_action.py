from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from typing import cast

if TYPE_CHECKING:
  from ..models.open_url import OpenUrl





T = TypeVar("T", bound="OpenUrlAction")



@_attrs_define
class OpenUrlAction:
    """ 
        Attributes:
            open_url_action (OpenUrl): Opens in the browser or in a view of the messages app; only such a view has a size.
            postback_data (str): The data that come back when the suggestion is tapped.
            text (str): The text. Liquid.
     """

    open_url_action: OpenUrl
    postback_data: str
    text: str
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)





    def to_dict(self) -> dict[str, Any]:
        from ..models.open_url import OpenUrl
        open_url_action = self.open_url_action.to_dict()

        postback_data = self.postback_data

        text = self.text


        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({
            "openUrlAction": open_url_action,
            "postbackData": postback_data,
            "text": text,
        })

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.open_url import OpenUrl
        d = dict(src_dict)
        open_url_action = OpenUrl.from_dict(d.pop("openUrlAction"))




        postback_data = d.pop("postbackData")

        text = d.pop("text")

        open_url_action = cls(
            open_url_action=open_url_action,
            postback_data=postback_data,
            text=text,
        )


        open_url_action.additional_properties = d
        return open_url_action

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
