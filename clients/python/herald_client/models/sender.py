from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from ..models.sender_channel import SenderChannel
from ..types import UNSET, Unset






T = TypeVar("T", bound="Sender")



@_attrs_define
class Sender:
    """ The sender of a message, and the pool that it was found in, if any.

        Attributes:
            address (str): The address within the channel: a phone number in E.164 form.
            channel (SenderChannel): What a sender speaks. MMS is SMS with media.
            sender_id (str): The id of a sender.
            sender_pool_id (str | Unset): The id of a sender pool.
     """

    address: str
    channel: SenderChannel
    sender_id: str
    sender_pool_id: str | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)





    def to_dict(self) -> dict[str, Any]:
        address = self.address

        channel = self.channel.value

        sender_id = self.sender_id

        sender_pool_id = self.sender_pool_id


        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({
            "address": address,
            "channel": channel,
            "senderId": sender_id,
        })
        if sender_pool_id is not UNSET:
            field_dict["senderPoolId"] = sender_pool_id

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        address = d.pop("address")

        channel = SenderChannel(d.pop("channel"))




        sender_id = d.pop("senderId")

        sender_pool_id = d.pop("senderPoolId", UNSET)

        sender = cls(
            address=address,
            channel=channel,
            sender_id=sender_id,
            sender_pool_id=sender_pool_id,
        )


        sender.additional_properties = d
        return sender

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
