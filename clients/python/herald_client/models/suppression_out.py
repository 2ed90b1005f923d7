from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from ..models.address_channel import AddressChannel
from ..models.suppression_source import SuppressionSource
from dateutil.parser import isoparse
from typing import cast
import datetime






T = TypeVar("T", bound="SuppressionOut")



@_attrs_define
class SuppressionOut:
    """ 
        Attributes:
            address (str): The address within the channel: a phone number in E.164 form.
            channel (AddressChannel): How a person is reached. PHONE covers SMS, MMS and RCS.
            created_at (datetime.datetime): When it was made.
            id (str): The identifier.
            source (SuppressionSource): The origin of a suppression. A START of the person lifts all but API.

                STOP     the person, by a keyword
                CARRIER  a carrier, which knows of an opt-out
                IMPORT   the account, for people who opted out elsewhere
                API      the account: only the account lifts it
     """

    address: str
    channel: AddressChannel
    created_at: datetime.datetime
    id: str
    source: SuppressionSource
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)





    def to_dict(self) -> dict[str, Any]:
        address = self.address

        channel = self.channel.value

        created_at = self.created_at.isoformat()

        id = self.id

        source = self.source.value


        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({
            "address": address,
            "channel": channel,
            "createdAt": created_at,
            "id": id,
            "source": source,
        })

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        address = d.pop("address")

        channel = AddressChannel(d.pop("channel"))




        created_at = isoparse(d.pop("createdAt"))




        id = d.pop("id")

        source = SuppressionSource(d.pop("source"))




        suppression_out = cls(
            address=address,
            channel=channel,
            created_at=created_at,
            id=id,
            source=source,
        )


        suppression_out.additional_properties = d
        return suppression_out

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
