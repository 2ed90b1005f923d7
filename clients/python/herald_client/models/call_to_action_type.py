from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from typing import cast

if TYPE_CHECKING:
  from ..models.quick_reply import QuickReply
  from ..models.url_button import UrlButton
  from ..models.phone_button import PhoneButton





T = TypeVar("T", bound="CallToActionType")



@_attrs_define
class CallToActionType:
    """ 
        Attributes:
            actions (list[PhoneButton | QuickReply | UrlButton]): The buttons, in their order.
            body (str): The text. Liquid.
     """

    actions: list[PhoneButton | QuickReply | UrlButton]
    body: str





    def to_dict(self) -> dict[str, Any]:
        from ..models.quick_reply import QuickReply
        from ..models.url_button import UrlButton
        from ..models.phone_button import PhoneButton
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


        field_dict: dict[str, Any] = {}

        field_dict.update({
            "actions": actions,
            "body": body,
        })

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.quick_reply import QuickReply
        from ..models.url_button import UrlButton
        from ..models.phone_button import PhoneButton
        d = dict(src_dict)
        actions = []
        _actions = d.pop("actions")
        for actions_item_data in (_actions):
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


        body = d.pop("body")

        call_to_action_type = cls(
            actions=actions,
            body=body,
        )

        return call_to_action_type

