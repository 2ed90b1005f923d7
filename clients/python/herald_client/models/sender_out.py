from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from ..models.approval import Approval
from ..models.sender_channel import SenderChannel
from ..models.sender_out_carrier import SenderOutCarrier
from ..models.sender_status import SenderStatus
from ..types import UNSET, Unset
from dateutil.parser import isoparse
from typing import cast
import datetime

if TYPE_CHECKING:
  from ..models.sender_out_tags import SenderOutTags





T = TypeVar("T", bound="SenderOut")



@_attrs_define
class SenderOut:
    """ 
        Attributes:
            address (str): The address within the channel: a phone number in E.164 form.
            channel (SenderChannel): What a sender speaks. MMS is SMS with media.
            created_at (datetime.datetime): When it was made.
            display_name (None | str): A name for people.
            id (str): The identifier.
            status (SenderStatus): A DEACTIVATED sender is kept, and sends nothing.
            tags (SenderOutTags): Up to 10 names and values of your own.
            updated_at (datetime.datetime): When it last changed.
            approval (Approval | Unset): Whether the operator of the stack has approved that an account sends from an
                address.
            carrier (SenderOutCarrier | Unset): The carrier of the sender; without it, the stack's. Herald's own.
            carrier_sender_id (str | Unset): The carrier's own id of the sender, if that is not its address. Herald's own.
            parts_per_second (int | Unset): How many message parts the sender sends a second at most. Herald's own.
     """

    address: str
    channel: SenderChannel
    created_at: datetime.datetime
    display_name: None | str
    id: str
    status: SenderStatus
    tags: SenderOutTags
    updated_at: datetime.datetime
    approval: Approval | Unset = UNSET
    carrier: SenderOutCarrier | Unset = UNSET
    carrier_sender_id: str | Unset = UNSET
    parts_per_second: int | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)





    def to_dict(self) -> dict[str, Any]:
        from ..models.sender_out_tags import SenderOutTags
        address = self.address

        channel = self.channel.value

        created_at = self.created_at.isoformat()

        display_name: None | str
        display_name = self.display_name

        id = self.id

        status = self.status.value

        tags = self.tags.to_dict()

        updated_at = self.updated_at.isoformat()

        approval: str | Unset = UNSET
        if not isinstance(self.approval, Unset):
            approval = self.approval.value


        carrier: str | Unset = UNSET
        if not isinstance(self.carrier, Unset):
            carrier = self.carrier.value


        carrier_sender_id = self.carrier_sender_id

        parts_per_second = self.parts_per_second


        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({
            "address": address,
            "channel": channel,
            "createdAt": created_at,
            "displayName": display_name,
            "id": id,
            "status": status,
            "tags": tags,
            "updatedAt": updated_at,
        })
        if approval is not UNSET:
            field_dict["approval"] = approval
        if carrier is not UNSET:
            field_dict["carrier"] = carrier
        if carrier_sender_id is not UNSET:
            field_dict["carrierSenderId"] = carrier_sender_id
        if parts_per_second is not UNSET:
            field_dict["partsPerSecond"] = parts_per_second

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.sender_out_tags import SenderOutTags
        d = dict(src_dict)
        address = d.pop("address")

        channel = SenderChannel(d.pop("channel"))




        created_at = isoparse(d.pop("createdAt"))




        def _parse_display_name(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        display_name = _parse_display_name(d.pop("displayName"))


        id = d.pop("id")

        status = SenderStatus(d.pop("status"))




        tags = SenderOutTags.from_dict(d.pop("tags"))




        updated_at = isoparse(d.pop("updatedAt"))




        _approval = d.pop("approval", UNSET)
        approval: Approval | Unset
        if isinstance(_approval,  Unset):
            approval = UNSET
        else:
            approval = Approval(_approval)




        _carrier = d.pop("carrier", UNSET)
        carrier: SenderOutCarrier | Unset
        if isinstance(_carrier,  Unset):
            carrier = UNSET
        else:
            carrier = SenderOutCarrier(_carrier)




        carrier_sender_id = d.pop("carrierSenderId", UNSET)

        parts_per_second = d.pop("partsPerSecond", UNSET)

        sender_out = cls(
            address=address,
            channel=channel,
            created_at=created_at,
            display_name=display_name,
            id=id,
            status=status,
            tags=tags,
            updated_at=updated_at,
            approval=approval,
            carrier=carrier,
            carrier_sender_id=carrier_sender_id,
            parts_per_second=parts_per_second,
        )


        sender_out.additional_properties = d
        return sender_out

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
