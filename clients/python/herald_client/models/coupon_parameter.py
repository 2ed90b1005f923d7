from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from typing import Literal, cast






T = TypeVar("T", bound="CouponParameter")



@_attrs_define
class CouponParameter:
    """ 
        Attributes:
            coupon_code (str): The code that the button copies.
            type_ (Literal['coupon_code']): The kind.
     """

    coupon_code: str
    type_: Literal['coupon_code']





    def to_dict(self) -> dict[str, Any]:
        coupon_code = self.coupon_code

        type_ = self.type_


        field_dict: dict[str, Any] = {}

        field_dict.update({
            "coupon_code": coupon_code,
            "type": type_,
        })

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        coupon_code = d.pop("coupon_code")

        type_ = cast(Literal['coupon_code'] , d.pop("type"))
        if type_ != 'coupon_code':
            raise ValueError(f"type must match const 'coupon_code', got '{type_}'")

        coupon_parameter = cls(
            coupon_code=coupon_code,
            type_=type_,
        )

        return coupon_parameter

