from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from typing import cast

if TYPE_CHECKING:
  from ..models.audit_event_out import AuditEventOut
  from ..models.pagination import Pagination





T = TypeVar("T", bound="AuditEventsPage")



@_attrs_define
class AuditEventsPage:
    """ 
        Attributes:
            audit_events (list[AuditEventOut]): The events of this page.
            pagination (Pagination): Tokens of the next page, null on the last one, and of this page.
     """

    audit_events: list[AuditEventOut]
    pagination: Pagination
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)





    def to_dict(self) -> dict[str, Any]:
        from ..models.audit_event_out import AuditEventOut
        from ..models.pagination import Pagination
        audit_events = []
        for audit_events_item_data in self.audit_events:
            audit_events_item = audit_events_item_data.to_dict()
            audit_events.append(audit_events_item)



        pagination = self.pagination.to_dict()


        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({
            "auditEvents": audit_events,
            "pagination": pagination,
        })

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.audit_event_out import AuditEventOut
        from ..models.pagination import Pagination
        d = dict(src_dict)
        audit_events = []
        _audit_events = d.pop("auditEvents")
        for audit_events_item_data in (_audit_events):
            audit_events_item = AuditEventOut.from_dict(audit_events_item_data)



            audit_events.append(audit_events_item)


        pagination = Pagination.from_dict(d.pop("pagination"))




        audit_events_page = cls(
            audit_events=audit_events,
            pagination=pagination,
        )


        audit_events_page.additional_properties = d
        return audit_events_page

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
