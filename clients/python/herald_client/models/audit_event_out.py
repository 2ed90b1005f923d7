from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from ..models.outcome import Outcome
from ..types import UNSET, Unset
from dateutil.parser import isoparse
from typing import cast
import datetime






T = TypeVar("T", bound="AuditEventOut")



@_attrs_define
class AuditEventOut:
    """ 
        Attributes:
            action (str): The name of the endpoint, such as SendMessages, or of an operator's command.
            actor (str): The SID of the key or of the account that asked; `operator` for a command.
            created_at (datetime.datetime): When the change was requested.
            id (str): The identifier.
            outcome (Outcome): The outcome of a requested change.
            path (str | Unset): The path of the request. An id that stands for a person is left as its name.
            resource_id (str | Unset): The id of the resource that was made or changed, if the answer named one.
            status (int | Unset): The HTTP status of the answer.
     """

    action: str
    actor: str
    created_at: datetime.datetime
    id: str
    outcome: Outcome
    path: str | Unset = UNSET
    resource_id: str | Unset = UNSET
    status: int | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)





    def to_dict(self) -> dict[str, Any]:
        action = self.action

        actor = self.actor

        created_at = self.created_at.isoformat()

        id = self.id

        outcome = self.outcome.value

        path = self.path

        resource_id = self.resource_id

        status = self.status


        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({
            "action": action,
            "actor": actor,
            "createdAt": created_at,
            "id": id,
            "outcome": outcome,
        })
        if path is not UNSET:
            field_dict["path"] = path
        if resource_id is not UNSET:
            field_dict["resourceId"] = resource_id
        if status is not UNSET:
            field_dict["status"] = status

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        action = d.pop("action")

        actor = d.pop("actor")

        created_at = isoparse(d.pop("createdAt"))




        id = d.pop("id")

        outcome = Outcome(d.pop("outcome"))




        path = d.pop("path", UNSET)

        resource_id = d.pop("resourceId", UNSET)

        status = d.pop("status", UNSET)

        audit_event_out = cls(
            action=action,
            actor=actor,
            created_at=created_at,
            id=id,
            outcome=outcome,
            path=path,
            resource_id=resource_id,
            status=status,
        )


        audit_event_out.additional_properties = d
        return audit_event_out

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
