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
  from ..models.profile_out_traits import ProfileOutTraits
  from ..models.message_address import MessageAddress





T = TypeVar("T", bound="ProfileOut")



@_attrs_define
class ProfileOut:
    """ 
        Attributes:
            addresses (list[MessageAddress]): Addresses of one person, the preferred one first.
            memory_store_id (str): The id of the memory store that the profile is in.
            profile_id (str): The id of a profile.
            traits (ProfileOutTraits): Facts about the person, for `${Twilio.Profile.<trait>}`; at most 3,000 bytes in all.
            updated_at (datetime.datetime): When it last changed.
     """

    addresses: list[MessageAddress]
    memory_store_id: str
    profile_id: str
    traits: ProfileOutTraits
    updated_at: datetime.datetime
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)





    def to_dict(self) -> dict[str, Any]:
        from ..models.profile_out_traits import ProfileOutTraits
        from ..models.message_address import MessageAddress
        addresses = []
        for addresses_item_data in self.addresses:
            addresses_item = addresses_item_data.to_dict()
            addresses.append(addresses_item)



        memory_store_id = self.memory_store_id

        profile_id = self.profile_id

        traits = self.traits.to_dict()

        updated_at = self.updated_at.isoformat()


        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({
            "addresses": addresses,
            "memoryStoreId": memory_store_id,
            "profileId": profile_id,
            "traits": traits,
            "updatedAt": updated_at,
        })

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.profile_out_traits import ProfileOutTraits
        from ..models.message_address import MessageAddress
        d = dict(src_dict)
        addresses = []
        _addresses = d.pop("addresses")
        for addresses_item_data in (_addresses):
            addresses_item = MessageAddress.from_dict(addresses_item_data)



            addresses.append(addresses_item)


        memory_store_id = d.pop("memoryStoreId")

        profile_id = d.pop("profileId")

        traits = ProfileOutTraits.from_dict(d.pop("traits"))




        updated_at = isoparse(d.pop("updatedAt"))




        profile_out = cls(
            addresses=addresses,
            memory_store_id=memory_store_id,
            profile_id=profile_id,
            traits=traits,
            updated_at=updated_at,
        )


        profile_out.additional_properties = d
        return profile_out

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
