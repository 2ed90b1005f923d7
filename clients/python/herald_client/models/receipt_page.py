from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from typing import cast

if TYPE_CHECKING:
  from ..models.receipt_out import ReceiptOut
  from ..models.pagination import Pagination





T = TypeVar("T", bound="ReceiptPage")



@_attrs_define
class ReceiptPage:
    """ 
        Attributes:
            pagination (Pagination): Tokens of the next page, null on the last one, and of this page.
            receipts (list[ReceiptOut]): The result of the message for each person.
     """

    pagination: Pagination
    receipts: list[ReceiptOut]
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)





    def to_dict(self) -> dict[str, Any]:
        from ..models.receipt_out import ReceiptOut
        from ..models.pagination import Pagination
        pagination = self.pagination.to_dict()

        receipts = []
        for receipts_item_data in self.receipts:
            receipts_item = receipts_item_data.to_dict()
            receipts.append(receipts_item)




        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({
            "pagination": pagination,
            "receipts": receipts,
        })

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.receipt_out import ReceiptOut
        from ..models.pagination import Pagination
        d = dict(src_dict)
        pagination = Pagination.from_dict(d.pop("pagination"))




        receipts = []
        _receipts = d.pop("receipts")
        for receipts_item_data in (_receipts):
            receipts_item = ReceiptOut.from_dict(receipts_item_data)



            receipts.append(receipts_item)


        receipt_page = cls(
            pagination=pagination,
            receipts=receipts,
        )


        receipt_page.additional_properties = d
        return receipt_page

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
