"""The requests of Twilio to our callbacks, and their signature."""

import base64
import hashlib
import hmac
from collections.abc import Iterable, Mapping
from typing import Final
from urllib.parse import parse_qsl

from herald.carriers.kind import Call, Callback, NotSigned, Report, TooLarge
from herald.carriers.twilio.form import Form
from herald.carriers.twilio.inbound import inbound_of
from herald.carriers.twilio.receipts import receipt_of
from herald.carriers.twilio.settings import REPEATS, TwilioSettings

# Twilio reads an answer as instructions for a reply: none.
# The longest text has 1,600 characters.
_MOST_CHARACTERS: Final = 200_000
_MOST_FIELDS: Final = 500
_NO_INSTRUCTIONS: Final = ("text/xml", "<Response/>")


def is_signed(urls: Iterable[str], form: Form, signature: str, auth_token: str) -> bool:
    """Whether Twilio has signed these parameters for one of some forms of a URL.

    The signature is of the URL and, sorted by name, each name with each of its values.
    """
    sorted_fields = "".join(name + value for name, value in sorted(set(form.fields)))
    given = signature.encode()
    return any(hmac.compare_digest(given, _signature(url + sorted_fields, auth_token)) for url in urls)


def as_asked(url: str) -> tuple[str, ...]:
    """The forms of a URL that Twilio may have signed: as Twilio called it, and as we had written it."""
    return url, url + REPEATS


def _signature(text: str, auth_token: str) -> bytes:
    # SHA-1 is Twilio's choice; as the hash of an HMAC it still holds.
    return base64.b64encode(hmac.digest(auth_token.encode(), text.encode(), hashlib.sha1))


def _signed_form(settings: TwilioSettings, call: Call) -> Form:
    form = Form(_fields(call.body))
    urls = [form_of_url for url in call.urls for form_of_url in as_asked(url)]
    if not is_signed(urls, form, call.headers.get("x-twilio-signature", ""), settings.auth_token):
        raise NotSigned
    return form


def _fields(body: str) -> list[tuple[str, str]]:
    """The parameters in a body whose signature is not checked yet. Raises TooLarge."""
    if len(body) > _MOST_CHARACTERS:
        raise TooLarge(f"The request body is larger than {_MOST_CHARACTERS} characters")
    try:
        return parse_qsl(body, keep_blank_values=True, max_num_fields=_MOST_FIELDS)
    except ValueError:
        raise TooLarge(f"The request body has more than {_MOST_FIELDS} parameters") from None


def _receipt(settings: TwilioSettings, call: Call) -> Report:
    form = _signed_form(settings, call)
    return Report(receipt=receipt_of(call.query.get("key"), form))


def _message(settings: TwilioSettings, call: Call) -> Report:
    return Report(inbound=inbound_of(_signed_form(settings, call), call.at))


CALLBACKS: Final[Mapping[str, Callback[TwilioSettings]]] = {
    "Receipts": Callback(_receipt),
    "Messages": Callback(_message, brings_inbound=True, answer=_NO_INSTRUCTIONS),
}
