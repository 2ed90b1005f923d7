from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from ..models.component_sub_type import ComponentSubType
from ..models.component_type import ComponentType
from ..types import UNSET, Unset
from typing import cast

if TYPE_CHECKING:
  from ..models.image_parameter import ImageParameter
  from ..models.payload_parameter import PayloadParameter
  from ..models.text_parameter import TextParameter
  from ..models.document_parameter import DocumentParameter
  from ..models.coupon_parameter import CouponParameter
  from ..models.video_parameter import VideoParameter





T = TypeVar("T", bound="Component")



@_attrs_define
class Component:
    """ The variables of a header, of the body, or of one button, which `index` names (from 0).

        Attributes:
            parameters (list[CouponParameter | DocumentParameter | ImageParameter | PayloadParameter | TextParameter |
                VideoParameter]): Values for the template's variables.
            type_ (ComponentType): The kind.
            index (int | Unset): The place of the button.
            sub_type (ComponentSubType | Unset): The kind of button.
     """

    parameters: list[CouponParameter | DocumentParameter | ImageParameter | PayloadParameter | TextParameter | VideoParameter]
    type_: ComponentType
    index: int | Unset = UNSET
    sub_type: ComponentSubType | Unset = UNSET





    def to_dict(self) -> dict[str, Any]:
        from ..models.image_parameter import ImageParameter
        from ..models.payload_parameter import PayloadParameter
        from ..models.text_parameter import TextParameter
        from ..models.document_parameter import DocumentParameter
        from ..models.coupon_parameter import CouponParameter
        from ..models.video_parameter import VideoParameter
        parameters = []
        for parameters_item_data in self.parameters:
            parameters_item: dict[str, Any]
            if isinstance(parameters_item_data, TextParameter):
                parameters_item = parameters_item_data.to_dict()
            elif isinstance(parameters_item_data, PayloadParameter):
                parameters_item = parameters_item_data.to_dict()
            elif isinstance(parameters_item_data, CouponParameter):
                parameters_item = parameters_item_data.to_dict()
            elif isinstance(parameters_item_data, ImageParameter):
                parameters_item = parameters_item_data.to_dict()
            elif isinstance(parameters_item_data, VideoParameter):
                parameters_item = parameters_item_data.to_dict()
            else:
                parameters_item = parameters_item_data.to_dict()

            parameters.append(parameters_item)



        type_ = self.type_.value

        index = self.index

        sub_type: str | Unset = UNSET
        if not isinstance(self.sub_type, Unset):
            sub_type = self.sub_type.value



        field_dict: dict[str, Any] = {}

        field_dict.update({
            "parameters": parameters,
            "type": type_,
        })
        if index is not UNSET:
            field_dict["index"] = index
        if sub_type is not UNSET:
            field_dict["sub_type"] = sub_type

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.image_parameter import ImageParameter
        from ..models.payload_parameter import PayloadParameter
        from ..models.text_parameter import TextParameter
        from ..models.document_parameter import DocumentParameter
        from ..models.coupon_parameter import CouponParameter
        from ..models.video_parameter import VideoParameter
        d = dict(src_dict)
        parameters = []
        _parameters = d.pop("parameters")
        for parameters_item_data in (_parameters):
            def _parse_parameters_item(data: object) -> CouponParameter | DocumentParameter | ImageParameter | PayloadParameter | TextParameter | VideoParameter:
                try:
                    if not isinstance(data, dict):
                        raise TypeError()
                    parameters_item_type_0 = TextParameter.from_dict(data)



                    return parameters_item_type_0
                except (TypeError, ValueError, AttributeError, KeyError):
                    pass
                try:
                    if not isinstance(data, dict):
                        raise TypeError()
                    parameters_item_type_1 = PayloadParameter.from_dict(data)



                    return parameters_item_type_1
                except (TypeError, ValueError, AttributeError, KeyError):
                    pass
                try:
                    if not isinstance(data, dict):
                        raise TypeError()
                    parameters_item_type_2 = CouponParameter.from_dict(data)



                    return parameters_item_type_2
                except (TypeError, ValueError, AttributeError, KeyError):
                    pass
                try:
                    if not isinstance(data, dict):
                        raise TypeError()
                    parameters_item_type_3 = ImageParameter.from_dict(data)



                    return parameters_item_type_3
                except (TypeError, ValueError, AttributeError, KeyError):
                    pass
                try:
                    if not isinstance(data, dict):
                        raise TypeError()
                    parameters_item_type_4 = VideoParameter.from_dict(data)



                    return parameters_item_type_4
                except (TypeError, ValueError, AttributeError, KeyError):
                    pass
                if not isinstance(data, dict):
                    raise TypeError()
                parameters_item_type_5 = DocumentParameter.from_dict(data)



                return parameters_item_type_5

            parameters_item = _parse_parameters_item(parameters_item_data)

            parameters.append(parameters_item)


        type_ = ComponentType(d.pop("type"))




        index = d.pop("index", UNSET)

        _sub_type = d.pop("sub_type", UNSET)
        sub_type: ComponentSubType | Unset
        if isinstance(_sub_type,  Unset):
            sub_type = UNSET
        else:
            sub_type = ComponentSubType(_sub_type)




        component = cls(
            parameters=parameters,
            type_=type_,
            index=index,
            sub_type=sub_type,
        )

        return component

