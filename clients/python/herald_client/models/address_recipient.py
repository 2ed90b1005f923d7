from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from ..models.address_channel import AddressChannel
from ..types import UNSET, Unset
from typing import cast

if TYPE_CHECKING:
  from ..models.address_recipient_variables import AddressRecipientVariables





T = TypeVar("T", bound="AddressRecipient")



@_attrs_define
class AddressRecipient:
    """ One address of one person.

        Attributes:
            address (str): The address within the channel: a phone number in E.164 form.
            channel (AddressChannel): How a person is reached. PHONE covers SMS, MMS and RCS.
            variables (AddressRecipientVariables | Unset): Names and values for Liquid, at most 3,000 bytes in all.
     """

    address: str
    channel: AddressChannel
    variables: AddressRecipientVariables | Unset = UNSET





    def to_dict(self) -> dict[str, Any]:
        from ..models.address_recipient_variables import AddressRecipientVariables
        address = self.address

        channel = self.channel.value

        variables: dict[str, Any] | Unset = UNSET
        if not isinstance(self.variables, Unset):
            variables = self.variables.to_dict()


        field_dict: dict[str, Any] = {}

        field_dict.update({
            "address": address,
            "channel": channel,
        })
        if variables is not UNSET:
            field_dict["variables"] = variables

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.address_recipient_variables import AddressRecipientVariables
        d = dict(src_dict)
        address = d.pop("address")

        channel = AddressChannel(d.pop("channel"))




        _variables = d.pop("variables", UNSET)
        variables: AddressRecipientVariables | Unset
        if isinstance(_variables,  Unset):
            variables = UNSET
        else:
            variables = AddressRecipientVariables.from_dict(_variables)




        address_recipient = cls(
            address=address,
            channel=channel,
            variables=variables,
        )

        return address_recipient

