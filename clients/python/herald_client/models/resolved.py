from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from typing import cast

if TYPE_CHECKING:
  from ..models.resolved_from import ResolvedFrom
  from ..models.message_address import MessageAddress





T = TypeVar("T", bound="Resolved")



@_attrs_define
class Resolved:
    """ A sender and an address that it reaches; the lower the priority, the better.

        Attributes:
            from_ (ResolvedFrom):
            priority (int): The place of the pair; 0 is the best.
            to (MessageAddress): A person's number, as it was given, and the channel that reaches it.
     """

    from_: ResolvedFrom
    priority: int
    to: MessageAddress
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)





    def to_dict(self) -> dict[str, Any]:
        from ..models.resolved_from import ResolvedFrom
        from ..models.message_address import MessageAddress
        from_ = self.from_.to_dict()

        priority = self.priority

        to = self.to.to_dict()


        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({
            "from": from_,
            "priority": priority,
            "to": to,
        })

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.resolved_from import ResolvedFrom
        from ..models.message_address import MessageAddress
        d = dict(src_dict)
        from_ = ResolvedFrom.from_dict(d.pop("from"))




        priority = d.pop("priority")

        to = MessageAddress.from_dict(d.pop("to"))




        resolved = cls(
            from_=from_,
            priority=priority,
            to=to,
        )


        resolved.additional_properties = d
        return resolved

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
