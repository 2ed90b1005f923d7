from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from ..models.sender_channel import SenderChannel
from ..types import UNSET, Unset
from typing import cast

if TYPE_CHECKING:
  from ..models.new_sender_tags import NewSenderTags





T = TypeVar("T", bound="NewSender")



@_attrs_define
class NewSender:
    """ The body of POST /Senders: a sender as an account may request it.

        Attributes:
            address (str): The address within the channel: a phone number in E.164 form.
            channel (SenderChannel): What a sender speaks. MMS is SMS with media.
            display_name (str | Unset): A name for people.
            parts_per_second (int | Unset): How many message parts the sender sends a second at most. Herald's own.
            tags (NewSenderTags | Unset): Up to 10 names and values of your own.
     """

    address: str
    channel: SenderChannel
    display_name: str | Unset = UNSET
    parts_per_second: int | Unset = UNSET
    tags: NewSenderTags | Unset = UNSET





    def to_dict(self) -> dict[str, Any]:
        from ..models.new_sender_tags import NewSenderTags
        address = self.address

        channel = self.channel.value

        display_name = self.display_name

        parts_per_second = self.parts_per_second

        tags: dict[str, Any] | Unset = UNSET
        if not isinstance(self.tags, Unset):
            tags = self.tags.to_dict()


        field_dict: dict[str, Any] = {}

        field_dict.update({
            "address": address,
            "channel": channel,
        })
        if display_name is not UNSET:
            field_dict["displayName"] = display_name
        if parts_per_second is not UNSET:
            field_dict["partsPerSecond"] = parts_per_second
        if tags is not UNSET:
            field_dict["tags"] = tags

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.new_sender_tags import NewSenderTags
        d = dict(src_dict)
        address = d.pop("address")

        channel = SenderChannel(d.pop("channel"))




        display_name = d.pop("displayName", UNSET)

        parts_per_second = d.pop("partsPerSecond", UNSET)

        _tags = d.pop("tags", UNSET)
        tags: NewSenderTags | Unset
        if isinstance(_tags,  Unset):
            tags = UNSET
        else:
            tags = NewSenderTags.from_dict(_tags)




        new_sender = cls(
            address=address,
            channel=channel,
            display_name=display_name,
            parts_per_second=parts_per_second,
            tags=tags,
        )

        return new_sender

