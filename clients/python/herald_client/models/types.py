from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from ..types import UNSET, Unset
from typing import cast

if TYPE_CHECKING:
  from ..models.quick_reply_type import QuickReplyType
  from ..models.media_type import MediaType
  from ..models.card_type import CardType
  from ..models.template_type import TemplateType
  from ..models.call_to_action_type import CallToActionType
  from ..models.carousel_type import CarouselType
  from ..models.text_type import TextType





T = TypeVar("T", bound="Types")



@_attrs_define
class Types:
    """ 
        Attributes:
            twiliocall_to_action (CallToActionType | Unset):
            twiliocard (CardType | Unset):
            twiliocarousel (CarouselType | Unset):
            twiliomedia (MediaType | Unset):
            twilioquick_reply (QuickReplyType | Unset):
            twiliotext (TextType | Unset):
            whatsapptemplate (TemplateType | Unset): A template of WhatsApp by its name, and what its variables are.
     """

    twiliocall_to_action: CallToActionType | Unset = UNSET
    twiliocard: CardType | Unset = UNSET
    twiliocarousel: CarouselType | Unset = UNSET
    twiliomedia: MediaType | Unset = UNSET
    twilioquick_reply: QuickReplyType | Unset = UNSET
    twiliotext: TextType | Unset = UNSET
    whatsapptemplate: TemplateType | Unset = UNSET





    def to_dict(self) -> dict[str, Any]:
        from ..models.quick_reply_type import QuickReplyType
        from ..models.media_type import MediaType
        from ..models.card_type import CardType
        from ..models.template_type import TemplateType
        from ..models.call_to_action_type import CallToActionType
        from ..models.carousel_type import CarouselType
        from ..models.text_type import TextType
        twiliocall_to_action: dict[str, Any] | Unset = UNSET
        if not isinstance(self.twiliocall_to_action, Unset):
            twiliocall_to_action = self.twiliocall_to_action.to_dict()

        twiliocard: dict[str, Any] | Unset = UNSET
        if not isinstance(self.twiliocard, Unset):
            twiliocard = self.twiliocard.to_dict()

        twiliocarousel: dict[str, Any] | Unset = UNSET
        if not isinstance(self.twiliocarousel, Unset):
            twiliocarousel = self.twiliocarousel.to_dict()

        twiliomedia: dict[str, Any] | Unset = UNSET
        if not isinstance(self.twiliomedia, Unset):
            twiliomedia = self.twiliomedia.to_dict()

        twilioquick_reply: dict[str, Any] | Unset = UNSET
        if not isinstance(self.twilioquick_reply, Unset):
            twilioquick_reply = self.twilioquick_reply.to_dict()

        twiliotext: dict[str, Any] | Unset = UNSET
        if not isinstance(self.twiliotext, Unset):
            twiliotext = self.twiliotext.to_dict()

        whatsapptemplate: dict[str, Any] | Unset = UNSET
        if not isinstance(self.whatsapptemplate, Unset):
            whatsapptemplate = self.whatsapptemplate.to_dict()


        field_dict: dict[str, Any] = {}

        field_dict.update({
        })
        if twiliocall_to_action is not UNSET:
            field_dict["twilio/call-to-action"] = twiliocall_to_action
        if twiliocard is not UNSET:
            field_dict["twilio/card"] = twiliocard
        if twiliocarousel is not UNSET:
            field_dict["twilio/carousel"] = twiliocarousel
        if twiliomedia is not UNSET:
            field_dict["twilio/media"] = twiliomedia
        if twilioquick_reply is not UNSET:
            field_dict["twilio/quick-reply"] = twilioquick_reply
        if twiliotext is not UNSET:
            field_dict["twilio/text"] = twiliotext
        if whatsapptemplate is not UNSET:
            field_dict["whatsapp/template"] = whatsapptemplate

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.quick_reply_type import QuickReplyType
        from ..models.media_type import MediaType
        from ..models.card_type import CardType
        from ..models.template_type import TemplateType
        from ..models.call_to_action_type import CallToActionType
        from ..models.carousel_type import CarouselType
        from ..models.text_type import TextType
        d = dict(src_dict)
        _twiliocall_to_action = d.pop("twilio/call-to-action", UNSET)
        twiliocall_to_action: CallToActionType | Unset
        if isinstance(_twiliocall_to_action,  Unset):
            twiliocall_to_action = UNSET
        else:
            twiliocall_to_action = CallToActionType.from_dict(_twiliocall_to_action)




        _twiliocard = d.pop("twilio/card", UNSET)
        twiliocard: CardType | Unset
        if isinstance(_twiliocard,  Unset):
            twiliocard = UNSET
        else:
            twiliocard = CardType.from_dict(_twiliocard)




        _twiliocarousel = d.pop("twilio/carousel", UNSET)
        twiliocarousel: CarouselType | Unset
        if isinstance(_twiliocarousel,  Unset):
            twiliocarousel = UNSET
        else:
            twiliocarousel = CarouselType.from_dict(_twiliocarousel)




        _twiliomedia = d.pop("twilio/media", UNSET)
        twiliomedia: MediaType | Unset
        if isinstance(_twiliomedia,  Unset):
            twiliomedia = UNSET
        else:
            twiliomedia = MediaType.from_dict(_twiliomedia)




        _twilioquick_reply = d.pop("twilio/quick-reply", UNSET)
        twilioquick_reply: QuickReplyType | Unset
        if isinstance(_twilioquick_reply,  Unset):
            twilioquick_reply = UNSET
        else:
            twilioquick_reply = QuickReplyType.from_dict(_twilioquick_reply)




        _twiliotext = d.pop("twilio/text", UNSET)
        twiliotext: TextType | Unset
        if isinstance(_twiliotext,  Unset):
            twiliotext = UNSET
        else:
            twiliotext = TextType.from_dict(_twiliotext)




        _whatsapptemplate = d.pop("whatsapp/template", UNSET)
        whatsapptemplate: TemplateType | Unset
        if isinstance(_whatsapptemplate,  Unset):
            whatsapptemplate = UNSET
        else:
            whatsapptemplate = TemplateType.from_dict(_whatsapptemplate)




        types = cls(
            twiliocall_to_action=twiliocall_to_action,
            twiliocard=twiliocard,
            twiliocarousel=twiliocarousel,
            twiliomedia=twiliomedia,
            twilioquick_reply=twilioquick_reply,
            twiliotext=twiliotext,
            whatsapptemplate=whatsapptemplate,
        )

        return types

