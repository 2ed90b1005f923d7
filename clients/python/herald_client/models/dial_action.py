from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from typing import cast

if TYPE_CHECKING:
  from ..models.dial import Dial





T = TypeVar("T", bound="DialAction")



@_attrs_define
class DialAction:
    """ 
        Attributes:
            dial_action (Dial):
            postback_data (str): The data that come back when the suggestion is tapped.
            text (str): The text. Liquid.
     """

    dial_action: Dial
    postback_data: str
    text: str
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)





    def to_dict(self) -> dict[str, Any]:
        from ..models.dial import Dial
        dial_action = self.dial_action.to_dict()

        postback_data = self.postback_data

        text = self.text


        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({
            "dialAction": dial_action,
            "postbackData": postback_data,
            "text": text,
        })

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.dial import Dial
        d = dict(src_dict)
        dial_action = Dial.from_dict(d.pop("dialAction"))




        postback_data = d.pop("postbackData")

        text = d.pop("text")

        dial_action = cls(
            dial_action=dial_action,
            postback_data=postback_data,
            text=text,
        )


        dial_action.additional_properties = d
        return dial_action

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
