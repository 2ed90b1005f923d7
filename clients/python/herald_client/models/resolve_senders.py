from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from ..types import UNSET, Unset
from typing import cast

if TYPE_CHECKING:
  from ..models.reachable_address import ReachableAddress
  from ..models.any_sender_address import AnySenderAddress
  from ..models.any_channel_control import AnyChannelControl





T = TypeVar("T", bound="ResolveSenders")



@_attrs_define
class ResolveSenders:
    """ The body of POST /Senders/Resolve: the addresses of one person, and who may write to them.

        Attributes:
            recipient_addresses (list[ReachableAddress]): The addresses of one person.
            channels (AnyChannelControl | Unset): Which channels, and in which order: as in `from`, but of all channels of
                the contract.
            sender_addresses (list[AnySenderAddress] | Unset): The senders to choose among.
            sender_pool_id (str | Unset): The id of a sender pool.
     """

    recipient_addresses: list[ReachableAddress]
    channels: AnyChannelControl | Unset = UNSET
    sender_addresses: list[AnySenderAddress] | Unset = UNSET
    sender_pool_id: str | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)





    def to_dict(self) -> dict[str, Any]:
        from ..models.reachable_address import ReachableAddress
        from ..models.any_sender_address import AnySenderAddress
        from ..models.any_channel_control import AnyChannelControl
        recipient_addresses = []
        for recipient_addresses_item_data in self.recipient_addresses:
            recipient_addresses_item = recipient_addresses_item_data.to_dict()
            recipient_addresses.append(recipient_addresses_item)



        channels: dict[str, Any] | Unset = UNSET
        if not isinstance(self.channels, Unset):
            channels = self.channels.to_dict()

        sender_addresses: list[dict[str, Any]] | Unset = UNSET
        if not isinstance(self.sender_addresses, Unset):
            sender_addresses = []
            for sender_addresses_item_data in self.sender_addresses:
                sender_addresses_item = sender_addresses_item_data.to_dict()
                sender_addresses.append(sender_addresses_item)



        sender_pool_id = self.sender_pool_id


        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({
            "recipientAddresses": recipient_addresses,
        })
        if channels is not UNSET:
            field_dict["channels"] = channels
        if sender_addresses is not UNSET:
            field_dict["senderAddresses"] = sender_addresses
        if sender_pool_id is not UNSET:
            field_dict["senderPoolId"] = sender_pool_id

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.reachable_address import ReachableAddress
        from ..models.any_sender_address import AnySenderAddress
        from ..models.any_channel_control import AnyChannelControl
        d = dict(src_dict)
        recipient_addresses = []
        _recipient_addresses = d.pop("recipientAddresses")
        for recipient_addresses_item_data in (_recipient_addresses):
            recipient_addresses_item = ReachableAddress.from_dict(recipient_addresses_item_data)



            recipient_addresses.append(recipient_addresses_item)


        _channels = d.pop("channels", UNSET)
        channels: AnyChannelControl | Unset
        if isinstance(_channels,  Unset):
            channels = UNSET
        else:
            channels = AnyChannelControl.from_dict(_channels)




        _sender_addresses = d.pop("senderAddresses", UNSET)
        sender_addresses: list[AnySenderAddress] | Unset = UNSET
        if _sender_addresses is not UNSET:
            sender_addresses = []
            for sender_addresses_item_data in _sender_addresses:
                sender_addresses_item = AnySenderAddress.from_dict(sender_addresses_item_data)



                sender_addresses.append(sender_addresses_item)


        sender_pool_id = d.pop("senderPoolId", UNSET)

        resolve_senders = cls(
            recipient_addresses=recipient_addresses,
            channels=channels,
            sender_addresses=sender_addresses,
            sender_pool_id=sender_pool_id,
        )


        resolve_senders.additional_properties = d
        return resolve_senders

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
