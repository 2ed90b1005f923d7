from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from ..types import UNSET, Unset
from typing import cast

if TYPE_CHECKING:
  from ..models.quiet_hours_countries import QuietHoursCountries





T = TypeVar("T", bound="QuietHours")



@_attrs_define
class QuietHours:
    """ The body of PUT /QuietHours: when messages may arrive.

    Where `countries` is left out, DEFAULT_COUNTRIES holds.

        Attributes:
            open_ (str): Hours of one day in which messages may arrive, such as 08:00-21:00; up to 24:00.
            countries (QuietHoursCountries | Unset): Stricter hours by country (ISO 3166); if given, they replace all of
                Herald's table.
     """

    open_: str
    countries: QuietHoursCountries | Unset = UNSET





    def to_dict(self) -> dict[str, Any]:
        from ..models.quiet_hours_countries import QuietHoursCountries
        open_ = self.open_

        countries: dict[str, Any] | Unset = UNSET
        if not isinstance(self.countries, Unset):
            countries = self.countries.to_dict()


        field_dict: dict[str, Any] = {}

        field_dict.update({
            "open": open_,
        })
        if countries is not UNSET:
            field_dict["countries"] = countries

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.quiet_hours_countries import QuietHoursCountries
        d = dict(src_dict)
        open_ = d.pop("open")

        _countries = d.pop("countries", UNSET)
        countries: QuietHoursCountries | Unset
        if isinstance(_countries,  Unset):
            countries = UNSET
        else:
            countries = QuietHoursCountries.from_dict(_countries)




        quiet_hours = cls(
            open_=open_,
            countries=countries,
        )

        return quiet_hours

