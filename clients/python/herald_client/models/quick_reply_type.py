from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from typing import cast

if TYPE_CHECKING:
  from ..models.quick_reply import QuickReply





T = TypeVar("T", bound="QuickReplyType")



@_attrs_define
class QuickReplyType:
    """ 
        Attributes:
            actions (list[QuickReply]): The buttons, in their order.
            body (str): The text. Liquid.
     """

    actions: list[QuickReply]
    body: str





    def to_dict(self) -> dict[str, Any]:
        from ..models.quick_reply import QuickReply
        actions = []
        for actions_item_data in self.actions:
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
        d = dict(src_dict)
        actions = []
        _actions = d.pop("actions")
        for actions_item_data in (_actions):
            actions_item = QuickReply.from_dict(actions_item_data)



            actions.append(actions_item)


        body = d.pop("body")

        quick_reply_type = cls(
            actions=actions,
            body=body,
        )

        return quick_reply_type

