from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from dateutil.parser import isoparse
from typing import cast
import datetime

if TYPE_CHECKING:
  from ..models.sender_pool_out_tags import SenderPoolOutTags





T = TypeVar("T", bound="SenderPoolOut")



@_attrs_define
class SenderPoolOut:
    """ 
        Attributes:
            created_at (datetime.datetime): When it was made.
            id (str): The identifier.
            name (str): The name.
            tags (SenderPoolOutTags): Up to 10 names and values of your own.
            updated_at (datetime.datetime): When it last changed.
     """

    created_at: datetime.datetime
    id: str
    name: str
    tags: SenderPoolOutTags
    updated_at: datetime.datetime
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)





    def to_dict(self) -> dict[str, Any]:
        from ..models.sender_pool_out_tags import SenderPoolOutTags
        created_at = self.created_at.isoformat()

        id = self.id

        name = self.name

        tags = self.tags.to_dict()

        updated_at = self.updated_at.isoformat()


        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({
            "createdAt": created_at,
            "id": id,
            "name": name,
            "tags": tags,
            "updatedAt": updated_at,
        })

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.sender_pool_out_tags import SenderPoolOutTags
        d = dict(src_dict)
        created_at = isoparse(d.pop("createdAt"))




        id = d.pop("id")

        name = d.pop("name")

        tags = SenderPoolOutTags.from_dict(d.pop("tags"))




        updated_at = isoparse(d.pop("updatedAt"))




        sender_pool_out = cls(
            created_at=created_at,
            id=id,
            name=name,
            tags=tags,
            updated_at=updated_at,
        )


        sender_pool_out.additional_properties = d
        return sender_pool_out

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
