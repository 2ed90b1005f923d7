from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from ..models.carousel_card_card_width import CarouselCardCardWidth
from ..types import UNSET, Unset
from typing import cast

if TYPE_CHECKING:
  from ..models.card_content import CardContent





T = TypeVar("T", bound="CarouselCard")



@_attrs_define
class CarouselCard:
    """ 
        Attributes:
            card_contents (list[CardContent]): 2 to 10 cards.
            card_width (CarouselCardCardWidth | Unset): The width of all cards.
     """

    card_contents: list[CardContent]
    card_width: CarouselCardCardWidth | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)





    def to_dict(self) -> dict[str, Any]:
        from ..models.card_content import CardContent
        card_contents = []
        for card_contents_item_data in self.card_contents:
            card_contents_item = card_contents_item_data.to_dict()
            card_contents.append(card_contents_item)



        card_width: str | Unset = UNSET
        if not isinstance(self.card_width, Unset):
            card_width = self.card_width.value



        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({
            "cardContents": card_contents,
        })
        if card_width is not UNSET:
            field_dict["cardWidth"] = card_width

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.card_content import CardContent
        d = dict(src_dict)
        card_contents = []
        _card_contents = d.pop("cardContents")
        for card_contents_item_data in (_card_contents):
            card_contents_item = CardContent.from_dict(card_contents_item_data)



            card_contents.append(card_contents_item)


        _card_width = d.pop("cardWidth", UNSET)
        card_width: CarouselCardCardWidth | Unset
        if isinstance(_card_width,  Unset):
            card_width = UNSET
        else:
            card_width = CarouselCardCardWidth(_card_width)




        carousel_card = cls(
            card_contents=card_contents,
            card_width=card_width,
        )


        carousel_card.additional_properties = d
        return carousel_card

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
