from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from ..models.sender_channel import SenderChannel






T = TypeVar("T", bound="ChannelPriority")



@_attrs_define
class ChannelPriority:
    """ The place of a channel in the order of trying; 0 is the first.

        Attributes:
            channel (SenderChannel): What a sender speaks. MMS is SMS with media.
            priority (int): The place of the channel; 0 is the first.
     """

    channel: SenderChannel
    priority: int
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)





    def to_dict(self) -> dict[str, Any]:
        channel = self.channel.value

        priority = self.priority


        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({
            "channel": channel,
            "priority": priority,
        })

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        channel = SenderChannel(d.pop("channel"))




        priority = d.pop("priority")

        channel_priority = cls(
            channel=channel,
            priority=priority,
        )


        channel_priority.additional_properties = d
        return channel_priority

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
