""" Contains all the data models used in inputs/outputs """

from .action_suggestion import ActionSuggestion
from .added_suppressions import AddedSuppressions
from .address_channel import AddressChannel
from .address_recipient import AddressRecipient
from .address_recipient_variables import AddressRecipientVariables
from .address_source import AddressSource
from .any_address_channel import AnyAddressChannel
from .any_channel import AnyChannel
from .any_channel_control import AnyChannelControl
from .any_channel_priority import AnyChannelPriority
from .any_sender_address import AnySenderAddress
from .approval import Approval
from .attempt_out import AttemptOut
from .audit_event_out import AuditEventOut
from .audit_events_page import AuditEventsPage
from .billing import Billing
from .call_to_action_type import CallToActionType
from .card_content import CardContent
from .card_media import CardMedia
from .card_media_height import CardMediaHeight
from .card_type import CardType
from .card_type_orientation import CardTypeOrientation
from .carousel import Carousel
from .carousel_card import CarouselCard
from .carousel_card_card_width import CarouselCardCardWidth
from .carousel_card_type import CarouselCardType
from .carousel_type import CarouselType
from .channel_control import ChannelControl
from .channel_modules import ChannelModules
from .channel_priority import ChannelPriority
from .component import Component
from .component_sub_type import ComponentSubType
from .component_type import ComponentType
from .connected_address_recipient import ConnectedAddressRecipient
from .connected_address_recipient_variables import ConnectedAddressRecipientVariables
from .content_info import ContentInfo
from .content_out import ContentOut
from .content_out_types import ContentOutTypes
from .content_out_variables import ContentOutVariables
from .content_page import ContentPage
from .country_hours import CountryHours
from .coupon_parameter import CouponParameter
from .create_calendar_event import CreateCalendarEvent
from .create_calendar_event_action import CreateCalendarEventAction
from .delivery import Delivery
from .dial import Dial
from .dial_action import DialAction
from .document import Document
from .document_parameter import DocumentParameter
from .error_out import ErrorOut
from .errors import Errors
from .failure_out import FailureOut
from .failure_page import FailurePage
from .full_message_out import FullMessageOut
from .full_message_out_content import FullMessageOutContent
from .full_message_out_details_type_0 import FullMessageOutDetailsType0
from .full_message_out_tags import FullMessageOutTags
from .given_source import GivenSource
from .group import Group
from .group_recipient import GroupRecipient
from .group_recipient_variables import GroupRecipientVariables
from .image_parameter import ImageParameter
from .keyword import Keyword
from .keywords_out import KeywordsOut
from .keywords_out_help import KeywordsOutHelp
from .keywords_out_start import KeywordsOutStart
from .keywords_out_stop import KeywordsOutStop
from .lat_long import LatLong
from .limit_name import LimitName
from .limit_out import LimitOut
from .limits_out import LimitsOut
from .link import Link
from .location import Location
from .media_type import MediaType
from .media_url import MediaUrl
from .message_address import MessageAddress
from .message_out import MessageOut
from .message_out_tags import MessageOutTags
from .message_page import MessagePage
from .message_profile import MessageProfile
from .message_sender import MessageSender
from .new_keywords import NewKeywords
from .new_keywords_help import NewKeywordsHelp
from .new_keywords_start import NewKeywordsStart
from .new_keywords_stop import NewKeywordsStop
from .new_member import NewMember
from .new_sender import NewSender
from .new_sender_pool import NewSenderPool
from .new_sender_pool_tags import NewSenderPoolTags
from .new_sender_tags import NewSenderTags
from .new_suppressions import NewSuppressions
from .open_url import OpenUrl
from .open_url_action import OpenUrlAction
from .open_url_application import OpenUrlApplication
from .open_url_webview_view_mode import OpenUrlWebviewViewMode
from .operation_accepted import OperationAccepted
from .operation_out import OperationOut
from .operation_page import OperationPage
from .operation_status import OperationStatus
from .outcome import Outcome
from .pagination import Pagination
from .payload_parameter import PayloadParameter
from .phone_button import PhoneButton
from .pool_operation_status import PoolOperationStatus
from .pool_stats import PoolStats
from .price_out import PriceOut
from .prices_out import PricesOut
from .profile_contents import ProfileContents
from .profile_contents_traits import ProfileContentsTraits
from .profile_out import ProfileOut
from .profile_out_traits import ProfileOutTraits
from .profile_recipient import ProfileRecipient
from .profile_recipient_variables import ProfileRecipientVariables
from .quick_reply import QuickReply
from .quick_reply_type import QuickReplyType
from .quiet_hours import QuietHours
from .quiet_hours_countries import QuietHoursCountries
from .quiet_hours_out import QuietHoursOut
from .quiet_hours_out_countries import QuietHoursOutCountries
from .rcs_card import RcsCard
from .rcs_file import RcsFile
from .rcs_module import RcsModule
from .rcs_text import RcsText
from .reachable_address import ReachableAddress
from .receipt_out import ReceiptOut
from .receipt_page import ReceiptPage
from .related import Related
from .reply import Reply
from .reply_suggestion import ReplySuggestion
from .resolve_senders import ResolveSenders
from .resolved import Resolved
from .resolved_from import ResolvedFrom
from .resolved_senders import ResolvedSenders
from .resource_accepted import ResourceAccepted
from .schedule import Schedule
from .send_messages_request import SendMessagesRequest
from .send_messages_request_tags import SendMessagesRequestTags
from .sender import Sender
from .sender_change import SenderChange
from .sender_change_tags import SenderChangeTags
from .sender_channel import SenderChannel
from .sender_id_source import SenderIdSource
from .sender_out import SenderOut
from .sender_out_carrier import SenderOutCarrier
from .sender_out_tags import SenderOutTags
from .sender_pool_change import SenderPoolChange
from .sender_pool_change_tags import SenderPoolChangeTags
from .sender_pool_operation_out import SenderPoolOperationOut
from .sender_pool_operations_page import SenderPoolOperationsPage
from .sender_pool_out import SenderPoolOut
from .sender_pool_out_tags import SenderPoolOutTags
from .sender_pool_source import SenderPoolSource
from .sender_pools_page import SenderPoolsPage
from .sender_search import SenderSearch
from .sender_status import SenderStatus
from .senders_page import SendersPage
from .session_out import SessionOut
from .share_location import ShareLocation
from .share_location_action import ShareLocationAction
from .sms_module import SmsModule
from .standalone import Standalone
from .standalone_card import StandaloneCard
from .standalone_card_card_orientation import StandaloneCardCardOrientation
from .standalone_card_thumbnail_image_alignment import StandaloneCardThumbnailImageAlignment
from .stats import Stats
from .status import Status
from .stop_covers import StopCovers
from .suppression_out import SuppressionOut
from .suppression_source import SuppressionSource
from .suppressions_page import SuppressionsPage
from .template_content import TemplateContent
from .template_contents import TemplateContents
from .template_contents_variables import TemplateContentsVariables
from .template_type import TemplateType
from .text_parameter import TextParameter
from .text_type import TextType
from .text_with_media import TextWithMedia
from .types import Types
from .url_button import UrlButton
from .video_parameter import VideoParameter
from .view_location import ViewLocation
from .view_location_action import ViewLocationAction

