from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from ..types import UNSET, Unset
from typing import cast

if TYPE_CHECKING:
  from ..models.send_messages_request_tags import SendMessagesRequestTags
  from ..models.sender_pool_source import SenderPoolSource
  from ..models.sender_id_source import SenderIdSource
  from ..models.template_content import TemplateContent
  from ..models.delivery import Delivery
  from ..models.address_source import AddressSource
  from ..models.connected_address_recipient import ConnectedAddressRecipient
  from ..models.schedule import Schedule
  from ..models.address_recipient import AddressRecipient
  from ..models.channel_modules import ChannelModules
  from ..models.group_recipient import GroupRecipient
  from ..models.text_with_media import TextWithMedia
  from ..models.profile_recipient import ProfileRecipient





T = TypeVar("T", bound="SendMessagesRequest")



@_attrs_define
class SendMessagesRequest:
    """ Recipients, what they get, and from whom.

        Attributes:
            content (ChannelModules | TemplateContent | TextWithMedia): What to send, at most 100,000 bytes of JSON in all.
            to (list[AddressRecipient | ConnectedAddressRecipient | GroupRecipient | ProfileRecipient]): 1 to 10,000
                recipients.
            delivery (Delivery | Unset): `validity_period`: seconds; `max_price`: of one message, in US dollars.

                With `dry_run` the carrier checks a message and does not send it. With `unique` a person who is
                in the request several times gets one message.
            from_ (AddressSource | SenderIdSource | SenderPoolSource | Unset): The sender. Without it, one of the account's
                is chosen.
            schedule (Schedule | Unset):
            tags (SendMessagesRequestTags | Unset): Up to 10 names and values of your own.
     """

    content: ChannelModules | TemplateContent | TextWithMedia
    to: list[AddressRecipient | ConnectedAddressRecipient | GroupRecipient | ProfileRecipient]
    delivery: Delivery | Unset = UNSET
    from_: AddressSource | SenderIdSource | SenderPoolSource | Unset = UNSET
    schedule: Schedule | Unset = UNSET
    tags: SendMessagesRequestTags | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)





    def to_dict(self) -> dict[str, Any]:
        from ..models.send_messages_request_tags import SendMessagesRequestTags
        from ..models.sender_pool_source import SenderPoolSource
        from ..models.sender_id_source import SenderIdSource
        from ..models.template_content import TemplateContent
        from ..models.delivery import Delivery
        from ..models.address_source import AddressSource
        from ..models.connected_address_recipient import ConnectedAddressRecipient
        from ..models.schedule import Schedule
        from ..models.address_recipient import AddressRecipient
        from ..models.channel_modules import ChannelModules
        from ..models.group_recipient import GroupRecipient
        from ..models.text_with_media import TextWithMedia
        from ..models.profile_recipient import ProfileRecipient
        content: dict[str, Any]
        if isinstance(self.content, TextWithMedia):
            content = self.content.to_dict()
        elif isinstance(self.content, TemplateContent):
            content = self.content.to_dict()
        else:
            content = self.content.to_dict()


        to = []
        for to_item_data in self.to:
            to_item: dict[str, Any]
            if isinstance(to_item_data, AddressRecipient):
                to_item = to_item_data.to_dict()
            elif isinstance(to_item_data, ConnectedAddressRecipient):
                to_item = to_item_data.to_dict()
            elif isinstance(to_item_data, ProfileRecipient):
                to_item = to_item_data.to_dict()
            else:
                to_item = to_item_data.to_dict()

            to.append(to_item)



        delivery: dict[str, Any] | Unset = UNSET
        if not isinstance(self.delivery, Unset):
            delivery = self.delivery.to_dict()

        from_: dict[str, Any] | Unset
        if isinstance(self.from_, Unset):
            from_ = UNSET
        elif isinstance(self.from_, AddressSource):
            from_ = self.from_.to_dict()
        elif isinstance(self.from_, SenderIdSource):
            from_ = self.from_.to_dict()
        else:
            from_ = self.from_.to_dict()


        schedule: dict[str, Any] | Unset = UNSET
        if not isinstance(self.schedule, Unset):
            schedule = self.schedule.to_dict()

        tags: dict[str, Any] | Unset = UNSET
        if not isinstance(self.tags, Unset):
            tags = self.tags.to_dict()


        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({
            "content": content,
            "to": to,
        })
        if delivery is not UNSET:
            field_dict["delivery"] = delivery
        if from_ is not UNSET:
            field_dict["from"] = from_
        if schedule is not UNSET:
            field_dict["schedule"] = schedule
        if tags is not UNSET:
            field_dict["tags"] = tags

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.send_messages_request_tags import SendMessagesRequestTags
        from ..models.sender_pool_source import SenderPoolSource
        from ..models.sender_id_source import SenderIdSource
        from ..models.template_content import TemplateContent
        from ..models.delivery import Delivery
        from ..models.address_source import AddressSource
        from ..models.connected_address_recipient import ConnectedAddressRecipient
        from ..models.schedule import Schedule
        from ..models.address_recipient import AddressRecipient
        from ..models.channel_modules import ChannelModules
        from ..models.group_recipient import GroupRecipient
        from ..models.text_with_media import TextWithMedia
        from ..models.profile_recipient import ProfileRecipient
        d = dict(src_dict)
        def _parse_content(data: object) -> ChannelModules | TemplateContent | TextWithMedia:
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                content_type_0 = TextWithMedia.from_dict(data)



                return content_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                content_type_1 = TemplateContent.from_dict(data)



                return content_type_1
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            if not isinstance(data, dict):
                raise TypeError()
            content_type_2 = ChannelModules.from_dict(data)



            return content_type_2

        content = _parse_content(d.pop("content"))


        to = []
        _to = d.pop("to")
        for to_item_data in (_to):
            def _parse_to_item(data: object) -> AddressRecipient | ConnectedAddressRecipient | GroupRecipient | ProfileRecipient:
                try:
                    if not isinstance(data, dict):
                        raise TypeError()
                    to_item_type_0 = AddressRecipient.from_dict(data)



                    return to_item_type_0
                except (TypeError, ValueError, AttributeError, KeyError):
                    pass
                try:
                    if not isinstance(data, dict):
                        raise TypeError()
                    to_item_type_1 = ConnectedAddressRecipient.from_dict(data)



                    return to_item_type_1
                except (TypeError, ValueError, AttributeError, KeyError):
                    pass
                try:
                    if not isinstance(data, dict):
                        raise TypeError()
                    to_item_type_2 = ProfileRecipient.from_dict(data)



                    return to_item_type_2
                except (TypeError, ValueError, AttributeError, KeyError):
                    pass
                if not isinstance(data, dict):
                    raise TypeError()
                to_item_type_3 = GroupRecipient.from_dict(data)



                return to_item_type_3

            to_item = _parse_to_item(to_item_data)

            to.append(to_item)


        _delivery = d.pop("delivery", UNSET)
        delivery: Delivery | Unset
        if isinstance(_delivery,  Unset):
            delivery = UNSET
        else:
            delivery = Delivery.from_dict(_delivery)




        def _parse_from_(data: object) -> AddressSource | SenderIdSource | SenderPoolSource | Unset:
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                from_type_0 = AddressSource.from_dict(data)



                return from_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                from_type_1 = SenderIdSource.from_dict(data)



                return from_type_1
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            if not isinstance(data, dict):
                raise TypeError()
            from_type_2 = SenderPoolSource.from_dict(data)



            return from_type_2

        from_ = _parse_from_(d.pop("from", UNSET))


        _schedule = d.pop("schedule", UNSET)
        schedule: Schedule | Unset
        if isinstance(_schedule,  Unset):
            schedule = UNSET
        else:
            schedule = Schedule.from_dict(_schedule)




        _tags = d.pop("tags", UNSET)
        tags: SendMessagesRequestTags | Unset
        if isinstance(_tags,  Unset):
            tags = UNSET
        else:
            tags = SendMessagesRequestTags.from_dict(_tags)




        send_messages_request = cls(
            content=content,
            to=to,
            delivery=delivery,
            from_=from_,
            schedule=schedule,
            tags=tags,
        )


        send_messages_request.additional_properties = d
        return send_messages_request

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
