from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from ..models.any_channel import AnyChannel






T = TypeVar("T", bound="AnyChannelPriority")



@_attrs_define
class AnyChannelPriority:
    """ 
        Attributes:
            channel (AnyChannel): The contract's channels of senders. Herald has no sender of EMAIL and PUSH: such are never
                found.
            priority (int): The place of the channel; 0 is the first.
     """

    channel: AnyChannel
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
        channel = AnyChannel(d.pop("channel"))




        priority = d.pop("priority")

        any_channel_priority = cls(
            channel=channel,
            priority=priority,
        )


        any_channel_priority.additional_properties = d
        return any_channel_priority

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
