from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from dateutil.parser import isoparse
from typing import cast
import datetime

if TYPE_CHECKING:
  from ..models.message_profile import MessageProfile
  from ..models.message_sender import MessageSender
  from ..models.message_address import MessageAddress





T = TypeVar("T", bound="SessionOut")



@_attrs_define
class SessionOut:
    """ The person, the sender, when it began, and when the newest message was made.

        Attributes:
            created_at (datetime.datetime): When it was made.
            id (str): The identifier.
            messages (str): Where the messages of the session are listed.
            person (MessageAddress | MessageProfile): The person.
            sender (MessageSender): The sender of one attempt.
            updated_at (datetime.datetime): When it last changed.
     """

    created_at: datetime.datetime
    id: str
    messages: str
    person: MessageAddress | MessageProfile
    sender: MessageSender
    updated_at: datetime.datetime
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)





    def to_dict(self) -> dict[str, Any]:
        from ..models.message_profile import MessageProfile
        from ..models.message_sender import MessageSender
        from ..models.message_address import MessageAddress
        created_at = self.created_at.isoformat()

        id = self.id

        messages = self.messages

        person: dict[str, Any]
        if isinstance(self.person, MessageAddress):
            person = self.person.to_dict()
        else:
            person = self.person.to_dict()


        sender = self.sender.to_dict()

        updated_at = self.updated_at.isoformat()


        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({
            "createdAt": created_at,
            "id": id,
            "messages": messages,
            "person": person,
            "sender": sender,
            "updatedAt": updated_at,
        })

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.message_profile import MessageProfile
        from ..models.message_sender import MessageSender
        from ..models.message_address import MessageAddress
        d = dict(src_dict)
        created_at = isoparse(d.pop("createdAt"))




        id = d.pop("id")

        messages = d.pop("messages")

        def _parse_person(data: object) -> MessageAddress | MessageProfile:
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                person_type_0 = MessageAddress.from_dict(data)



                return person_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            if not isinstance(data, dict):
                raise TypeError()
            person_type_1 = MessageProfile.from_dict(data)



            return person_type_1

        person = _parse_person(d.pop("person"))


        sender = MessageSender.from_dict(d.pop("sender"))




        updated_at = isoparse(d.pop("updatedAt"))




        session_out = cls(
            created_at=created_at,
            id=id,
            messages=messages,
            person=person,
            sender=sender,
            updated_at=updated_at,
        )


        session_out.additional_properties = d
        return session_out

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
