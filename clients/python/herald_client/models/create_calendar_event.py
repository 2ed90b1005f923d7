from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset







T = TypeVar("T", bound="CreateCalendarEvent")



@_attrs_define
class CreateCalendarEvent:
    """ 
        Attributes:
            description (str): The text below the title. Liquid.
            end_time (str): When the event ends: an RFC 3339 date-time. Liquid.
            start_time (str): When the event begins: an RFC 3339 date-time. Liquid.
            title (str): The title. Liquid.
     """

    description: str
    end_time: str
    start_time: str
    title: str
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)





    def to_dict(self) -> dict[str, Any]:
        description = self.description

        end_time = self.end_time

        start_time = self.start_time

        title = self.title


        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({
            "description": description,
            "endTime": end_time,
            "startTime": start_time,
            "title": title,
        })

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        description = d.pop("description")

        end_time = d.pop("endTime")

        start_time = d.pop("startTime")

        title = d.pop("title")

        create_calendar_event = cls(
            description=description,
            end_time=end_time,
            start_time=start_time,
            title=title,
        )


        create_calendar_event.additional_properties = d
        return create_calendar_event

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
