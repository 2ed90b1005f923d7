from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from ..types import UNSET, Unset






T = TypeVar("T", bound="ContentInfo")



@_attrs_define
class ContentInfo:
    """ 
        Attributes:
            file_url (str): The URL of the file. Liquid.
            force_refresh (bool | Unset): Whether the network fetches the file again; false unless it says.
            thumbnail_url (str | Unset): The URL of a small picture of the file. Liquid.
     """

    file_url: str
    force_refresh: bool | Unset = UNSET
    thumbnail_url: str | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)





    def to_dict(self) -> dict[str, Any]:
        file_url = self.file_url

        force_refresh = self.force_refresh

        thumbnail_url = self.thumbnail_url


        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({
            "fileUrl": file_url,
        })
        if force_refresh is not UNSET:
            field_dict["forceRefresh"] = force_refresh
        if thumbnail_url is not UNSET:
            field_dict["thumbnailUrl"] = thumbnail_url

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        file_url = d.pop("fileUrl")

        force_refresh = d.pop("forceRefresh", UNSET)

        thumbnail_url = d.pop("thumbnailUrl", UNSET)

        content_info = cls(
            file_url=file_url,
            force_refresh=force_refresh,
            thumbnail_url=thumbnail_url,
        )


        content_info.additional_properties = d
        return content_info

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
