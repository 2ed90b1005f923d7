from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from ..types import UNSET, Unset






T = TypeVar("T", bound="Delivery")



@_attrs_define
class Delivery:
    """ `validity_period`: seconds; `max_price`: of one message, in US dollars.

    With `dry_run` the carrier checks a message and does not send it. With `unique` a person who is
    in the request several times gets one message.

        Attributes:
            dry_run (bool | Unset): Whether the carrier checks the messages and sends none; false unless it says.
            max_price (str | Unset): US dollars that one message may cost at most, such as `0.05`.
            unique (bool | Unset): Whether a person who is in the request several times gets one message; false unless it
                says.
            validity_period (int | Unset): Seconds after which the carrier gives a message up.
     """

    dry_run: bool | Unset = UNSET
    max_price: str | Unset = UNSET
    unique: bool | Unset = UNSET
    validity_period: int | Unset = UNSET





    def to_dict(self) -> dict[str, Any]:
        dry_run = self.dry_run

        max_price = self.max_price

        unique = self.unique

        validity_period = self.validity_period


        field_dict: dict[str, Any] = {}

        field_dict.update({
        })
        if dry_run is not UNSET:
            field_dict["dryRun"] = dry_run
        if max_price is not UNSET:
            field_dict["maxPrice"] = max_price
        if unique is not UNSET:
            field_dict["unique"] = unique
        if validity_period is not UNSET:
            field_dict["validityPeriod"] = validity_period

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        dry_run = d.pop("dryRun", UNSET)

        max_price = d.pop("maxPrice", UNSET)

        unique = d.pop("unique", UNSET)

        validity_period = d.pop("validityPeriod", UNSET)

        delivery = cls(
            dry_run=dry_run,
            max_price=max_price,
            unique=unique,
            validity_period=validity_period,
        )

        return delivery

