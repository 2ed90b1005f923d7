from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from ..models.given_source import GivenSource
from ..types import UNSET, Unset
from typing import cast

if TYPE_CHECKING:
  from ..models.message_address import MessageAddress





T = TypeVar("T", bound="NewSuppressions")



@_attrs_define
class NewSuppressions:
    """ The body of POST /Suppressions.

        Attributes:
            suppressions (list[MessageAddress]): The addresses.
            source (GivenSource | Unset): The sources that a client may name: a STOP can only come from the person.
     """

    suppressions: list[MessageAddress]
    source: GivenSource | Unset = UNSET





    def to_dict(self) -> dict[str, Any]:
        from ..models.message_address import MessageAddress
        suppressions = []
        for suppressions_item_data in self.suppressions:
            suppressions_item = suppressions_item_data.to_dict()
            suppressions.append(suppressions_item)



        source: str | Unset = UNSET
        if not isinstance(self.source, Unset):
            source = self.source.value



        field_dict: dict[str, Any] = {}

        field_dict.update({
            "suppressions": suppressions,
        })
        if source is not UNSET:
            field_dict["source"] = source

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.message_address import MessageAddress
        d = dict(src_dict)
        suppressions = []
        _suppressions = d.pop("suppressions")
        for suppressions_item_data in (_suppressions):
            suppressions_item = MessageAddress.from_dict(suppressions_item_data)



            suppressions.append(suppressions_item)


        _source = d.pop("source", UNSET)
        source: GivenSource | Unset
        if isinstance(_source,  Unset):
            source = UNSET
        else:
            source = GivenSource(_source)




        new_suppressions = cls(
            suppressions=suppressions,
            source=source,
        )

        return new_suppressions

