from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from ..models.limit_name import LimitName
from dateutil.parser import isoparse
from typing import cast
import datetime






T = TypeVar("T", bound="LimitOut")



@_attrs_define
class LimitOut:
    """ Money is in US dollars, as a decimal number; everything else is a whole number.

        Attributes:
            is_default (bool): Whether the limit is that of the stack, and not the account's own.
            limit (None | str): How much the account may use; null if there is no limit.
            name (LimitName): The limits, by their names on the wire.
            remaining (None | str): How much of the limit is left; null if there is no limit, or it does not count.
            resets_at (datetime.datetime | None): When the use begins at 0 again; null if there is no use to reset.
            used (None | str): How much of the limit is used; null if there is no limit, or it does not count.
     """

    is_default: bool
    limit: None | str
    name: LimitName
    remaining: None | str
    resets_at: datetime.datetime | None
    used: None | str
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)





    def to_dict(self) -> dict[str, Any]:
        is_default = self.is_default

        limit: None | str
        limit = self.limit

        name = self.name.value

        remaining: None | str
        remaining = self.remaining

        resets_at: None | str
        if isinstance(self.resets_at, datetime.datetime):
            resets_at = self.resets_at.isoformat()
        else:
            resets_at = self.resets_at

        used: None | str
        used = self.used


        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({
            "isDefault": is_default,
            "limit": limit,
            "name": name,
            "remaining": remaining,
            "resetsAt": resets_at,
            "used": used,
        })

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        is_default = d.pop("isDefault")

        def _parse_limit(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        limit = _parse_limit(d.pop("limit"))


        name = LimitName(d.pop("name"))




        def _parse_remaining(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        remaining = _parse_remaining(d.pop("remaining"))


        def _parse_resets_at(data: object) -> datetime.datetime | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                resets_at_type_0 = isoparse(data)



                return resets_at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None, data)

        resets_at = _parse_resets_at(d.pop("resetsAt"))


        def _parse_used(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        used = _parse_used(d.pop("used"))


        limit_out = cls(
            is_default=is_default,
            limit=limit,
            name=name,
            remaining=remaining,
            resets_at=resets_at,
            used=used,
        )


        limit_out.additional_properties = d
        return limit_out

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
