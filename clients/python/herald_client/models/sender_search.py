from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from ..models.any_channel import AnyChannel
from ..models.sender_status import SenderStatus
from ..types import UNSET, Unset






T = TypeVar("T", bound="SenderSearch")



@_attrs_define
class SenderSearch:
    """ The body of POST /Senders/Search.

        Attributes:
            address (str): The address within the channel: a phone number in E.164 form.
            channel (AnyChannel): The contract's channels of senders. Herald has no sender of EMAIL and PUSH: such are never
                found.
            page_size (int | Unset): How many items a page has at most; 50 unless it says.
            page_token (str | Unset): The token of a page, from `pagination`. It continues the list with its filters.
            status (SenderStatus | Unset): A DEACTIVATED sender is kept, and sends nothing.
     """

    address: str
    channel: AnyChannel
    page_size: int | Unset = UNSET
    page_token: str | Unset = UNSET
    status: SenderStatus | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)





    def to_dict(self) -> dict[str, Any]:
        address = self.address

        channel = self.channel.value

        page_size = self.page_size

        page_token = self.page_token

        status: str | Unset = UNSET
        if not isinstance(self.status, Unset):
            status = self.status.value



        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({
            "address": address,
            "channel": channel,
        })
        if page_size is not UNSET:
            field_dict["pageSize"] = page_size
        if page_token is not UNSET:
            field_dict["pageToken"] = page_token
        if status is not UNSET:
            field_dict["status"] = status

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        address = d.pop("address")

        channel = AnyChannel(d.pop("channel"))




        page_size = d.pop("pageSize", UNSET)

        page_token = d.pop("pageToken", UNSET)

        _status = d.pop("status", UNSET)
        status: SenderStatus | Unset
        if isinstance(_status,  Unset):
            status = UNSET
        else:
            status = SenderStatus(_status)




        sender_search = cls(
            address=address,
            channel=channel,
            page_size=page_size,
            page_token=page_token,
            status=status,
        )


        sender_search.additional_properties = d
        return sender_search

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
