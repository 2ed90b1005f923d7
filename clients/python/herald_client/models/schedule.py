from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from typing import cast






T = TypeVar("T", bound="Schedule")



@_attrs_define
class Schedule:
    """ 
        Attributes:
            send_at (list[str]): The first is when to send: an RFC 3339 date-time at most 30 days ahead, or, without a zone,
                each recipient's local time. The others are ignored.
     """

    send_at: list[str]





    def to_dict(self) -> dict[str, Any]:
        send_at = self.send_at




        field_dict: dict[str, Any] = {}

        field_dict.update({
            "sendAt": send_at,
        })

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        send_at = cast(list[str], d.pop("sendAt"))


        schedule = cls(
            send_at=send_at,
        )

        return schedule

