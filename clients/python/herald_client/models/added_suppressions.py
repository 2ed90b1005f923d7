from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from typing import cast

if TYPE_CHECKING:
  from ..models.suppression_out import SuppressionOut





T = TypeVar("T", bound="AddedSuppressions")



@_attrs_define
class AddedSuppressions:
    """ The requested suppressions, each address once; how many are new, and how many existed before.

        Attributes:
            added (int): How many of the addresses were not suppressed before.
            known (int): How many of the addresses were suppressed before.
            suppressions (list[SuppressionOut]): The addresses.
     """

    added: int
    known: int
    suppressions: list[SuppressionOut]
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)





    def to_dict(self) -> dict[str, Any]:
        from ..models.suppression_out import SuppressionOut
        added = self.added

        known = self.known

        suppressions = []
        for suppressions_item_data in self.suppressions:
            suppressions_item = suppressions_item_data.to_dict()
            suppressions.append(suppressions_item)




        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({
            "added": added,
            "known": known,
            "suppressions": suppressions,
        })

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.suppression_out import SuppressionOut
        d = dict(src_dict)
        added = d.pop("added")

        known = d.pop("known")

        suppressions = []
        _suppressions = d.pop("suppressions")
        for suppressions_item_data in (_suppressions):
            suppressions_item = SuppressionOut.from_dict(suppressions_item_data)



            suppressions.append(suppressions_item)


        added_suppressions = cls(
            added=added,
            known=known,
            suppressions=suppressions,
        )


        added_suppressions.additional_properties = d
        return added_suppressions

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
