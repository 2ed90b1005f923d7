from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from ..models.standalone_card_card_orientation import StandaloneCardCardOrientation
from ..models.standalone_card_thumbnail_image_alignment import StandaloneCardThumbnailImageAlignment
from ..types import UNSET, Unset
from typing import cast

if TYPE_CHECKING:
  from ..models.card_content import CardContent





T = TypeVar("T", bound="StandaloneCard")



@_attrs_define
class StandaloneCard:
    """ 
        Attributes:
            card_content (CardContent):
            card_orientation (StandaloneCardCardOrientation | Unset): How the card is laid out; VERTICAL unless it says.
            thumbnail_image_alignment (StandaloneCardThumbnailImageAlignment | Unset): The side of the image of a horizontal
                card; RIGHT unless it says.
     """

    card_content: CardContent
    card_orientation: StandaloneCardCardOrientation | Unset = UNSET
    thumbnail_image_alignment: StandaloneCardThumbnailImageAlignment | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)





    def to_dict(self) -> dict[str, Any]:
        from ..models.card_content import CardContent
        card_content = self.card_content.to_dict()

        card_orientation: str | Unset = UNSET
        if not isinstance(self.card_orientation, Unset):
            card_orientation = self.card_orientation.value


        thumbnail_image_alignment: str | Unset = UNSET
        if not isinstance(self.thumbnail_image_alignment, Unset):
            thumbnail_image_alignment = self.thumbnail_image_alignment.value



        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({
            "cardContent": card_content,
        })
        if card_orientation is not UNSET:
            field_dict["cardOrientation"] = card_orientation
        if thumbnail_image_alignment is not UNSET:
            field_dict["thumbnailImageAlignment"] = thumbnail_image_alignment

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.card_content import CardContent
        d = dict(src_dict)
        card_content = CardContent.from_dict(d.pop("cardContent"))




        _card_orientation = d.pop("cardOrientation", UNSET)
        card_orientation: StandaloneCardCardOrientation | Unset
        if isinstance(_card_orientation,  Unset):
            card_orientation = UNSET
        else:
            card_orientation = StandaloneCardCardOrientation(_card_orientation)




        _thumbnail_image_alignment = d.pop("thumbnailImageAlignment", UNSET)
        thumbnail_image_alignment: StandaloneCardThumbnailImageAlignment | Unset
        if isinstance(_thumbnail_image_alignment,  Unset):
            thumbnail_image_alignment = UNSET
        else:
            thumbnail_image_alignment = StandaloneCardThumbnailImageAlignment(_thumbnail_image_alignment)




        standalone_card = cls(
            card_content=card_content,
            card_orientation=card_orientation,
            thumbnail_image_alignment=thumbnail_image_alignment,
        )


        standalone_card.additional_properties = d
        return standalone_card

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
