from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from ..models.keyword import Keyword
from ..models.status import Status
from ..types import UNSET, Unset
from dateutil.parser import isoparse
from typing import cast
import datetime

if TYPE_CHECKING:
  from ..models.full_message_out_details_type_0 import FullMessageOutDetailsType0
  from ..models.full_message_out_content import FullMessageOutContent
  from ..models.attempt_out import AttemptOut
  from ..models.error_out import ErrorOut
  from ..models.related import Related
  from ..models.sender import Sender
  from ..models.message_address import MessageAddress
  from ..models.full_message_out_tags import FullMessageOutTags
  from ..models.location import Location
  from ..models.message_profile import MessageProfile





T = TypeVar("T", bound="FullMessageOut")



@_attrs_define
class FullMessageOut:
    """ A message as a fetch shows it: with its content and every attempt to send it.

    `error` is Herald's own: a message can fail without an attempt, and then only this field says why.

        Attributes:
            attempts (list[AttemptOut]): Every attempt to send the message, in their order.
            content (FullMessageOutContent): What was sent, rendered for its recipient.
            created_at (datetime.datetime): When it was made.
            deleted_at (datetime.datetime | None): Always null.
            error (ErrorOut | None): What went wrong; null if nothing did.
            from_ (MessageAddress | MessageProfile | Sender): The sender; of a received message, the person who wrote it.
            id (str): The identifier.
            related (list[Related]): The operation and the session that it belongs to.
            scheduled_for (datetime.datetime | None): When the message is, or was, due; null if that was at once.
            status (Status):
            tags (FullMessageOutTags): Up to 10 names and values of your own.
            to (list[MessageAddress | MessageProfile | Sender]): The person, or those of a group; of a received message, the
                sender.
            updated_at (datetime.datetime): When it last changed.
            details (FullMessageOutDetailsType0 | list[Any] | None | Unset): The carrier's data of a message that is neither
                text, media nor a place. Herald's own.
            index (int | Unset): The place of the recipient in the request, from 0. Herald's own.
            keyword (Keyword | Unset): The meaning of a keyword; of two at once, the first here counts.
            kind (str | Unset): The carrier's name of a message that is neither text, media nor a place. Herald's own.
            location (Location | Unset): A place that a person sent, in degrees.
            looks_like (Keyword | Unset): The meaning of a keyword; of two at once, the first here counts.
            media_ids (list[str] | Unset): The carrier's ids of a received message's files. Herald's own.
            postback_data (str | Unset): The data that come back when the suggestion is tapped.
     """

    attempts: list[AttemptOut]
    content: FullMessageOutContent
    created_at: datetime.datetime
    deleted_at: datetime.datetime | None
    error: ErrorOut | None
    from_: MessageAddress | MessageProfile | Sender
    id: str
    related: list[Related]
    scheduled_for: datetime.datetime | None
    status: Status
    tags: FullMessageOutTags
    to: list[MessageAddress | MessageProfile | Sender]
    updated_at: datetime.datetime
    details: FullMessageOutDetailsType0 | list[Any] | None | Unset = UNSET
    index: int | Unset = UNSET
    keyword: Keyword | Unset = UNSET
    kind: str | Unset = UNSET
    location: Location | Unset = UNSET
    looks_like: Keyword | Unset = UNSET
    media_ids: list[str] | Unset = UNSET
    postback_data: str | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)





    def to_dict(self) -> dict[str, Any]:
        from ..models.full_message_out_details_type_0 import FullMessageOutDetailsType0
        from ..models.full_message_out_content import FullMessageOutContent
        from ..models.attempt_out import AttemptOut
        from ..models.error_out import ErrorOut
        from ..models.related import Related
        from ..models.sender import Sender
        from ..models.message_address import MessageAddress
        from ..models.full_message_out_tags import FullMessageOutTags
        from ..models.location import Location
        from ..models.message_profile import MessageProfile
        attempts = []
        for attempts_item_data in self.attempts:
            attempts_item = attempts_item_data.to_dict()
            attempts.append(attempts_item)



        content = self.content.to_dict()

        created_at = self.created_at.isoformat()

        deleted_at: None | str
        if isinstance(self.deleted_at, datetime.datetime):
            deleted_at = self.deleted_at.isoformat()
        else:
            deleted_at = self.deleted_at

        error: dict[str, Any] | None
        if isinstance(self.error, ErrorOut):
            error = self.error.to_dict()
        else:
            error = self.error

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

        details: dict[str, Any] | list[Any] | None | Unset
        if isinstance(self.details, Unset):
            details = UNSET
        elif isinstance(self.details, FullMessageOutDetailsType0):
            details = self.details.to_dict()
        elif isinstance(self.details, list):
            details = self.details


        else:
            details = self.details

        index = self.index

        keyword: str | Unset = UNSET
        if not isinstance(self.keyword, Unset):
            keyword = self.keyword.value


        kind = self.kind

        location: dict[str, Any] | Unset = UNSET
        if not isinstance(self.location, Unset):
            location = self.location.to_dict()

        looks_like: str | Unset = UNSET
        if not isinstance(self.looks_like, Unset):
            looks_like = self.looks_like.value


        media_ids: list[str] | Unset = UNSET
        if not isinstance(self.media_ids, Unset):
            media_ids = self.media_ids



        postback_data = self.postback_data


        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({
            "attempts": attempts,
            "content": content,
            "createdAt": created_at,
            "deletedAt": deleted_at,
            "error": error,
            "from": from_,
            "id": id,
            "related": related,
            "scheduledFor": scheduled_for,
            "status": status,
            "tags": tags,
            "to": to,
            "updatedAt": updated_at,
        })
        if details is not UNSET:
            field_dict["details"] = details
        if index is not UNSET:
            field_dict["index"] = index
        if keyword is not UNSET:
            field_dict["keyword"] = keyword
        if kind is not UNSET:
            field_dict["kind"] = kind
        if location is not UNSET:
            field_dict["location"] = location
        if looks_like is not UNSET:
            field_dict["looksLike"] = looks_like
        if media_ids is not UNSET:
            field_dict["mediaIds"] = media_ids
        if postback_data is not UNSET:
            field_dict["postbackData"] = postback_data

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.full_message_out_details_type_0 import FullMessageOutDetailsType0
        from ..models.full_message_out_content import FullMessageOutContent
        from ..models.attempt_out import AttemptOut
        from ..models.error_out import ErrorOut
        from ..models.related import Related
        from ..models.sender import Sender
        from ..models.message_address import MessageAddress
        from ..models.full_message_out_tags import FullMessageOutTags
        from ..models.location import Location
        from ..models.message_profile import MessageProfile
        d = dict(src_dict)
        attempts = []
        _attempts = d.pop("attempts")
        for attempts_item_data in (_attempts):
            attempts_item = AttemptOut.from_dict(attempts_item_data)



            attempts.append(attempts_item)


        content = FullMessageOutContent.from_dict(d.pop("content"))




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




        tags = FullMessageOutTags.from_dict(d.pop("tags"))




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




        def _parse_details(data: object) -> FullMessageOutDetailsType0 | list[Any] | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                details_type_0 = FullMessageOutDetailsType0.from_dict(data)



                return details_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            try:
                if not isinstance(data, list):
                    raise TypeError()
                details_type_1 = cast(list[Any], data)

                return details_type_1
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(FullMessageOutDetailsType0 | list[Any] | None | Unset, data)

        details = _parse_details(d.pop("details", UNSET))


        index = d.pop("index", UNSET)

        _keyword = d.pop("keyword", UNSET)
        keyword: Keyword | Unset
        if isinstance(_keyword,  Unset):
            keyword = UNSET
        else:
            keyword = Keyword(_keyword)




        kind = d.pop("kind", UNSET)

        _location = d.pop("location", UNSET)
        location: Location | Unset
        if isinstance(_location,  Unset):
            location = UNSET
        else:
            location = Location.from_dict(_location)




        _looks_like = d.pop("looksLike", UNSET)
        looks_like: Keyword | Unset
        if isinstance(_looks_like,  Unset):
            looks_like = UNSET
        else:
            looks_like = Keyword(_looks_like)




        media_ids = cast(list[str], d.pop("mediaIds", UNSET))


        postback_data = d.pop("postbackData", UNSET)

        full_message_out = cls(
            attempts=attempts,
            content=content,
            created_at=created_at,
            deleted_at=deleted_at,
            error=error,
            from_=from_,
            id=id,
            related=related,
            scheduled_for=scheduled_for,
            status=status,
            tags=tags,
            to=to,
            updated_at=updated_at,
            details=details,
            index=index,
            keyword=keyword,
            kind=kind,
            location=location,
            looks_like=looks_like,
            media_ids=media_ids,
            postback_data=postback_data,
        )


        full_message_out.additional_properties = d
        return full_message_out

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
