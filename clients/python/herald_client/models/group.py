from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from typing import cast

if TYPE_CHECKING:
  from ..models.message_address import MessageAddress





T = TypeVar("T", bound="Group")



@_attrs_define
class Group:
    """ People who get the same message.

        Attributes:
            addresses (list[MessageAddress]): 2 to 10 people, who all get the message.
     """

    addresses: list[MessageAddress]





    def to_dict(self) -> dict[str, Any]:
        from ..models.message_address import MessageAddress
        addresses = []
        for addresses_item_data in self.addresses:
            addresses_item = addresses_item_data.to_dict()
            addresses.append(addresses_item)




        field_dict: dict[str, Any] = {}

        field_dict.update({
            "addresses": addresses,
        })

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.message_address import MessageAddress
        d = dict(src_dict)
        addresses = []
        _addresses = d.pop("addresses")
        for addresses_item_data in (_addresses):
            addresses_item = MessageAddress.from_dict(addresses_item_data)



            addresses.append(addresses_item)


        group = cls(
            addresses=addresses,
        )

        return group

