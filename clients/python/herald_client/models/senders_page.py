from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from typing import cast

if TYPE_CHECKING:
  from ..models.sender_out import SenderOut
  from ..models.pagination import Pagination





T = TypeVar("T", bound="SendersPage")



@_attrs_define
class SendersPage:
    """ 
        Attributes:
            pagination (Pagination): Tokens of the next page, null on the last one, and of this page.
            senders (list[SenderOut]): Senders.
     """

    pagination: Pagination
    senders: list[SenderOut]
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)





    def to_dict(self) -> dict[str, Any]:
        from ..models.sender_out import SenderOut
        from ..models.pagination import Pagination
        pagination = self.pagination.to_dict()

        senders = []
        for senders_item_data in self.senders:
            senders_item = senders_item_data.to_dict()
            senders.append(senders_item)




        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({
            "pagination": pagination,
            "senders": senders,
        })

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.sender_out import SenderOut
        from ..models.pagination import Pagination
        d = dict(src_dict)
        pagination = Pagination.from_dict(d.pop("pagination"))




        senders = []
        _senders = d.pop("senders")
        for senders_item_data in (_senders):
            senders_item = SenderOut.from_dict(senders_item_data)



            senders.append(senders_item)


        senders_page = cls(
            pagination=pagination,
            senders=senders,
        )


        senders_page.additional_properties = d
        return senders_page

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
