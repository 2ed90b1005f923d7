from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from ..types import UNSET, Unset






T = TypeVar("T", bound="Billing")



@_attrs_define
class Billing:
    """ A carrier's own report on an attempt: its cost, and why it failed, as far as the carrier says so.

    `network` is the name of the recipient's mobile network, `price` a decimal number in
    `currency` (ISO 4217), `parts` how many messages the carrier charges for. `carrier_code`
    and `carrier_message` are the carrier's own code and text of a failure.

        Attributes:
            carrier_code (str | Unset): The carrier's own code of the failure. Herald's own.
            carrier_message (str | Unset): The carrier's own text of the failure. Herald's own.
            currency (str | Unset): The currency of the price, by ISO 4217.
            network (str | Unset): The name of the recipient's network.
            parts (int | Unset): How many messages the carrier charges for.
            price (str | Unset): The price, as a decimal number.
     """

    carrier_code: str | Unset = UNSET
    carrier_message: str | Unset = UNSET
    currency: str | Unset = UNSET
    network: str | Unset = UNSET
    parts: int | Unset = UNSET
    price: str | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)





    def to_dict(self) -> dict[str, Any]:
        carrier_code = self.carrier_code

        carrier_message = self.carrier_message

        currency = self.currency

        network = self.network

        parts = self.parts

        price = self.price


        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({
        })
        if carrier_code is not UNSET:
            field_dict["carrierCode"] = carrier_code
        if carrier_message is not UNSET:
            field_dict["carrierMessage"] = carrier_message
        if currency is not UNSET:
            field_dict["currency"] = currency
        if network is not UNSET:
            field_dict["network"] = network
        if parts is not UNSET:
            field_dict["parts"] = parts
        if price is not UNSET:
            field_dict["price"] = price

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        carrier_code = d.pop("carrierCode", UNSET)

        carrier_message = d.pop("carrierMessage", UNSET)

        currency = d.pop("currency", UNSET)

        network = d.pop("network", UNSET)

        parts = d.pop("parts", UNSET)

        price = d.pop("price", UNSET)

        billing = cls(
            carrier_code=carrier_code,
            carrier_message=carrier_message,
            currency=currency,
            network=network,
            parts=parts,
            price=price,
        )


        billing.additional_properties = d
        return billing

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
