from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from typing import cast

if TYPE_CHECKING:
  from ..models.sender_pool_operation_out import SenderPoolOperationOut
  from ..models.pagination import Pagination





T = TypeVar("T", bound="SenderPoolOperationsPage")



@_attrs_define
class SenderPoolOperationsPage:
    """ 
        Attributes:
            operations (list[SenderPoolOperationOut]): The operations of this page.
            pagination (Pagination): Tokens of the next page, null on the last one, and of this page.
     """

    operations: list[SenderPoolOperationOut]
    pagination: Pagination
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)





    def to_dict(self) -> dict[str, Any]:
        from ..models.sender_pool_operation_out import SenderPoolOperationOut
        from ..models.pagination import Pagination
        operations = []
        for operations_item_data in self.operations:
            operations_item = operations_item_data.to_dict()
            operations.append(operations_item)



        pagination = self.pagination.to_dict()


        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({
            "operations": operations,
            "pagination": pagination,
        })

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.sender_pool_operation_out import SenderPoolOperationOut
        from ..models.pagination import Pagination
        d = dict(src_dict)
        operations = []
        _operations = d.pop("operations")
        for operations_item_data in (_operations):
            operations_item = SenderPoolOperationOut.from_dict(operations_item_data)



            operations.append(operations_item)


        pagination = Pagination.from_dict(d.pop("pagination"))




        sender_pool_operations_page = cls(
            operations=operations,
            pagination=pagination,
        )


        sender_pool_operations_page.additional_properties = d
        return sender_pool_operations_page

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
