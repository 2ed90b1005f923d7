from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from ..types import UNSET, Unset
from typing import cast

if TYPE_CHECKING:
  from ..models.template_contents_variables import TemplateContentsVariables
  from ..models.types import Types





T = TypeVar("T", bound="TemplateContents")



@_attrs_define
class TemplateContents:
    """ A template as a client defines it.

        Attributes:
            friendly_name (str): A name for people.
            types (Types):
            language (str | Unset): The language of the template, such as `en` or `pt_BR`.
            variables (TemplateContentsVariables | Unset): Names and values for Liquid, at most 3,000 bytes in all.
     """

    friendly_name: str
    types: Types
    language: str | Unset = UNSET
    variables: TemplateContentsVariables | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)





    def to_dict(self) -> dict[str, Any]:
        from ..models.template_contents_variables import TemplateContentsVariables
        from ..models.types import Types
        friendly_name = self.friendly_name

        types = self.types.to_dict()

        language = self.language

        variables: dict[str, Any] | Unset = UNSET
        if not isinstance(self.variables, Unset):
            variables = self.variables.to_dict()


        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({
            "friendlyName": friendly_name,
            "types": types,
        })
        if language is not UNSET:
            field_dict["language"] = language
        if variables is not UNSET:
            field_dict["variables"] = variables

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.template_contents_variables import TemplateContentsVariables
        from ..models.types import Types
        d = dict(src_dict)
        friendly_name = d.pop("friendlyName")

        types = Types.from_dict(d.pop("types"))




        language = d.pop("language", UNSET)

        _variables = d.pop("variables", UNSET)
        variables: TemplateContentsVariables | Unset
        if isinstance(_variables,  Unset):
            variables = UNSET
        else:
            variables = TemplateContentsVariables.from_dict(_variables)




        template_contents = cls(
            friendly_name=friendly_name,
            types=types,
            language=language,
            variables=variables,
        )


        template_contents.additional_properties = d
        return template_contents

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
