from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset







T = TypeVar("T", bound="Stats")



@_attrs_define
class Stats:
    """ The twelve counts of an Operation.

    total = the sum of the statuses + unaddressable + the messages that are GROUP, which
    the contract gives no count of their own. A group that waits is in queued, and a group
    that failed for all its people is in failed, as any other message.

        Attributes:
            attempts (int): How many attempts there were, of all messages together.
            canceled (int): How many messages are CANCELED.
            delivered (int): How many messages are DELIVERED.
            failed (int): How many have failed.
            queued (int): How many messages are QUEUED.
            read (int): How many messages are READ.
            recipients (int): How many people the operation is for.
            scheduled (int): How many messages are SCHEDULED.
            sent (int): How many messages are SENT.
            total (int): How many there are in all.
            unaddressable (int): How many recipients no sender of the request reaches.
            undelivered (int): How many messages are UNDELIVERED.
     """

    attempts: int
    canceled: int
    delivered: int
    failed: int
    queued: int
    read: int
    recipients: int
    scheduled: int
    sent: int
    total: int
    unaddressable: int
    undelivered: int
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)





    def to_dict(self) -> dict[str, Any]:
        attempts = self.attempts

        canceled = self.canceled

        delivered = self.delivered

        failed = self.failed

        queued = self.queued

        read = self.read

        recipients = self.recipients

        scheduled = self.scheduled

        sent = self.sent

        total = self.total

        unaddressable = self.unaddressable

        undelivered = self.undelivered


        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({
            "attempts": attempts,
            "canceled": canceled,
            "delivered": delivered,
            "failed": failed,
            "queued": queued,
            "read": read,
            "recipients": recipients,
            "scheduled": scheduled,
            "sent": sent,
            "total": total,
            "unaddressable": unaddressable,
            "undelivered": undelivered,
        })

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        attempts = d.pop("attempts")

        canceled = d.pop("canceled")

        delivered = d.pop("delivered")

        failed = d.pop("failed")

        queued = d.pop("queued")

        read = d.pop("read")

        recipients = d.pop("recipients")

        scheduled = d.pop("scheduled")

        sent = d.pop("sent")

        total = d.pop("total")

        unaddressable = d.pop("unaddressable")

        undelivered = d.pop("undelivered")

        stats = cls(
            attempts=attempts,
            canceled=canceled,
            delivered=delivered,
            failed=failed,
            queued=queued,
            read=read,
            recipients=recipients,
            scheduled=scheduled,
            sent=sent,
            total=total,
            unaddressable=unaddressable,
            undelivered=undelivered,
        )


        stats.additional_properties = d
        return stats

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
