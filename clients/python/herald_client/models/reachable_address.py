from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from ..models.any_address_channel import AnyAddressChannel






T = TypeVar("T", bound="ReachableAddress")



@_attrs_define
class ReachableAddress:
    """ An address of a person, of any channel of the contract.

        Attributes:
            address (str): The address within the channel: a phone number in E.164 form.
            channel (AnyAddressChannel): The contract's channels of people, of which Herald reaches PHONE and WHATSAPP.
     """

    address: str
    channel: AnyAddressChannel
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

        channel = AnyAddressChannel(d.pop("channel"))




        reachable_address = cls(
            address=address,
            channel=channel,
        )


        reachable_address.additional_properties = d
        return reachable_address

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
