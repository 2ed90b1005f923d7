from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from typing import cast

if TYPE_CHECKING:
  from ..models.limit_out import LimitOut





T = TypeVar("T", bound="LimitsOut")



@_attrs_define
class LimitsOut:
    """ `countries`: those that the account may send to; null: all.

        Attributes:
            countries (list[str] | None): The countries (ISO 3166) that the account may send to; null for all.
            limits (list[LimitOut]): The limits, by name.
     """

    countries: list[str] | None
    limits: list[LimitOut]
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)





    def to_dict(self) -> dict[str, Any]:
        from ..models.limit_out import LimitOut
        countries: list[str] | None
        if isinstance(self.countries, list):
            countries = self.countries


        else:
            countries = self.countries

        limits = []
        for limits_item_data in self.limits:
            limits_item = limits_item_data.to_dict()
            limits.append(limits_item)




        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({
            "countries": countries,
            "limits": limits,
        })

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.limit_out import LimitOut
        d = dict(src_dict)
        def _parse_countries(data: object) -> list[str] | None:
            if data is None:
                return data
            try:
                if not isinstance(data, list):
                    raise TypeError()
                countries_type_0 = cast(list[str], data)

                return countries_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(list[str] | None, data)

        countries = _parse_countries(d.pop("countries"))


        limits = []
        _limits = d.pop("limits")
        for limits_item_data in (_limits):
            limits_item = LimitOut.from_dict(limits_item_data)



            limits.append(limits_item)


        limits_out = cls(
            countries=countries,
            limits=limits,
        )


        limits_out.additional_properties = d
        return limits_out

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
