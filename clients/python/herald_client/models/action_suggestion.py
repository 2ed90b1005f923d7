from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from typing import cast

if TYPE_CHECKING:
  from ..models.create_calendar_event_action import CreateCalendarEventAction
  from ..models.open_url_action import OpenUrlAction
  from ..models.dial_action import DialAction
  from ..models.view_location_action import ViewLocationAction
  from ..models.share_location_action import ShareLocationAction





T = TypeVar("T", bound="ActionSuggestion")



@_attrs_define
class ActionSuggestion:
    """ 
        Attributes:
            action (CreateCalendarEventAction | DialAction | OpenUrlAction | ShareLocationAction | ViewLocationAction): What
                a tap on the suggestion does.
     """

    action: CreateCalendarEventAction | DialAction | OpenUrlAction | ShareLocationAction | ViewLocationAction
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)





    def to_dict(self) -> dict[str, Any]:
        from ..models.create_calendar_event_action import CreateCalendarEventAction
        from ..models.open_url_action import OpenUrlAction
        from ..models.dial_action import DialAction
        from ..models.view_location_action import ViewLocationAction
        from ..models.share_location_action import ShareLocationAction
        action: dict[str, Any]
        if isinstance(self.action, DialAction):
            action = self.action.to_dict()
        elif isinstance(self.action, OpenUrlAction):
            action = self.action.to_dict()
        elif isinstance(self.action, ViewLocationAction):
            action = self.action.to_dict()
        elif isinstance(self.action, CreateCalendarEventAction):
            action = self.action.to_dict()
        else:
            action = self.action.to_dict()



        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({
            "action": action,
        })

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.create_calendar_event_action import CreateCalendarEventAction
        from ..models.open_url_action import OpenUrlAction
        from ..models.dial_action import DialAction
        from ..models.view_location_action import ViewLocationAction
        from ..models.share_location_action import ShareLocationAction
        d = dict(src_dict)
        def _parse_action(data: object) -> CreateCalendarEventAction | DialAction | OpenUrlAction | ShareLocationAction | ViewLocationAction:
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                action_type_0 = DialAction.from_dict(data)



                return action_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                action_type_1 = OpenUrlAction.from_dict(data)



                return action_type_1
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                action_type_2 = ViewLocationAction.from_dict(data)



                return action_type_2
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                action_type_3 = CreateCalendarEventAction.from_dict(data)



                return action_type_3
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            if not isinstance(data, dict):
                raise TypeError()
            action_type_4 = ShareLocationAction.from_dict(data)



            return action_type_4

        action = _parse_action(d.pop("action"))


        action_suggestion = cls(
            action=action,
        )


        action_suggestion.additional_properties = d
        return action_suggestion

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
