from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset







T = TypeVar("T", bound="PoolStats")



@_attrs_define
class PoolStats:
    """ Of the senders that were asked for: how many are members now, and how many cannot be.

        Attributes:
            created (int): How many senders were added.
            failed (int): How many have failed.
            queued (int): How many messages are QUEUED.
            total (int): How many there are in all.
     """

    created: int
    failed: int
    queued: int
    total: int
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)





    def to_dict(self) -> dict[str, Any]:
        created = self.created

        failed = self.failed

        queued = self.queued

        total = self.total


        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({
            "created": created,
            "failed": failed,
            "queued": queued,
            "total": total,
        })

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        created = d.pop("created")

        failed = d.pop("failed")

        queued = d.pop("queued")

        total = d.pop("total")

        pool_stats = cls(
            created=created,
            failed=failed,
            queued=queued,
            total=total,
        )


        pool_stats.additional_properties = d
        return pool_stats

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
