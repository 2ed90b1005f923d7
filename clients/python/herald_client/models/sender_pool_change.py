from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from ..types import UNSET, Unset
from typing import cast

if TYPE_CHECKING:
  from ..models.sender_pool_change_tags import SenderPoolChangeTags





T = TypeVar("T", bound="SenderPoolChange")



@_attrs_define
class SenderPoolChange:
    """ The body of PATCH /SenderPools/{senderPoolId}: what is left out stays as it is.

        Attributes:
            name (str | Unset): The name.
            tags (SenderPoolChangeTags | Unset): Up to 10 names and values of your own.
     """

    name: str | Unset = UNSET
    tags: SenderPoolChangeTags | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)





    def to_dict(self) -> dict[str, Any]:
        from ..models.sender_pool_change_tags import SenderPoolChangeTags
        name = self.name

        tags: dict[str, Any] | Unset = UNSET
        if not isinstance(self.tags, Unset):
            tags = self.tags.to_dict()


        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({
        })
        if name is not UNSET:
            field_dict["name"] = name
        if tags is not UNSET:
            field_dict["tags"] = tags

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.sender_pool_change_tags import SenderPoolChangeTags
        d = dict(src_dict)
        name = d.pop("name", UNSET)

        _tags = d.pop("tags", UNSET)
        tags: SenderPoolChangeTags | Unset
        if isinstance(_tags,  Unset):
            tags = UNSET
        else:
            tags = SenderPoolChangeTags.from_dict(_tags)




        sender_pool_change = cls(
            name=name,
            tags=tags,
        )


        sender_pool_change.additional_properties = d
        return sender_pool_change

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
