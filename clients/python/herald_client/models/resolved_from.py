from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from ..models.sender_channel import SenderChannel
from typing import cast






T = TypeVar("T", bound="ResolvedFrom")



@_attrs_define
class ResolvedFrom:
    """ 
        Attributes:
            address (str): The address within the channel: a phone number in E.164 form.
            channel (SenderChannel): What a sender speaks. MMS is SMS with media.
            display_name (None | str): A name for people.
            sender_id (str): The id of a sender.
     """

    address: str
    channel: SenderChannel
    display_name: None | str
    sender_id: str
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)





    def to_dict(self) -> dict[str, Any]:
        address = self.address

        channel = self.channel.value

        display_name: None | str
        display_name = self.display_name

        sender_id = self.sender_id


        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({
            "address": address,
            "channel": channel,
            "displayName": display_name,
            "senderId": sender_id,
        })

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        address = d.pop("address")

        channel = SenderChannel(d.pop("channel"))




        def _parse_display_name(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        display_name = _parse_display_name(d.pop("displayName"))


        sender_id = d.pop("senderId")

        resolved_from = cls(
            address=address,
            channel=channel,
            display_name=display_name,
            sender_id=sender_id,
        )


        resolved_from.additional_properties = d
        return resolved_from

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
