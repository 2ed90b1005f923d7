from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from ..types import UNSET, Unset
from typing import cast

if TYPE_CHECKING:
  from ..models.component import Component





T = TypeVar("T", bound="TemplateType")



@_attrs_define
class TemplateType:
    """ A template of WhatsApp by its name, and what its variables are.

        Attributes:
            language (str): The language of the template, such as `en` or `pt_BR`.
            name (str): The name.
            components (list[Component] | Unset): The values of the template's variables, as in Meta's Cloud API.
     """

    language: str
    name: str
    components: list[Component] | Unset = UNSET





    def to_dict(self) -> dict[str, Any]:
        from ..models.component import Component
        language = self.language

        name = self.name

        components: list[dict[str, Any]] | Unset = UNSET
        if not isinstance(self.components, Unset):
            components = []
            for components_item_data in self.components:
                components_item = components_item_data.to_dict()
                components.append(components_item)




        field_dict: dict[str, Any] = {}

        field_dict.update({
            "language": language,
            "name": name,
        })
        if components is not UNSET:
            field_dict["components"] = components

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.component import Component
        d = dict(src_dict)
        language = d.pop("language")

        name = d.pop("name")

        _components = d.pop("components", UNSET)
        components: list[Component] | Unset = UNSET
        if _components is not UNSET:
            components = []
            for components_item_data in _components:
                components_item = Component.from_dict(components_item_data)



                components.append(components_item)


        template_type = cls(
            language=language,
            name=name,
            components=components,
        )

        return template_type

