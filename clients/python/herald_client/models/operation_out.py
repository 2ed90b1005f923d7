from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from ..models.operation_status import OperationStatus
from ..types import UNSET, Unset
from dateutil.parser import isoparse
from typing import cast
import datetime

if TYPE_CHECKING:
  from ..models.stats import Stats





T = TypeVar("T", bound="OperationOut")



@_attrs_define
class OperationOut:
    """ 
        Attributes:
            created_at (datetime.datetime): When it was made.
            id (str): The identifier.
            paused (bool): Whether the operation waits for a Resume. Herald's own.
            stats (Stats): The twelve counts of an Operation.

                total = the sum of the statuses + unaddressable + the messages that are GROUP, which
                the contract gives no count of their own. A group that waits is in queued, and a group
                that failed for all its people is in failed, as any other message.
            status (OperationStatus): PROCESSING -> COMPLETED once every message was handed over or never will be.
            updated_at (datetime.datetime): When it last changed.
            dry_run (bool | Unset): True if the carrier only checks the messages; else left out. Herald's own.
            duplicates (int | Unset): How many people the request names again; left out if there are none. Herald's own.
            groups (int | Unset): How many messages are GROUP; left out if none are. Herald's own.
            quiet (int | Unset): How many messages wait for the end of quiet hours; left out if none do. Herald's own.
     """

    created_at: datetime.datetime
    id: str
    paused: bool
    stats: Stats
    status: OperationStatus
    updated_at: datetime.datetime
    dry_run: bool | Unset = UNSET
    duplicates: int | Unset = UNSET
    groups: int | Unset = UNSET
    quiet: int | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)





    def to_dict(self) -> dict[str, Any]:
        from ..models.stats import Stats
        created_at = self.created_at.isoformat()

        id = self.id

        paused = self.paused

        stats = self.stats.to_dict()

        status = self.status.value

        updated_at = self.updated_at.isoformat()

        dry_run = self.dry_run

        duplicates = self.duplicates

        groups = self.groups

        quiet = self.quiet


        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({
            "createdAt": created_at,
            "id": id,
            "paused": paused,
            "stats": stats,
            "status": status,
            "updatedAt": updated_at,
        })
        if dry_run is not UNSET:
            field_dict["dryRun"] = dry_run
        if duplicates is not UNSET:
            field_dict["duplicates"] = duplicates
        if groups is not UNSET:
            field_dict["groups"] = groups
        if quiet is not UNSET:
            field_dict["quiet"] = quiet

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.stats import Stats
        d = dict(src_dict)
        created_at = isoparse(d.pop("createdAt"))




        id = d.pop("id")

        paused = d.pop("paused")

        stats = Stats.from_dict(d.pop("stats"))




        status = OperationStatus(d.pop("status"))




        updated_at = isoparse(d.pop("updatedAt"))




        dry_run = d.pop("dryRun", UNSET)

        duplicates = d.pop("duplicates", UNSET)

        groups = d.pop("groups", UNSET)

        quiet = d.pop("quiet", UNSET)

        operation_out = cls(
            created_at=created_at,
            id=id,
            paused=paused,
            stats=stats,
            status=status,
            updated_at=updated_at,
            dry_run=dry_run,
            duplicates=duplicates,
            groups=groups,
            quiet=quiet,
        )


        operation_out.additional_properties = d
        return operation_out

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
