from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from ..types import UNSET, Unset
from typing import cast

if TYPE_CHECKING:
  from ..models.channel_control import ChannelControl





T = TypeVar("T", bound="SenderPoolSource")



@_attrs_define
class SenderPoolSource:
    """ The senders of a pool.

        Attributes:
            sender_pool_id (str): The id of a sender pool.
            channels (ChannelControl | Unset): Which channels of a pool may send, and in which order.
     """

    sender_pool_id: str
    channels: ChannelControl | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)





    def to_dict(self) -> dict[str, Any]:
        from ..models.channel_control import ChannelControl
        sender_pool_id = self.sender_pool_id

        channels: dict[str, Any] | Unset = UNSET
        if not isinstance(self.channels, Unset):
            channels = self.channels.to_dict()


        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({
            "senderPoolId": sender_pool_id,
        })
        if channels is not UNSET:
            field_dict["channels"] = channels

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.channel_control import ChannelControl
        d = dict(src_dict)
        sender_pool_id = d.pop("senderPoolId")

        _channels = d.pop("channels", UNSET)
        channels: ChannelControl | Unset
        if isinstance(_channels,  Unset):
            channels = UNSET
        else:
            channels = ChannelControl.from_dict(_channels)




        sender_pool_source = cls(
            sender_pool_id=sender_pool_id,
            channels=channels,
        )


        sender_pool_source.additional_properties = d
        return sender_pool_source

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
