from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from ..models.sender_status import SenderStatus
from ..types import UNSET, Unset
from typing import cast

if TYPE_CHECKING:
  from ..models.sender_change_tags import SenderChangeTags





T = TypeVar("T", bound="SenderChange")



@_attrs_define
class SenderChange:
    """ The body of PATCH /Senders/{senderId}: what is left out stays as it is.

        Attributes:
            display_name (str | Unset): A name for people.
            parts_per_second (int | Unset): How many message parts the sender sends a second at most. Herald's own.
            status (SenderStatus | Unset): A DEACTIVATED sender is kept, and sends nothing.
            tags (SenderChangeTags | Unset): Up to 10 names and values of your own.
     """

    display_name: str | Unset = UNSET
    parts_per_second: int | Unset = UNSET
    status: SenderStatus | Unset = UNSET
    tags: SenderChangeTags | Unset = UNSET





    def to_dict(self) -> dict[str, Any]:
        from ..models.sender_change_tags import SenderChangeTags
        display_name = self.display_name

        parts_per_second = self.parts_per_second

        status: str | Unset = UNSET
        if not isinstance(self.status, Unset):
            status = self.status.value


        tags: dict[str, Any] | Unset = UNSET
        if not isinstance(self.tags, Unset):
            tags = self.tags.to_dict()


        field_dict: dict[str, Any] = {}

        field_dict.update({
        })
        if display_name is not UNSET:
            field_dict["displayName"] = display_name
        if parts_per_second is not UNSET:
            field_dict["partsPerSecond"] = parts_per_second
        if status is not UNSET:
            field_dict["status"] = status
        if tags is not UNSET:
            field_dict["tags"] = tags

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.sender_change_tags import SenderChangeTags
        d = dict(src_dict)
        display_name = d.pop("displayName", UNSET)

        parts_per_second = d.pop("partsPerSecond", UNSET)

        _status = d.pop("status", UNSET)
        status: SenderStatus | Unset
        if isinstance(_status,  Unset):
            status = UNSET
        else:
            status = SenderStatus(_status)




        _tags = d.pop("tags", UNSET)
        tags: SenderChangeTags | Unset
        if isinstance(_tags,  Unset):
            tags = UNSET
        else:
            tags = SenderChangeTags.from_dict(_tags)




        sender_change = cls(
            display_name=display_name,
            parts_per_second=parts_per_second,
            status=status,
            tags=tags,
        )

        return sender_change

