from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from ..types import UNSET, Unset






T = TypeVar("T", bound="CountryHours")



@_attrs_define
class CountryHours:
    """ The hours of a country; where a day is left out, `open` holds.

        Attributes:
            open_ (str): Hours of the days that have none of their own, such as 08:00-21:00; or `closed`.
            saturday (str | Unset): Hours of Saturdays, or `closed`; without it, those of `open`.
            sunday (str | Unset): Hours of Sundays, or `closed`; without it, those of `open`.
     """

    open_: str
    saturday: str | Unset = UNSET
    sunday: str | Unset = UNSET





    def to_dict(self) -> dict[str, Any]:
        open_ = self.open_

        saturday = self.saturday

        sunday = self.sunday


        field_dict: dict[str, Any] = {}

        field_dict.update({
            "open": open_,
        })
        if saturday is not UNSET:
            field_dict["saturday"] = saturday
        if sunday is not UNSET:
            field_dict["sunday"] = sunday

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        open_ = d.pop("open")

        saturday = d.pop("saturday", UNSET)

        sunday = d.pop("sunday", UNSET)

        country_hours = cls(
            open_=open_,
            saturday=saturday,
            sunday=sunday,
        )

        return country_hours

