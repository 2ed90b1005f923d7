"""WhatsApp by AWS End User Messaging (socialmessaging).

A message goes out in the form of Meta's Cloud API. A sender is a number; AWS requires its own id
of the number. A sender without that id is looked up, once per worker.
"""

import json
import mimetypes
import re
import time
from collections.abc import Callable, Mapping
from pathlib import PurePosixPath
from threading import Lock
from typing import Any, Final
from urllib.parse import unquote, urlsplit

from herald.carriers.aws.client import PREPARING_SECONDS, TOO_LATE, AwsClient
from herald.carriers.aws.errors import WHATSAPP
from herald.carriers.callback_keys import pack
from herald.carriers.protocol import Accepted, NotSent, OutboundMessage, Outcome, Rejected, Stopped, Unknown
from herald.model import problems

# Of Meta's API: the oldest that AWS names, which newer ones keep understanding.
_META_API_VERSION: Final = "v20.0"
_KNOWN_SECONDS: Final = 3_600.0
_UNKNOWN_SECONDS: Final = 60.0
_FAILED_SECONDS: Final = 5.0
_TYPES: Final = {
    **dict.fromkeys(("image/jpeg", "image/png"), "image"),
    **dict.fromkeys(("video/mp4", "video/3gpp"), "video"),
    **dict.fromkeys(("audio/aac", "audio/amr", "audio/mp4", "audio/mpeg", "audio/ogg"), "audio"),
}
_NOT_A_DIGIT: Final = re.compile(r"[^0-9]")


class AwsWhatsApp:
    def __init__(self, make_client: Callable[[], Any]) -> None:
        self._client = AwsClient(make_client, WHATSAPP)
        self._numbers = _Numbers(self._client)

    def send(self, message: OutboundMessage) -> Outcome:
        if message.is_dry_run:
            return Rejected(problems.NO_DRY_RUN.code)
        content = _content(message)
        if not isinstance(content, dict):
            return content
        began = time.monotonic()
        number = message.carrier_sender_id or self._numbers.id_of(message.sender.address)
        if not isinstance(number, str):
            return number
        if time.monotonic() - began > PREPARING_SECONDS:
            return TOO_LATE
        body = {
            "messaging_product": "whatsapp",
            "recipient_type": "individual",
            "to": message.to.address,
            "biz_opaque_callback_data": pack(message),
            **content,
        }
        answer = self._client.call(
            "send_whatsapp_message",
            originationPhoneNumberId=number,
            message=json.dumps(body).encode(),
            metaApiVersion=_META_API_VERSION,
        )
        if not isinstance(answer, Mapping):
            return answer
        # Without an id it was taken all the same, under an unknown id.
        return Accepted(answer["messageId"]) if answer.get("messageId") else Unknown()


def _content(message: OutboundMessage) -> dict[str, Any] | Outcome:
    if message.whatsapp is not None:
        return dict(message.whatsapp)
    if len(message.media) > 1:
        return Rejected(problems.TOO_MANY_MEDIA.code)
    if message.media:
        return _media(message.media[0], message.text)
    if message.text:
        return {"type": "text", "text": {"body": message.text}}
    return Rejected(problems.INVALID_CONTENT.code)


def _media(url: str, caption: str | None) -> dict[str, Any]:
    """A medium that Meta fetches; its kind follows from the name of the file."""
    path = unquote(urlsplit(url).path)
    kind = _TYPES.get(mimetypes.guess_type(path)[0] or "", "document")
    # Audio has no caption.
    if kind == "audio" and caption:
        kind = "document"
    shown = {"link": url}
    if caption:
        shown["caption"] = caption
    if kind == "document" and (name := PurePosixPath(path).name):
        shown["filename"] = name
    return {"type": kind, kind: shown}


class _Numbers:
    """The ids of the numbers of the account's WhatsApp Business Accounts. Nothing is sent to find them."""

    def __init__(self, client: AwsClient) -> None:
        self._client = client
        self._lock = Lock()
        self._ids: dict[str, str] = {}
        self._failed: Outcome | None = None
        self._until = 0.0

    def id_of(self, address: str) -> str | Outcome:
        """The id of a number; else the outcome of a message from it."""
        wanted = _digits(address)
        # A thread that comes meanwhile needs the same ids, and waits.
        with self._lock:
            if time.monotonic() >= self._until:
                self._refresh(wanted)
            if self._failed is not None:
                return self._failed
            return self._ids.get(wanted, Stopped(problems.INVALID_SENDER.code))

    def _refresh(self, wanted: str) -> None:
        found = self._look_up()
        if isinstance(found, dict):
            self._ids, self._failed = found, None
            seconds = _KNOWN_SECONDS if wanted in found else _UNKNOWN_SECONDS
        else:
            self._failed, seconds = found, _FAILED_SECONDS
        self._until = time.monotonic() + seconds

    def _look_up(self) -> dict[str, str] | Outcome:
        ids: dict[str, str] = {}
        token: dict[str, str] = {}
        while True:
            page = self._client.call("list_linked_whatsapp_business_accounts", **token)
            if not isinstance(page, Mapping):
                return _not_sent(page)
            for account in page.get("linkedAccounts", []):
                linked = self._client.call("get_linked_whatsapp_business_account", id=account["id"])
                if not isinstance(linked, Mapping):
                    return _not_sent(linked)
                for number in linked.get("account", {}).get("phoneNumbers", []):
                    for shown in (number.get("displayPhoneNumber", ""), number["phoneNumber"]):
                        ids[_digits(shown)] = number["phoneNumberId"]
            if not page.get("nextToken"):
                return ids
            token = {"nextToken": page["nextToken"]}


def _not_sent(outcome: Outcome) -> Outcome:
    """The outcome of a failed look-up: it has sent nothing, and is not about the recipient."""
    match outcome:
        case Stopped() | NotSent():
            return outcome
        case Rejected(code, said):
            return Stopped(code, said)
    return NotSent(int(_FAILED_SECONDS))


def _digits(number: str) -> str:
    return _NOT_A_DIGIT.sub("", number)
