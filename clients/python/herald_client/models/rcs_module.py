from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from typing import cast

if TYPE_CHECKING:
  from ..models.rcs_card import RcsCard
  from ..models.rcs_file import RcsFile
  from ..models.rcs_text import RcsText





T = TypeVar("T", bound="RcsModule")



@_attrs_define
class RcsModule:
    """ 
        Attributes:
            rcs (RcsCard | RcsFile | RcsText): What to send by RCS.
     """

    rcs: RcsCard | RcsFile | RcsText
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)





    def to_dict(self) -> dict[str, Any]:
        from ..models.rcs_card import RcsCard
        from ..models.rcs_file import RcsFile
        from ..models.rcs_text import RcsText
        rcs: dict[str, Any]
        if isinstance(self.rcs, RcsText):
            rcs = self.rcs.to_dict()
        elif isinstance(self.rcs, RcsFile):
            rcs = self.rcs.to_dict()
        else:
            rcs = self.rcs.to_dict()



        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({
            "rcs": rcs,
        })

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.rcs_card import RcsCard
        from ..models.rcs_file import RcsFile
        from ..models.rcs_text import RcsText
        d = dict(src_dict)
        def _parse_rcs(data: object) -> RcsCard | RcsFile | RcsText:
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                rcs_type_0 = RcsText.from_dict(data)



                return rcs_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                rcs_type_1 = RcsFile.from_dict(data)



                return rcs_type_1
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            if not isinstance(data, dict):
                raise TypeError()
            rcs_type_2 = RcsCard.from_dict(data)



            return rcs_type_2

        rcs = _parse_rcs(d.pop("rcs"))


        rcs_module = cls(
            rcs=rcs,
        )


        rcs_module.additional_properties = d
        return rcs_module

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
