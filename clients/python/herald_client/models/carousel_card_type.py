from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from ..types import UNSET, Unset
from typing import cast

if TYPE_CHECKING:
  from ..models.quick_reply import QuickReply
  from ..models.url_button import UrlButton
  from ..models.phone_button import PhoneButton





T = TypeVar("T", bound="CarouselCardType")



@_attrs_define
class CarouselCardType:
    """ 
        Attributes:
            actions (list[PhoneButton | QuickReply | UrlButton] | Unset): The buttons, in their order.
            body (str | Unset): The text. Liquid.
            media (str | Unset): Files to send, by their URLs.
            title (str | Unset): The title. Liquid.
     """

    actions: list[PhoneButton | QuickReply | UrlButton] | Unset = UNSET
    body: str | Unset = UNSET
    media: str | Unset = UNSET
    title: str | Unset = UNSET





    def to_dict(self) -> dict[str, Any]:
        from ..models.quick_reply import QuickReply
        from ..models.url_button import UrlButton
        from ..models.phone_button import PhoneButton
        actions: list[dict[str, Any]] | Unset = UNSET
        if not isinstance(self.actions, Unset):
            actions = []
            for actions_item_data in self.actions:
                actions_item: dict[str, Any]
                if isinstance(actions_item_data, QuickReply):
                    actions_item = actions_item_data.to_dict()
                elif isinstance(actions_item_data, UrlButton):
                    actions_item = actions_item_data.to_dict()
                else:
                    actions_item = actions_item_data.to_dict()

                actions.append(actions_item)



        body = self.body

        media = self.media

        title = self.title


        field_dict: dict[str, Any] = {}

        field_dict.update({
        })
        if actions is not UNSET:
            field_dict["actions"] = actions
        if body is not UNSET:
            field_dict["body"] = body
        if media is not UNSET:
            field_dict["media"] = media
        if title is not UNSET:
            field_dict["title"] = title

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.quick_reply import QuickReply
        from ..models.url_button import UrlButton
        from ..models.phone_button import PhoneButton
        d = dict(src_dict)
        _actions = d.pop("actions", UNSET)
        actions: list[PhoneButton | QuickReply | UrlButton] | Unset = UNSET
        if _actions is not UNSET:
            actions = []
            for actions_item_data in _actions:
                def _parse_actions_item(data: object) -> PhoneButton | QuickReply | UrlButton:
                    try:
                        if not isinstance(data, dict):
                            raise TypeError()
                        actions_item_type_0 = QuickReply.from_dict(data)



                        return actions_item_type_0
                    except (TypeError, ValueError, AttributeError, KeyError):
                        pass
                    try:
                        if not isinstance(data, dict):
                            raise TypeError()
                        actions_item_type_1 = UrlButton.from_dict(data)



                        return actions_item_type_1
                    except (TypeError, ValueError, AttributeError, KeyError):
                        pass
                    if not isinstance(data, dict):
                        raise TypeError()
                    actions_item_type_2 = PhoneButton.from_dict(data)



                    return actions_item_type_2

                actions_item = _parse_actions_item(actions_item_data)

                actions.append(actions_item)


        body = d.pop("body", UNSET)

        media = d.pop("media", UNSET)

        title = d.pop("title", UNSET)

        carousel_card_type = cls(
            actions=actions,
            body=body,
            media=media,
            title=title,
        )

        return carousel_card_type

