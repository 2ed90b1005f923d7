from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from dateutil.parser import isoparse
from typing import cast
import datetime

if TYPE_CHECKING:
  from ..models.quiet_hours_out_countries import QuietHoursOutCountries





T = TypeVar("T", bound="QuietHoursOut")



@_attrs_define
class QuietHoursOut:
    """ The hours that are open; `open` null: all of them. `isDefault` when the countries are Herald's.

        Attributes:
            countries (QuietHoursOutCountries): Stricter hours by country (ISO 3166); if given, they replace all of Herald's
                table.
            is_default (bool): Whether all words are Herald's own.
            open_ (None | str): Hours of one day in which messages may arrive; null: at any time.
            updated_at (datetime.datetime | None): When it last changed.
     """

    countries: QuietHoursOutCountries
    is_default: bool
    open_: None | str
    updated_at: datetime.datetime | None
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)





    def to_dict(self) -> dict[str, Any]:
        from ..models.quiet_hours_out_countries import QuietHoursOutCountries
        countries = self.countries.to_dict()

        is_default = self.is_default

        open_: None | str
        open_ = self.open_

        updated_at: None | str
        if isinstance(self.updated_at, datetime.datetime):
            updated_at = self.updated_at.isoformat()
        else:
            updated_at = self.updated_at


        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({
            "countries": countries,
            "isDefault": is_default,
            "open": open_,
            "updatedAt": updated_at,
        })

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.quiet_hours_out_countries import QuietHoursOutCountries
        d = dict(src_dict)
        countries = QuietHoursOutCountries.from_dict(d.pop("countries"))




        is_default = d.pop("isDefault")

        def _parse_open_(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        open_ = _parse_open_(d.pop("open"))


        def _parse_updated_at(data: object) -> datetime.datetime | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                updated_at_type_0 = isoparse(data)



                return updated_at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None, data)

        updated_at = _parse_updated_at(d.pop("updatedAt"))


        quiet_hours_out = cls(
            countries=countries,
            is_default=is_default,
            open_=open_,
            updated_at=updated_at,
        )


        quiet_hours_out.additional_properties = d
        return quiet_hours_out

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
