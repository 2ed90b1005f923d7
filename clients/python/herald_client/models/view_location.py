from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from ..types import UNSET, Unset
from typing import cast

if TYPE_CHECKING:
  from ..models.lat_long import LatLong





T = TypeVar("T", bound="ViewLocation")



@_attrs_define
class ViewLocation:
    """ 
        Attributes:
            label (str | Unset): The name of the place.
            lat_long (LatLong | Unset):
            query (str | Unset): What to look for on the map. Liquid.
     """

    label: str | Unset = UNSET
    lat_long: LatLong | Unset = UNSET
    query: str | Unset = UNSET





    def to_dict(self) -> dict[str, Any]:
        from ..models.lat_long import LatLong
        label = self.label

        lat_long: dict[str, Any] | Unset = UNSET
        if not isinstance(self.lat_long, Unset):
            lat_long = self.lat_long.to_dict()

        query = self.query


        field_dict: dict[str, Any] = {}

        field_dict.update({
        })
        if label is not UNSET:
            field_dict["label"] = label
        if lat_long is not UNSET:
            field_dict["latLong"] = lat_long
        if query is not UNSET:
            field_dict["query"] = query

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.lat_long import LatLong
        d = dict(src_dict)
        label = d.pop("label", UNSET)

        _lat_long = d.pop("latLong", UNSET)
        lat_long: LatLong | Unset
        if isinstance(_lat_long,  Unset):
            lat_long = UNSET
        else:
            lat_long = LatLong.from_dict(_lat_long)




        query = d.pop("query", UNSET)

        view_location = cls(
            label=label,
            lat_long=lat_long,
            query=query,
        )

        return view_location

