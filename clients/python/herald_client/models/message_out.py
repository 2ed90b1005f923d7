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
  from ..models.message_out_tags import MessageOutTags
  from ..models.related import Related
  from ..models.sender import Sender
  from ..models.message_address import MessageAddress
  from ..models.message_profile import MessageProfile





T = TypeVar("T", bound="MessageOut")



@_attrs_define
class MessageOut:
    """ A message in a list. A received message is from a person, to a sender.

        Attributes:
            created_at (datetime.datetime): When it was made.
            deleted_at (datetime.datetime | None): Always null.
            from_ (MessageAddress | MessageProfile | Sender): The sender; of a received message, the person who wrote it.
            id (str): The identifier.
            related (list[Related]): The operation and the session that it belongs to.
            scheduled_for (datetime.datetime | None): When the message is, or was, due; null if that was at once.
            status (Status):
            tags (MessageOutTags): Up to 10 names and values of your own.
            to (list[MessageAddress | MessageProfile | Sender]): The person, or those of a group; of a received message, the
                sender.
            updated_at (datetime.datetime): When it last changed.
            index (int | Unset): The place of the recipient in the request, from 0. Herald's own.
     """

    created_at: datetime.datetime
    deleted_at: datetime.datetime | None
    from_: MessageAddress | MessageProfile | Sender
    id: str
    related: list[Related]
    scheduled_for: datetime.datetime | None
    status: Status
    tags: MessageOutTags
    to: list[MessageAddress | MessageProfile | Sender]
    updated_at: datetime.datetime
    index: int | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)





    def to_dict(self) -> dict[str, Any]:
        from ..models.message_out_tags import MessageOutTags
        from ..models.related import Related
        from ..models.sender import Sender
        from ..models.message_address import MessageAddress
        from ..models.message_profile import MessageProfile
        created_at = self.created_at.isoformat()

        deleted_at: None | str
        if isinstance(self.deleted_at, datetime.datetime):
            deleted_at = self.deleted_at.isoformat()
        else:
            deleted_at = self.deleted_at

        from_: dict[str, Any]
        if isinstance(self.from_, Sender):
            from_ = self.from_.to_dict()
        elif isinstance(self.from_, MessageAddress):
            from_ = self.from_.to_dict()
        else:
            from_ = self.from_.to_dict()


        id = self.id

        related = []
        for related_item_data in self.related:
            related_item = related_item_data.to_dict()
            related.append(related_item)



        scheduled_for: None | str
        if isinstance(self.scheduled_for, datetime.datetime):
            scheduled_for = self.scheduled_for.isoformat()
        else:
            scheduled_for = self.scheduled_for

        status = self.status.value

        tags = self.tags.to_dict()

        to = []
        for to_item_data in self.to:
            to_item: dict[str, Any]
            if isinstance(to_item_data, MessageAddress):
                to_item = to_item_data.to_dict()
            elif isinstance(to_item_data, MessageProfile):
                to_item = to_item_data.to_dict()
            else:
                to_item = to_item_data.to_dict()

            to.append(to_item)



        updated_at = self.updated_at.isoformat()

        index = self.index


        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({
            "createdAt": created_at,
            "deletedAt": deleted_at,
            "from": from_,
            "id": id,
            "related": related,
            "scheduledFor": scheduled_for,
            "status": status,
            "tags": tags,
            "to": to,
            "updatedAt": updated_at,
        })
        if index is not UNSET:
            field_dict["index"] = index

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.message_out_tags import MessageOutTags
        from ..models.related import Related
        from ..models.sender import Sender
        from ..models.message_address import MessageAddress
        from ..models.message_profile import MessageProfile
        d = dict(src_dict)
        created_at = isoparse(d.pop("createdAt"))




        def _parse_deleted_at(data: object) -> datetime.datetime | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                deleted_at_type_0 = isoparse(data)



                return deleted_at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None, data)

        deleted_at = _parse_deleted_at(d.pop("deletedAt"))


        def _parse_from_(data: object) -> MessageAddress | MessageProfile | Sender:
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                from_type_0 = Sender.from_dict(data)



                return from_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                from_type_1 = MessageAddress.from_dict(data)



                return from_type_1
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            if not isinstance(data, dict):
                raise TypeError()
            from_type_2 = MessageProfile.from_dict(data)



            return from_type_2

        from_ = _parse_from_(d.pop("from"))


        id = d.pop("id")

        related = []
        _related = d.pop("related")
        for related_item_data in (_related):
            related_item = Related.from_dict(related_item_data)



            related.append(related_item)


        def _parse_scheduled_for(data: object) -> datetime.datetime | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                scheduled_for_type_0 = isoparse(data)



                return scheduled_for_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None, data)

        scheduled_for = _parse_scheduled_for(d.pop("scheduledFor"))


        status = Status(d.pop("status"))




        tags = MessageOutTags.from_dict(d.pop("tags"))




        to = []
        _to = d.pop("to")
        for to_item_data in (_to):
            def _parse_to_item(data: object) -> MessageAddress | MessageProfile | Sender:
                try:
                    if not isinstance(data, dict):
                        raise TypeError()
                    to_item_type_0 = MessageAddress.from_dict(data)



                    return to_item_type_0
                except (TypeError, ValueError, AttributeError, KeyError):
                    pass
                try:
                    if not isinstance(data, dict):
                        raise TypeError()
                    to_item_type_1 = MessageProfile.from_dict(data)



                    return to_item_type_1
                except (TypeError, ValueError, AttributeError, KeyError):
                    pass
                if not isinstance(data, dict):
                    raise TypeError()
                to_item_type_2 = Sender.from_dict(data)



                return to_item_type_2

            to_item = _parse_to_item(to_item_data)

            to.append(to_item)


        updated_at = isoparse(d.pop("updatedAt"))




        index = d.pop("index", UNSET)

        message_out = cls(
            created_at=created_at,
            deleted_at=deleted_at,
            from_=from_,
            id=id,
            related=related,
            scheduled_for=scheduled_for,
            status=status,
            tags=tags,
            to=to,
            updated_at=updated_at,
            index=index,
        )


        message_out.additional_properties = d
        return message_out

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
