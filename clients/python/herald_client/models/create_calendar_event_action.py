from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from typing import cast

if TYPE_CHECKING:
  from ..models.create_calendar_event import CreateCalendarEvent





T = TypeVar("T", bound="CreateCalendarEventAction")



@_attrs_define
class CreateCalendarEventAction:
    """ 
        Attributes:
            create_calendar_event_action (CreateCalendarEvent):
            postback_data (str): The data that come back when the suggestion is tapped.
            text (str): The text. Liquid.
     """

    create_calendar_event_action: CreateCalendarEvent
    postback_data: str
    text: str
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)





    def to_dict(self) -> dict[str, Any]:
        from ..models.create_calendar_event import CreateCalendarEvent
        create_calendar_event_action = self.create_calendar_event_action.to_dict()

        postback_data = self.postback_data

        text = self.text


        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({
            "createCalendarEventAction": create_calendar_event_action,
            "postbackData": postback_data,
            "text": text,
        })

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.create_calendar_event import CreateCalendarEvent
        d = dict(src_dict)
        create_calendar_event_action = CreateCalendarEvent.from_dict(d.pop("createCalendarEventAction"))




        postback_data = d.pop("postbackData")

        text = d.pop("text")

        create_calendar_event_action = cls(
            create_calendar_event_action=create_calendar_event_action,
            postback_data=postback_data,
            text=text,
        )


        create_calendar_event_action.additional_properties = d
        return create_calendar_event_action

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
