from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from ..models.any_channel import AnyChannel
from ..types import UNSET, Unset
from typing import cast

if TYPE_CHECKING:
  from ..models.any_channel_priority import AnyChannelPriority





T = TypeVar("T", bound="AnyChannelControl")



@_attrs_define
class AnyChannelControl:
    """ Which channels, and in which order: as in `from`, but of all channels of the contract.

        Attributes:
            filter_in (list[AnyChannel] | Unset): Only these channels, each once; without it, all.
            priority (list[AnyChannelPriority] | Unset): The order of the channels, the lowest number first.
     """

    filter_in: list[AnyChannel] | Unset = UNSET
    priority: list[AnyChannelPriority] | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)





    def to_dict(self) -> dict[str, Any]:
        from ..models.any_channel_priority import AnyChannelPriority
        filter_in: list[str] | Unset = UNSET
        if not isinstance(self.filter_in, Unset):
            filter_in = []
            for filter_in_item_data in self.filter_in:
                filter_in_item = filter_in_item_data.value
                filter_in.append(filter_in_item)



        priority: list[dict[str, Any]] | Unset = UNSET
        if not isinstance(self.priority, Unset):
            priority = []
            for priority_item_data in self.priority:
                priority_item = priority_item_data.to_dict()
                priority.append(priority_item)




        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({
        })
        if filter_in is not UNSET:
            field_dict["filterIn"] = filter_in
        if priority is not UNSET:
            field_dict["priority"] = priority

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.any_channel_priority import AnyChannelPriority
        d = dict(src_dict)
        _filter_in = d.pop("filterIn", UNSET)
        filter_in: list[AnyChannel] | Unset = UNSET
        if _filter_in is not UNSET:
            filter_in = []
            for filter_in_item_data in _filter_in:
                filter_in_item = AnyChannel(filter_in_item_data)



                filter_in.append(filter_in_item)


        _priority = d.pop("priority", UNSET)
        priority: list[AnyChannelPriority] | Unset = UNSET
        if _priority is not UNSET:
            priority = []
            for priority_item_data in _priority:
                priority_item = AnyChannelPriority.from_dict(priority_item_data)



                priority.append(priority_item)


        any_channel_control = cls(
            filter_in=filter_in,
            priority=priority,
        )


        any_channel_control.additional_properties = d
        return any_channel_control

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
