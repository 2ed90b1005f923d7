"""SMS, MMS and RCS by AWS End User Messaging (pinpoint-sms-voice-v2).

| sender | what it sends           | request                             |
|--------|-------------------------|-------------------------------------|
| SMS    | text                    | SendTextMessage                     |
| SMS    | one medium, with text   | SendMediaMessage, from our bucket   |
| RCS    | text                    | SendTextMessage; SendRcsMessage     |
|        |                         | where another channel may follow    |
| RCS    | one medium              | SendRcsMessage: a file              |
| RCS    | one medium and text     | SendRcsMessage: a card              |
| RCS    | an `rcs` module         | SendRcsMessage                      |

A sender's address is the origination identity, unless the sender has a carrierSenderId: a
number, a sender id, or the id of an agent. None of these requests may be repeated:
there is no idempotency key, so a client must not try twice.
"""

import re
import time
from collections.abc import Callable, Mapping
from typing import Any, Final

from herald.carriers.aws import rcs
from herald.carriers.aws.client import PREPARING_SECONDS, TOO_LATE, AwsClient
from herald.carriers.aws.errors import SMS_VOICE
from herald.carriers.aws.media import MMS, MediaCopies
from herald.carriers.callback_keys import CONTEXT_KEY, pack
from herald.carriers.protocol import Accepted, OutboundMessage, Outcome, Rejected, Stopped, Unknown
from herald.model import problems
from herald.model.addresses import CHANNELS, SenderChannel
from herald.model.ids import operation_id_of

_LONGEST_RCS_SECONDS: Final = 172_800
_IDENTITY: Final = re.compile(r"[A-Za-z0-9_:/+-]+")


class AwsSms:
    def __init__(self, make_client: Callable[[], Any], media: MediaCopies, configuration_set: str) -> None:
        self._client = AwsClient(make_client, SMS_VOICE)
        self._media = media
        self._configuration_set = configuration_set

    def send(self, message: OutboundMessage) -> Outcome:
        if not _IDENTITY.fullmatch(_identity(message)) or _is_of_sms(message):
            return Stopped(problems.INVALID_SENDER.code)
        if message.sender.channel is SenderChannel.RCS:
            return self._send_rcs(message)
        if message.media:
            return self._send_media(message)
        return self._send_text(message)

    def _send_text(self, message: OutboundMessage) -> Outcome:
        return self._call("send_text_message", message, MessageBody=message.text)

    def _send_media(self, message: OutboundMessage) -> Outcome:
        if len(message.media) > 1:
            return Rejected(problems.TOO_MANY_MEDIA.code)
        began = time.monotonic()
        copied = self._media.copy(operation_id_of(message.message_id), message.media[0], MMS)
        if not isinstance(copied, str):
            return copied
        if time.monotonic() - began > PREPARING_SECONDS:
            return TOO_LATE
        text = {"MessageBody": message.text} if message.text else {}
        return self._call("send_media_message", message, MediaUrls=[copied], **text)

    def _send_rcs(self, message: OutboundMessage) -> Outcome:
        if message.rcs is None and not message.media:
            return self._send_rcs_text(message)
        if len(message.media) > 1:
            return Rejected(problems.TOO_MANY_MEDIA.code)
        content = (
            rcs.content_of(message.rcs)
            if message.rcs is not None
            else rcs.content_with(message.text, message.media[0])
        )
        return self._call("send_rcs_message", message, RcsMessageContent=content)

    def _send_rcs_text(self, message: OutboundMessage) -> Outcome:
        # Only what SendRcsMessage has sent is taken back when its time is up.
        if not message.has_fallback:
            return self._send_text(message)
        content = {"Content": {"TextMessage": {"Body": message.text}}}
        return self._call("send_rcs_message", message, RcsMessageContent=content)

    def _call(self, operation: str, message: OutboundMessage, **content: Any) -> Outcome:
        answer = self._client.call(
            operation,
            DestinationPhoneNumber=message.to.address,
            OriginationIdentity=_identity(message),
            Context={CONTEXT_KEY: pack(message)},
            **content,
            **self._options(message, rcs=operation == "send_rcs_message"),
        )
        if not isinstance(answer, Mapping):
            return answer
        # Without an id it was taken all the same, under an unknown id.
        return Accepted(answer["MessageId"]) if answer.get("MessageId") else Unknown()

    def _options(self, message: OutboundMessage, *, rcs: bool) -> dict[str, Any]:
        options: dict[str, Any] = {}
        if self._configuration_set:
            options["ConfigurationSetName"] = self._configuration_set
        if (seconds := message.validity_period) is not None:
            options["TimeToLive"] = min(seconds, _LONGEST_RCS_SECONDS) if rcs else seconds
        delivery = message.delivery
        if delivery is None:
            return options
        if delivery.max_price is not None:
            options["MaxPrice"] = delivery.max_price
        if delivery.dry_run:
            options["DryRun"] = True
        return options


def _is_of_sms(message: OutboundMessage) -> bool:
    """Whether an RCS sender has the address of an SMS sender, which may be another account's.

    AWS decides by the identity alone what SendTextMessage sends: it would send an SMS in its name. The
    operator's own id is believed.
    """
    if message.sender.channel is not SenderChannel.RCS or message.carrier_sender_id:
        return False
    address = message.sender.address
    return address.isdigit() or CHANNELS[SenderChannel.SMS].is_sender_address(address)


def _identity(message: OutboundMessage) -> str:
    return message.carrier_sender_id or message.sender.address
