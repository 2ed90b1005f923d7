from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from typing import cast

if TYPE_CHECKING:
  from ..models.content_out import ContentOut
  from ..models.pagination import Pagination





T = TypeVar("T", bound="ContentPage")



@_attrs_define
class ContentPage:
    """ 
        Attributes:
            contents (list[ContentOut]): The content templates of this page.
            pagination (Pagination): Tokens of the next page, null on the last one, and of this page.
     """

    contents: list[ContentOut]
    pagination: Pagination
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)





    def to_dict(self) -> dict[str, Any]:
        from ..models.content_out import ContentOut
        from ..models.pagination import Pagination
        contents = []
        for contents_item_data in self.contents:
            contents_item = contents_item_data.to_dict()
            contents.append(contents_item)



        pagination = self.pagination.to_dict()


        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({
            "contents": contents,
            "pagination": pagination,
        })

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.content_out import ContentOut
        from ..models.pagination import Pagination
        d = dict(src_dict)
        contents = []
        _contents = d.pop("contents")
        for contents_item_data in (_contents):
            contents_item = ContentOut.from_dict(contents_item_data)



            contents.append(contents_item)


        pagination = Pagination.from_dict(d.pop("pagination"))




        content_page = cls(
            contents=contents,
            pagination=pagination,
        )


        content_page.additional_properties = d
        return content_page

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
