from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from typing import cast

if TYPE_CHECKING:
  from ..models.sms_module import SmsModule
  from ..models.rcs_module import RcsModule





T = TypeVar("T", bound="ChannelModules")



@_attrs_define
class ChannelModules:
    """ For each channel what is sent through it. A channel without a module is not used.

        Attributes:
            modules (list[RcsModule | SmsModule]): What to send by each channel, at most one for a channel.
     """

    modules: list[RcsModule | SmsModule]
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)





    def to_dict(self) -> dict[str, Any]:
        from ..models.sms_module import SmsModule
        from ..models.rcs_module import RcsModule
        modules = []
        for modules_item_data in self.modules:
            modules_item: dict[str, Any]
            if isinstance(modules_item_data, SmsModule):
                modules_item = modules_item_data.to_dict()
            else:
                modules_item = modules_item_data.to_dict()

            modules.append(modules_item)




        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({
            "modules": modules,
        })

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.sms_module import SmsModule
        from ..models.rcs_module import RcsModule
        d = dict(src_dict)
        modules = []
        _modules = d.pop("modules")
        for modules_item_data in (_modules):
            def _parse_modules_item(data: object) -> RcsModule | SmsModule:
                try:
                    if not isinstance(data, dict):
                        raise TypeError()
                    modules_item_type_0 = SmsModule.from_dict(data)



                    return modules_item_type_0
                except (TypeError, ValueError, AttributeError, KeyError):
                    pass
                if not isinstance(data, dict):
                    raise TypeError()
                modules_item_type_1 = RcsModule.from_dict(data)



                return modules_item_type_1

            modules_item = _parse_modules_item(modules_item_data)

            modules.append(modules_item)


        channel_modules = cls(
            modules=modules,
        )


        channel_modules.additional_properties = d
        return channel_modules

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
