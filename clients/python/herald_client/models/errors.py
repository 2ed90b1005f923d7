from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from ..types import UNSET, Unset
from typing import cast

if TYPE_CHECKING:
  from ..models.error_out import ErrorOut





T = TypeVar("T", bound="Errors")



@_attrs_define
class Errors:
    """ The answer to a request that failed: its problems, at most 100 of them.

    Herald's own: `others` is the number of further problems, if there are any.

        Attributes:
            errors (list[ErrorOut]): The problems.
            status (int): The HTTP status of the answer.
            others (int | Unset): How many problems there are besides those in `errors`. Herald's own.
     """

    errors: list[ErrorOut]
    status: int
    others: int | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)





    def to_dict(self) -> dict[str, Any]:
        from ..models.error_out import ErrorOut
        errors = []
        for errors_item_data in self.errors:
            errors_item = errors_item_data.to_dict()
            errors.append(errors_item)



        status = self.status

        others = self.others


        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({
            "errors": errors,
            "status": status,
        })
        if others is not UNSET:
            field_dict["others"] = others

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.error_out import ErrorOut
        d = dict(src_dict)
        errors = []
        _errors = d.pop("errors")
        for errors_item_data in (_errors):
            errors_item = ErrorOut.from_dict(errors_item_data)



            errors.append(errors_item)


        status = d.pop("status")

        others = d.pop("others", UNSET)

        errors = cls(
            errors=errors,
            status=status,
            others=others,
        )


        errors.additional_properties = d
        return errors

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
