from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from typing import cast

if TYPE_CHECKING:
  from ..models.standalone_card import StandaloneCard





T = TypeVar("T", bound="Standalone")



@_attrs_define
class Standalone:
    """ 
        Attributes:
            standalone_card (StandaloneCard):
     """

    standalone_card: StandaloneCard
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)





    def to_dict(self) -> dict[str, Any]:
        from ..models.standalone_card import StandaloneCard
        standalone_card = self.standalone_card.to_dict()


        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({
            "standaloneCard": standalone_card,
        })

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.standalone_card import StandaloneCard
        d = dict(src_dict)
        standalone_card = StandaloneCard.from_dict(d.pop("standaloneCard"))




        standalone = cls(
            standalone_card=standalone_card,
        )


        standalone.additional_properties = d
        return standalone

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
