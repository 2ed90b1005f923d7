from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from typing import cast

if TYPE_CHECKING:
  from ..models.sender_pool_out import SenderPoolOut
  from ..models.pagination import Pagination





T = TypeVar("T", bound="SenderPoolsPage")



@_attrs_define
class SenderPoolsPage:
    """ 
        Attributes:
            pagination (Pagination): Tokens of the next page, null on the last one, and of this page.
            sender_pools (list[SenderPoolOut]): The sender pools of this page.
     """

    pagination: Pagination
    sender_pools: list[SenderPoolOut]
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)





    def to_dict(self) -> dict[str, Any]:
        from ..models.sender_pool_out import SenderPoolOut
        from ..models.pagination import Pagination
        pagination = self.pagination.to_dict()

        sender_pools = []
        for sender_pools_item_data in self.sender_pools:
            sender_pools_item = sender_pools_item_data.to_dict()
            sender_pools.append(sender_pools_item)




        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({
            "pagination": pagination,
            "senderPools": sender_pools,
        })

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.sender_pool_out import SenderPoolOut
        from ..models.pagination import Pagination
        d = dict(src_dict)
        pagination = Pagination.from_dict(d.pop("pagination"))




        sender_pools = []
        _sender_pools = d.pop("senderPools")
        for sender_pools_item_data in (_sender_pools):
            sender_pools_item = SenderPoolOut.from_dict(sender_pools_item_data)



            sender_pools.append(sender_pools_item)


        sender_pools_page = cls(
            pagination=pagination,
            sender_pools=sender_pools,
        )


        sender_pools_page.additional_properties = d
        return sender_pools_page

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
