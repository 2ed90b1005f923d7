from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from ..models.address_channel import AddressChannel






T = TypeVar("T", bound="MessageProfile")



@_attrs_define
class MessageProfile:
    """ A person whom the request named by a profile, and the address that was used.

        Attributes:
            address (str): The address within the channel: a phone number in E.164 form.
            channel (AddressChannel): How a person is reached. PHONE covers SMS, MMS and RCS.
            memory_store_id (str): The id of the memory store that the profile is in.
            profile_id (str): The id of a profile.
     """

    address: str
    channel: AddressChannel
    memory_store_id: str
    profile_id: str
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)





    def to_dict(self) -> dict[str, Any]:
        address = self.address

        channel = self.channel.value

        memory_store_id = self.memory_store_id

        profile_id = self.profile_id


        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({
            "address": address,
            "channel": channel,
            "memoryStoreId": memory_store_id,
            "profileId": profile_id,
        })

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        address = d.pop("address")

        channel = AddressChannel(d.pop("channel"))




        memory_store_id = d.pop("memoryStoreId")

        profile_id = d.pop("profileId")

        message_profile = cls(
            address=address,
            channel=channel,
            memory_store_id=memory_store_id,
            profile_id=profile_id,
        )


        message_profile.additional_properties = d
        return message_profile

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
