from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from ..models.address_channel import AddressChannel






T = TypeVar("T", bound="MessageAddress")



@_attrs_define
class MessageAddress:
    """ A person's number, as it was given, and the channel that reaches it.

        Attributes:
            address (str): The address within the channel: a phone number in E.164 form.
            channel (AddressChannel): How a person is reached. PHONE covers SMS, MMS and RCS.
     """

    address: str
    channel: AddressChannel





    def to_dict(self) -> dict[str, Any]:
        address = self.address

        channel = self.channel.value


        field_dict: dict[str, Any] = {}

        field_dict.update({
            "address": address,
            "channel": channel,
        })

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        address = d.pop("address")

        channel = AddressChannel(d.pop("channel"))




        message_address = cls(
            address=address,
            channel=channel,
        )

        return message_address

