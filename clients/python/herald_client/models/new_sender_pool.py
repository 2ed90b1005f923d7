from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from ..types import UNSET, Unset
from typing import cast

if TYPE_CHECKING:
  from ..models.new_member import NewMember
  from ..models.new_sender_pool_tags import NewSenderPoolTags





T = TypeVar("T", bound="NewSenderPool")



@_attrs_define
class NewSenderPool:
    """ The body of POST /SenderPools.

        Attributes:
            name (str | Unset): The name.
            senders (list[NewMember] | Unset): Senders.
            tags (NewSenderPoolTags | Unset): Up to 10 names and values of your own.
     """

    name: str | Unset = UNSET
    senders: list[NewMember] | Unset = UNSET
    tags: NewSenderPoolTags | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)





    def to_dict(self) -> dict[str, Any]:
        from ..models.new_member import NewMember
        from ..models.new_sender_pool_tags import NewSenderPoolTags
        name = self.name

        senders: list[dict[str, Any]] | Unset = UNSET
        if not isinstance(self.senders, Unset):
            senders = []
            for senders_item_data in self.senders:
                senders_item = senders_item_data.to_dict()
                senders.append(senders_item)



        tags: dict[str, Any] | Unset = UNSET
        if not isinstance(self.tags, Unset):
            tags = self.tags.to_dict()


        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({
        })
        if name is not UNSET:
            field_dict["name"] = name
        if senders is not UNSET:
            field_dict["senders"] = senders
        if tags is not UNSET:
            field_dict["tags"] = tags

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.new_member import NewMember
        from ..models.new_sender_pool_tags import NewSenderPoolTags
        d = dict(src_dict)
        name = d.pop("name", UNSET)

        _senders = d.pop("senders", UNSET)
        senders: list[NewMember] | Unset = UNSET
        if _senders is not UNSET:
            senders = []
            for senders_item_data in _senders:
                senders_item = NewMember.from_dict(senders_item_data)



                senders.append(senders_item)


        _tags = d.pop("tags", UNSET)
        tags: NewSenderPoolTags | Unset
        if isinstance(_tags,  Unset):
            tags = UNSET
        else:
            tags = NewSenderPoolTags.from_dict(_tags)




        new_sender_pool = cls(
            name=name,
            senders=senders,
            tags=tags,
        )


        new_sender_pool.additional_properties = d
        return new_sender_pool

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
