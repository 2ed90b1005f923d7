from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from typing import cast

if TYPE_CHECKING:
  from ..models.failure_out import FailureOut
  from ..models.pagination import Pagination





T = TypeVar("T", bound="FailurePage")



@_attrs_define
class FailurePage:
    """ 
        Attributes:
            errors (list[FailureOut]): The problems.
            pagination (Pagination): Tokens of the next page, null on the last one, and of this page.
     """

    errors: list[FailureOut]
    pagination: Pagination
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)





    def to_dict(self) -> dict[str, Any]:
        from ..models.failure_out import FailureOut
        from ..models.pagination import Pagination
        errors = []
        for errors_item_data in self.errors:
            errors_item = errors_item_data.to_dict()
            errors.append(errors_item)



        pagination = self.pagination.to_dict()


        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({
            "errors": errors,
            "pagination": pagination,
        })

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.failure_out import FailureOut
        from ..models.pagination import Pagination
        d = dict(src_dict)
        errors = []
        _errors = d.pop("errors")
        for errors_item_data in (_errors):
            errors_item = FailureOut.from_dict(errors_item_data)



            errors.append(errors_item)


        pagination = Pagination.from_dict(d.pop("pagination"))




        failure_page = cls(
            errors=errors,
            pagination=pagination,
        )


        failure_page.additional_properties = d
        return failure_page

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
