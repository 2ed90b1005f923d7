from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from ..types import UNSET, Unset
from typing import cast

if TYPE_CHECKING:
  from ..models.reply_suggestion import ReplySuggestion
  from ..models.action_suggestion import ActionSuggestion
  from ..models.card_media import CardMedia





T = TypeVar("T", bound="CardContent")



@_attrs_define
class CardContent:
    """ 
        Attributes:
            description (str | Unset): The text below the title. Liquid.
            media (CardMedia | Unset):
            suggestions (list[ActionSuggestion | ReplySuggestion] | Unset): Answers and actions to tap.
            title (str | Unset): The title. Liquid.
     """

    description: str | Unset = UNSET
    media: CardMedia | Unset = UNSET
    suggestions: list[ActionSuggestion | ReplySuggestion] | Unset = UNSET
    title: str | Unset = UNSET





    def to_dict(self) -> dict[str, Any]:
        from ..models.reply_suggestion import ReplySuggestion
        from ..models.action_suggestion import ActionSuggestion
        from ..models.card_media import CardMedia
        description = self.description

        media: dict[str, Any] | Unset = UNSET
        if not isinstance(self.media, Unset):
            media = self.media.to_dict()

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



        title = self.title


        field_dict: dict[str, Any] = {}

        field_dict.update({
        })
        if description is not UNSET:
            field_dict["description"] = description
        if media is not UNSET:
            field_dict["media"] = media
        if suggestions is not UNSET:
            field_dict["suggestions"] = suggestions
        if title is not UNSET:
            field_dict["title"] = title

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.reply_suggestion import ReplySuggestion
        from ..models.action_suggestion import ActionSuggestion
        from ..models.card_media import CardMedia
        d = dict(src_dict)
        description = d.pop("description", UNSET)

        _media = d.pop("media", UNSET)
        media: CardMedia | Unset
        if isinstance(_media,  Unset):
            media = UNSET
        else:
            media = CardMedia.from_dict(_media)




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


        title = d.pop("title", UNSET)

        card_content = cls(
            description=description,
            media=media,
            suggestions=suggestions,
            title=title,
        )

        return card_content

