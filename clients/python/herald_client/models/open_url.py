from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from ..models.open_url_application import OpenUrlApplication
from ..models.open_url_webview_view_mode import OpenUrlWebviewViewMode
from ..types import UNSET, Unset






T = TypeVar("T", bound="OpenUrl")



@_attrs_define
class OpenUrl:
    """ Opens in the browser or in a view of the messages app; only such a view has a size.

        Attributes:
            url (str): The URL to open. Liquid.
            application (OpenUrlApplication | Unset): Where the URL opens.
            webview_view_mode (OpenUrlWebviewViewMode | Unset): How much of the screen the page takes, with WEBVIEW.
     """

    url: str
    application: OpenUrlApplication | Unset = UNSET
    webview_view_mode: OpenUrlWebviewViewMode | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)





    def to_dict(self) -> dict[str, Any]:
        url = self.url

        application: str | Unset = UNSET
        if not isinstance(self.application, Unset):
            application = self.application.value


        webview_view_mode: str | Unset = UNSET
        if not isinstance(self.webview_view_mode, Unset):
            webview_view_mode = self.webview_view_mode.value



        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({
            "url": url,
        })
        if application is not UNSET:
            field_dict["application"] = application
        if webview_view_mode is not UNSET:
            field_dict["webviewViewMode"] = webview_view_mode

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        url = d.pop("url")

        _application = d.pop("application", UNSET)
        application: OpenUrlApplication | Unset
        if isinstance(_application,  Unset):
            application = UNSET
        else:
            application = OpenUrlApplication(_application)




        _webview_view_mode = d.pop("webviewViewMode", UNSET)
        webview_view_mode: OpenUrlWebviewViewMode | Unset
        if isinstance(_webview_view_mode,  Unset):
            webview_view_mode = UNSET
        else:
            webview_view_mode = OpenUrlWebviewViewMode(_webview_view_mode)




        open_url = cls(
            url=url,
            application=application,
            webview_view_mode=webview_view_mode,
        )


        open_url.additional_properties = d
        return open_url

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
