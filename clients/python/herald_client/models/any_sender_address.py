from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from ..models.any_channel import AnyChannel






T = TypeVar("T", bound="AnySenderAddress")



@_attrs_define
class AnySenderAddress:
    """ An address that a sender may have; there is none of EMAIL and PUSH.

        Attributes:
            address (str): The address within the channel: a phone number in E.164 form.
            channel (AnyChannel): The contract's channels of senders. Herald has no sender of EMAIL and PUSH: such are never
                found.
     """

    address: str
    channel: AnyChannel
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)





    def to_dict(self) -> dict[str, Any]:
        address = self.address

        channel = self.channel.value


        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({
            "address": address,
            "channel": channel,
        })

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        address = d.pop("address")

        channel = AnyChannel(d.pop("channel"))




        any_sender_address = cls(
            address=address,
            channel=channel,
        )


        any_sender_address.additional_properties = d
        return any_sender_address

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
