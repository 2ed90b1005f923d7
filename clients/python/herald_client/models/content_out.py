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
  from ..models.content_out_variables import ContentOutVariables
  from ..models.content_out_types import ContentOutTypes





T = TypeVar("T", bound="ContentOut")



@_attrs_define
class ContentOut:
    """ A content template.

        Attributes:
            created_at (datetime.datetime): When it was made.
            friendly_name (str): A name for people.
            id (str): The identifier.
            language (None | str): The language of the template, such as `en` or `pt_BR`.
            types (ContentOutTypes): The content for each kind of channel, at most 100,000 bytes of JSON in all; the richest
                that a channel can show is sent.
            variables (ContentOutVariables): Names and values for Liquid, at most 3,000 bytes in all.
     """

    created_at: datetime.datetime
    friendly_name: str
    id: str
    language: None | str
    types: ContentOutTypes
    variables: ContentOutVariables
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)





    def to_dict(self) -> dict[str, Any]:
        from ..models.content_out_variables import ContentOutVariables
        from ..models.content_out_types import ContentOutTypes
        created_at = self.created_at.isoformat()

        friendly_name = self.friendly_name

        id = self.id

        language: None | str
        language = self.language

        types = self.types.to_dict()

        variables = self.variables.to_dict()


        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({
            "createdAt": created_at,
            "friendlyName": friendly_name,
            "id": id,
            "language": language,
            "types": types,
            "variables": variables,
        })

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.content_out_variables import ContentOutVariables
        from ..models.content_out_types import ContentOutTypes
        d = dict(src_dict)
        created_at = isoparse(d.pop("createdAt"))




        friendly_name = d.pop("friendlyName")

        id = d.pop("id")

        def _parse_language(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        language = _parse_language(d.pop("language"))


        types = ContentOutTypes.from_dict(d.pop("types"))




        variables = ContentOutVariables.from_dict(d.pop("variables"))




        content_out = cls(
            created_at=created_at,
            friendly_name=friendly_name,
            id=id,
            language=language,
            types=types,
            variables=variables,
        )


        content_out.additional_properties = d
        return content_out

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
