from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from ..types import UNSET, Unset
from typing import cast

if TYPE_CHECKING:
  from ..models.profile_contents_traits import ProfileContentsTraits
  from ..models.message_address import MessageAddress





T = TypeVar("T", bound="ProfileContents")



@_attrs_define
class ProfileContents:
    """ What an account tells of a person: the addresses, the preferred one first, and traits.

        Attributes:
            addresses (list[MessageAddress]): Addresses of one person, the preferred one first.
            traits (ProfileContentsTraits | Unset): Facts about the person, for `${Twilio.Profile.<trait>}`; at most 3,000
                bytes in all.
     """

    addresses: list[MessageAddress]
    traits: ProfileContentsTraits | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)





    def to_dict(self) -> dict[str, Any]:
        from ..models.profile_contents_traits import ProfileContentsTraits
        from ..models.message_address import MessageAddress
        addresses = []
        for addresses_item_data in self.addresses:
            addresses_item = addresses_item_data.to_dict()
            addresses.append(addresses_item)



        traits: dict[str, Any] | Unset = UNSET
        if not isinstance(self.traits, Unset):
            traits = self.traits.to_dict()


        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({
            "addresses": addresses,
        })
        if traits is not UNSET:
            field_dict["traits"] = traits

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.profile_contents_traits import ProfileContentsTraits
        from ..models.message_address import MessageAddress
        d = dict(src_dict)
        addresses = []
        _addresses = d.pop("addresses")
        for addresses_item_data in (_addresses):
            addresses_item = MessageAddress.from_dict(addresses_item_data)



            addresses.append(addresses_item)


        _traits = d.pop("traits", UNSET)
        traits: ProfileContentsTraits | Unset
        if isinstance(_traits,  Unset):
            traits = UNSET
        else:
            traits = ProfileContentsTraits.from_dict(_traits)




        profile_contents = cls(
            addresses=addresses,
            traits=traits,
        )


        profile_contents.additional_properties = d
        return profile_contents

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