__all__ = (
    "ActionSuggestion",
    "AddedSuppressions",
    "AddressChannel",
    "AddressRecipient",
    "AddressRecipientVariables",
    "AddressSource",
    "AnyAddressChannel",
    "AnyChannel",
    "AnyChannelControl",
    "AnyChannelPriority",
    "AnySenderAddress",
    "Approval",
    "AttemptOut",
    "AuditEventOut",
    "AuditEventsPage",
    "Billing",
    "CallToActionType",
    "CardContent",
    "CardMedia",
    "CardMediaHeight",
    "CardType",
    "CardTypeOrientation",
    "Carousel",
    "CarouselCard",
    "CarouselCardCardWidth",
    "CarouselCardType",
    "CarouselType",
    "ChannelControl",
    "ChannelModules",
    "ChannelPriority",
    "Component",
    "ComponentSubType",
    "ComponentType",
    "ConnectedAddressRecipient",
    "ConnectedAddressRecipientVariables",
    "ContentInfo",
    "ContentOut",
    "ContentOutTypes",
    "ContentOutVariables",
    "ContentPage",
    "CountryHours",
    "CouponParameter",
    "CreateCalendarEvent",
    "CreateCalendarEventAction",
    "Delivery",
    "Dial",
    "DialAction",
    "Document",
    "DocumentParameter",
    "ErrorOut",
    "Errors",
    "FailureOut",
    "FailurePage",
    "FullMessageOut",
    "FullMessageOutContent",
    "FullMessageOutDetailsType0",
    "FullMessageOutTags",
    "GivenSource",
    "Group",
    "GroupRecipient",
    "GroupRecipientVariables",
    "ImageParameter",
    "Keyword",
    "KeywordsOut",
    "KeywordsOutHelp",
    "KeywordsOutStart",
    "KeywordsOutStop",
    "LatLong",
    "LimitName",
    "LimitOut",
    "LimitsOut",
    "Link",
    "Location",
    "MediaType",
    "MediaUrl",
    "MessageAddress",
    "MessageOut",
    "MessageOutTags",
    "MessagePage",
    "MessageProfile",
    "MessageSender",
    "NewKeywords",
    "NewKeywordsHelp",
    "NewKeywordsStart",
    "NewKeywordsStop",
    "NewMember",
    "NewSender",
    "NewSenderPool",
    "NewSenderPoolTags",
    "NewSenderTags",
    "NewSuppressions",
    "OpenUrl",
    "OpenUrlAction",
    "OpenUrlApplication",
    "OpenUrlWebviewViewMode",
    "OperationAccepted",
    "OperationOut",
    "OperationPage",
    "OperationStatus",
    "Outcome",
    "Pagination",
    "PayloadParameter",
    "PhoneButton",
    "PoolOperationStatus",
    "PoolStats",
    "PriceOut",
    "PricesOut",
    "ProfileContents",
    "ProfileContentsTraits",
    "ProfileOut",
    "ProfileOutTraits",
    "ProfileRecipient",
    "ProfileRecipientVariables",
    "QuickReply",
    "QuickReplyType",
    "QuietHours",
    "QuietHoursCountries",
    "QuietHoursOut",
    "QuietHoursOutCountries",
    "RcsCard",
    "RcsFile",
    "RcsModule",
    "RcsText",
    "ReachableAddress",
    "ReceiptOut",
    "ReceiptPage",
    "Related",
    "Reply",
    "ReplySuggestion",
    "Resolved",
    "ResolvedFrom",
    "ResolvedSenders",
    "ResolveSenders",
    "ResourceAccepted",
    "Schedule",
    "Sender",
    "SenderChange",
    "SenderChangeTags",
    "SenderChannel",
    "SenderIdSource",
    "SenderOut",
    "SenderOutCarrier",
    "SenderOutTags",
    "SenderPoolChange",
    "SenderPoolChangeTags",
    "SenderPoolOperationOut",
    "SenderPoolOperationsPage",
    "SenderPoolOut",
    "SenderPoolOutTags",
    "SenderPoolSource",
    "SenderPoolsPage",
    "SenderSearch",
    "SendersPage",
    "SenderStatus",
    "SendMessagesRequest",
    "SendMessagesRequestTags",
    "SessionOut",
    "ShareLocation",
    "ShareLocationAction",
    "SmsModule",
    "Standalone",
    "StandaloneCard",
    "StandaloneCardCardOrientation",
    "StandaloneCardThumbnailImageAlignment",
    "Stats",
    "Status",
    "StopCovers",
    "SuppressionOut",
    "SuppressionSource",
    "SuppressionsPage",
    "TemplateContent",
    "TemplateContents",
    "TemplateContentsVariables",
    "TemplateType",
    "TextParameter",
    "TextType",
    "TextWithMedia",
    "Types",
    "UrlButton",
    "VideoParameter",
    "ViewLocation",
    "ViewLocationAction",
)
