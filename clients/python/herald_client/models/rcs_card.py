from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from ..types import UNSET, Unset
from typing import cast

if TYPE_CHECKING:
  from ..models.standalone import Standalone
  from ..models.carousel import Carousel
  from ..models.reply_suggestion import ReplySuggestion
  from ..models.action_suggestion import ActionSuggestion





T = TypeVar("T", bound="RcsCard")



@_attrs_define
class RcsCard:
    """ 
        Attributes:
            rich_card (Carousel | Standalone): A card, or several.
            suggestions (list[ActionSuggestion | ReplySuggestion] | Unset): Answers and actions to tap.
     """

    rich_card: Carousel | Standalone
    suggestions: list[ActionSuggestion | ReplySuggestion] | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)





    def to_dict(self) -> dict[str, Any]:
        from ..models.standalone import Standalone
        from ..models.carousel import Carousel
        from ..models.reply_suggestion import ReplySuggestion
        from ..models.action_suggestion import ActionSuggestion
        rich_card: dict[str, Any]
        if isinstance(self.rich_card, Standalone):
            rich_card = self.rich_card.to_dict()
        else:
            rich_card = self.rich_card.to_dict()


        suggestions: list[dict[str, Any]] | Unset = UNSET
        if not isinstance(self.suggestions, Unset):
            suggestions = []
            for suggestions_item_data in self.suggestions:
                suggestions_item: dict[str, Any]
                if isinstance(suggestions_item_data, ReplySuggestion):
                    suggestions_item = suggestions_item_data.to_dict()
                else:
                    suggestions_item = suggestions_item_data.to_dict()

                suggestions.append(suggestions_item)




        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({
            "richCard": rich_card,
        })
        if suggestions is not UNSET:
            field_dict["suggestions"] = suggestions

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.standalone import Standalone
        from ..models.carousel import Carousel
        from ..models.reply_suggestion import ReplySuggestion
        from ..models.action_suggestion import ActionSuggestion
        d = dict(src_dict)
        def _parse_rich_card(data: object) -> Carousel | Standalone:
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                rich_card_type_0 = Standalone.from_dict(data)



                return rich_card_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            if not isinstance(data, dict):
                raise TypeError()
            rich_card_type_1 = Carousel.from_dict(data)



            return rich_card_type_1

        rich_card = _parse_rich_card(d.pop("richCard"))


        _suggestions = d.pop("suggestions", UNSET)
        suggestions: list[ActionSuggestion | ReplySuggestion] | Unset = UNSET
        if _suggestions is not UNSET:
            suggestions = []
            for suggestions_item_data in _suggestions:
                def _parse_suggestions_item(data: object) -> ActionSuggestion | ReplySuggestion:
                    try:
                        if not isinstance(data, dict):
                            raise TypeError()
                        suggestions_item_type_0 = ReplySuggestion.from_dict(data)



                        return suggestions_item_type_0
                    except (TypeError, ValueError, AttributeError, KeyError):
                        pass
                    if not isinstance(data, dict):
                        raise TypeError()
                    suggestions_item_type_1 = ActionSuggestion.from_dict(data)



                    return suggestions_item_type_1

                suggestions_item = _parse_suggestions_item(suggestions_item_data)

                suggestions.append(suggestions_item)


        rcs_card = cls(
            rich_card=rich_card,
            suggestions=suggestions,
        )


        rcs_card.additional_properties = d
        return rcs_card

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
