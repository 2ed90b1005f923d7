from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from ..types import UNSET, Unset
from typing import cast

if TYPE_CHECKING:
  from ..models.carousel_card_type import CarouselCardType





T = TypeVar("T", bound="CarouselType")



@_attrs_define
class CarouselType:
    """ 
        Attributes:
            cards (list[CarouselCardType]): The cards, in their order.
            body (str | Unset): The text. Liquid.
     """

    cards: list[CarouselCardType]
    body: str | Unset = UNSET





    def to_dict(self) -> dict[str, Any]:
        from ..models.carousel_card_type import CarouselCardType
        cards = []
        for cards_item_data in self.cards:
            cards_item = cards_item_data.to_dict()
            cards.append(cards_item)



        body = self.body


        field_dict: dict[str, Any] = {}

        field_dict.update({
            "cards": cards,
        })
        if body is not UNSET:
            field_dict["body"] = body

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.carousel_card_type import CarouselCardType
        d = dict(src_dict)
        cards = []
        _cards = d.pop("cards")
        for cards_item_data in (_cards):
            cards_item = CarouselCardType.from_dict(cards_item_data)



            cards.append(cards_item)


        body = d.pop("body", UNSET)

        carousel_type = cls(
            cards=cards,
            body=body,
        )

        return carousel_type

