from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from typing import cast

if TYPE_CHECKING:
  from ..models.view_location import ViewLocation





T = TypeVar("T", bound="ViewLocationAction")



@_attrs_define
class ViewLocationAction:
    """ 
        Attributes:
            postback_data (str): The data that come back when the suggestion is tapped.
            text (str): The text. Liquid.
            view_location_action (ViewLocation):
     """

    postback_data: str
    text: str
    view_location_action: ViewLocation
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)





    def to_dict(self) -> dict[str, Any]:
        from ..models.view_location import ViewLocation
        postback_data = self.postback_data

        text = self.text

        view_location_action = self.view_location_action.to_dict()


        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({
            "postbackData": postback_data,
            "text": text,
            "viewLocationAction": view_location_action,
        })

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.view_location import ViewLocation
        d = dict(src_dict)
        postback_data = d.pop("postbackData")

        text = d.pop("text")

        view_location_action = ViewLocation.from_dict(d.pop("viewLocationAction"))




        view_location_action = cls(
            postback_data=postback_data,
            text=text,
            view_location_action=view_location_action,
        )


        view_location_action.additional_properties = d
        return view_location_action

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
