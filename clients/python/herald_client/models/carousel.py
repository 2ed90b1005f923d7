from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from typing import cast

if TYPE_CHECKING:
  from ..models.carousel_card import CarouselCard





T = TypeVar("T", bound="Carousel")



@_attrs_define
class Carousel:
    """ 
        Attributes:
            carousel_card (CarouselCard):
     """

    carousel_card: CarouselCard
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)





    def to_dict(self) -> dict[str, Any]:
        from ..models.carousel_card import CarouselCard
        carousel_card = self.carousel_card.to_dict()


        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({
            "carouselCard": carousel_card,
        })

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.carousel_card import CarouselCard
        d = dict(src_dict)
        carousel_card = CarouselCard.from_dict(d.pop("carouselCard"))




        carousel = cls(
            carousel_card=carousel_card,
        )


        carousel.additional_properties = d
        return carousel

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
