from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from ..models.status import Status
from ..types import UNSET, Unset
from dateutil.parser import isoparse
from typing import cast
import datetime

if TYPE_CHECKING:
  from ..models.error_out import ErrorOut
  from ..models.message_profile import MessageProfile
  from ..models.billing import Billing
  from ..models.message_address import MessageAddress





T = TypeVar("T", bound="ReceiptOut")



@_attrs_define
class ReceiptOut:
    """ The result of a message for one person.

        Attributes:
            error (ErrorOut | None): What went wrong; null if nothing did.
            status (Status):
            to (MessageAddress | MessageProfile): The person.
            updated_at (datetime.datetime): When it last changed.
            billing (Billing | Unset): A carrier's own report on an attempt: its cost, and why it failed, as far as the
                carrier says so.

                `network` is the name of the recipient's mobile network, `price` a decimal number in
                `currency` (ISO 4217), `parts` how many messages the carrier charges for. `carrier_code`
                and `carrier_message` are the carrier's own code and text of a failure.
            carrier_code (str | Unset): The carrier's own code of the failure. Herald's own.
            carrier_message (str | Unset): The carrier's own text of the failure. Herald's own.
     """

    error: ErrorOut | None
    status: Status
    to: MessageAddress | MessageProfile
    updated_at: datetime.datetime
    billing: Billing | Unset = UNSET
    carrier_code: str | Unset = UNSET
    carrier_message: str | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)





    def to_dict(self) -> dict[str, Any]:
        from ..models.error_out import ErrorOut
        from ..models.message_profile import MessageProfile
        from ..models.billing import Billing
        from ..models.message_address import MessageAddress
        error: dict[str, Any] | None
        if isinstance(self.error, ErrorOut):
            error = self.error.to_dict()
        else:
            error = self.error

        status = self.status.value

        to: dict[str, Any]
        if isinstance(self.to, MessageAddress):
            to = self.to.to_dict()
        else:
            to = self.to.to_dict()


        updated_at = self.updated_at.isoformat()

        billing: dict[str, Any] | Unset = UNSET
        if not isinstance(self.billing, Unset):
            billing = self.billing.to_dict()

        carrier_code = self.carrier_code

        carrier_message = self.carrier_message


        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({
            "error": error,
            "status": status,
            "to": to,
            "updatedAt": updated_at,
        })
        if billing is not UNSET:
            field_dict["billing"] = billing
        if carrier_code is not UNSET:
            field_dict["carrierCode"] = carrier_code
        if carrier_message is not UNSET:
            field_dict["carrierMessage"] = carrier_message

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.error_out import ErrorOut
        from ..models.message_profile import MessageProfile
        from ..models.billing import Billing
        from ..models.message_address import MessageAddress
        d = dict(src_dict)
        def _parse_error(data: object) -> ErrorOut | None:
            if data is None:
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                error_type_0 = ErrorOut.from_dict(data)



                return error_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(ErrorOut | None, data)

        error = _parse_error(d.pop("error"))


        status = Status(d.pop("status"))




        def _parse_to(data: object) -> MessageAddress | MessageProfile:
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                to_type_0 = MessageAddress.from_dict(data)



                return to_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            if not isinstance(data, dict):
                raise TypeError()
            to_type_1 = MessageProfile.from_dict(data)



            return to_type_1

        to = _parse_to(d.pop("to"))


        updated_at = isoparse(d.pop("updatedAt"))




        _billing = d.pop("billing", UNSET)
        billing: Billing | Unset
        if isinstance(_billing,  Unset):
            billing = UNSET
        else:
            billing = Billing.from_dict(_billing)




        carrier_code = d.pop("carrierCode", UNSET)

        carrier_message = d.pop("carrierMessage", UNSET)

        receipt_out = cls(
            error=error,
            status=status,
            to=to,
            updated_at=updated_at,
            billing=billing,
            carrier_code=carrier_code,
            carrier_message=carrier_message,
        )


        receipt_out.additional_properties = d
        return receipt_out

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
