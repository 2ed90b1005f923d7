from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from typing import cast






T = TypeVar("T", bound="FailureOut")



@_attrs_define
class FailureOut:
    """ What went wrong with one recipient; `context` and `index` are its place in the request.

    `address` and `channel` are those of the last attempt, or the recipient's first if no sender reaches it.

        Attributes:
            address (None | str): The address within the channel: a phone number in E.164 form.
            channel (None | str): The channel.
            code (int): The code of the problem: clients match on it.
            context (None | str): The JSON path of the field with the problem; null if there is none.
            index (int): The place of the recipient in the request, from 0. Herald's own.
            info_url (str): A page about it.
            message (str): The problem in words.
            message_id (None | str): The id of the message; null for a recipient that has none.
     """

    address: None | str
    channel: None | str
    code: int
    context: None | str
    index: int
    info_url: str
    message: str
    message_id: None | str
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)





    def to_dict(self) -> dict[str, Any]:
        address: None | str
        address = self.address

        channel: None | str
        channel = self.channel

        code = self.code

        context: None | str
        context = self.context

        index = self.index

        info_url = self.info_url

        message = self.message

        message_id: None | str
        message_id = self.message_id


        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({
            "address": address,
            "channel": channel,
            "code": code,
            "context": context,
            "index": index,
            "infoUrl": info_url,
            "message": message,
            "messageId": message_id,
        })

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        def _parse_address(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        address = _parse_address(d.pop("address"))


        def _parse_channel(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        channel = _parse_channel(d.pop("channel"))


        code = d.pop("code")

        def _parse_context(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        context = _parse_context(d.pop("context"))


        index = d.pop("index")

        info_url = d.pop("infoUrl")

        message = d.pop("message")

        def _parse_message_id(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        message_id = _parse_message_id(d.pop("messageId"))


        failure_out = cls(
            address=address,
            channel=channel,
            code=code,
            context=context,
            index=index,
            info_url=info_url,
            message=message,
            message_id=message_id,
        )


        failure_out.additional_properties = d
        return failure_out

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
