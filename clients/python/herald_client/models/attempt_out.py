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
  from ..models.billing import Billing
  from ..models.message_address import MessageAddress
  from ..models.message_profile import MessageProfile
  from ..models.message_sender import MessageSender





T = TypeVar("T", bound="AttemptOut")



@_attrs_define
class AttemptOut:
    """ 
        Attributes:
            attempted_at (datetime.datetime): When the attempt began.
            error (ErrorOut | None): What went wrong; null if nothing did.
            from_ (MessageSender): The sender of one attempt.
            info_url (str): Where more about the attempt is.
            status (Status):
            to (list[MessageAddress | MessageProfile]): The person, or those of a group.
            billing (Billing | Unset): A carrier's own report on an attempt: its cost, and why it failed, as far as the
                carrier says so.

                `network` is the name of the recipient's mobile network, `price` a decimal number in
                `currency` (ISO 4217), `parts` how many messages the carrier charges for. `carrier_code`
                and `carrier_message` are the carrier's own code and text of a failure.
            carrier_code (str | Unset): The carrier's own code of the failure. Herald's own.
            carrier_id (str | Unset): The carrier's id of the message; GET /Messages/Seek/{identifier} accepts it. Herald's
                own.
            carrier_message (str | Unset): The carrier's own text of the failure. Herald's own.
     """

    attempted_at: datetime.datetime
    error: ErrorOut | None
    from_: MessageSender
    info_url: str
    status: Status
    to: list[MessageAddress | MessageProfile]
    billing: Billing | Unset = UNSET
    carrier_code: str | Unset = UNSET
    carrier_id: str | Unset = UNSET
    carrier_message: str | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)





    def to_dict(self) -> dict[str, Any]:
        from ..models.error_out import ErrorOut
        from ..models.billing import Billing
        from ..models.message_address import MessageAddress
        from ..models.message_profile import MessageProfile
        from ..models.message_sender import MessageSender
        attempted_at = self.attempted_at.isoformat()

        error: dict[str, Any] | None
        if isinstance(self.error, ErrorOut):
            error = self.error.to_dict()
        else:
            error = self.error

        from_ = self.from_.to_dict()

        info_url = self.info_url

        status = self.status.value

        to = []
        for to_item_data in self.to:
            to_item: dict[str, Any]
            if isinstance(to_item_data, MessageAddress):
                to_item = to_item_data.to_dict()
            else:
                to_item = to_item_data.to_dict()

            to.append(to_item)



        billing: dict[str, Any] | Unset = UNSET
        if not isinstance(self.billing, Unset):
            billing = self.billing.to_dict()

        carrier_code = self.carrier_code

        carrier_id = self.carrier_id

        carrier_message = self.carrier_message


        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({
            "attemptedAt": attempted_at,
            "error": error,
            "from": from_,
            "infoUrl": info_url,
            "status": status,
            "to": to,
        })
        if billing is not UNSET:
            field_dict["billing"] = billing
        if carrier_code is not UNSET:
            field_dict["carrierCode"] = carrier_code
        if carrier_id is not UNSET:
            field_dict["carrierId"] = carrier_id
        if carrier_message is not UNSET:
            field_dict["carrierMessage"] = carrier_message

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.error_out import ErrorOut
        from ..models.billing import Billing
        from ..models.message_address import MessageAddress
        from ..models.message_profile import MessageProfile
        from ..models.message_sender import MessageSender
        d = dict(src_dict)
        attempted_at = isoparse(d.pop("attemptedAt"))




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


        from_ = MessageSender.from_dict(d.pop("from"))




        info_url = d.pop("infoUrl")

        status = Status(d.pop("status"))




        to = []
        _to = d.pop("to")
        for to_item_data in (_to):
            def _parse_to_item(data: object) -> MessageAddress | MessageProfile:
                try:
                    if not isinstance(data, dict):
                        raise TypeError()
                    to_item_type_0 = MessageAddress.from_dict(data)



                    return to_item_type_0
                except (TypeError, ValueError, AttributeError, KeyError):
                    pass
                if not isinstance(data, dict):
                    raise TypeError()
                to_item_type_1 = MessageProfile.from_dict(data)



                return to_item_type_1

            to_item = _parse_to_item(to_item_data)

            to.append(to_item)


        _billing = d.pop("billing", UNSET)
        billing: Billing | Unset
        if isinstance(_billing,  Unset):
            billing = UNSET
        else:
            billing = Billing.from_dict(_billing)




        carrier_code = d.pop("carrierCode", UNSET)

        carrier_id = d.pop("carrierId", UNSET)

        carrier_message = d.pop("carrierMessage", UNSET)

        attempt_out = cls(
            attempted_at=attempted_at,
            error=error,
            from_=from_,
            info_url=info_url,
            status=status,
            to=to,
            billing=billing,
            carrier_code=carrier_code,
            carrier_id=carrier_id,
            carrier_message=carrier_message,
        )


        attempt_out.additional_properties = d
        return attempt_out

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
