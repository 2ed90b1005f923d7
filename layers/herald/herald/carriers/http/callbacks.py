"""The requests of the endpoint to our callbacks, and their signature."""

import time
from collections.abc import Mapping
from typing import Final

from herald.carriers import callback_keys
from herald.carriers.http import webhooks
from herald.carriers.http.inbound import ReportedMessage
from herald.carriers.http.receipts import ReportedReceipt
from herald.carriers.http.settings import HttpSettings
from herald.carriers.kind import Call, Callback, NotSigned, Report


def _check_signature(settings: HttpSettings, call: Call) -> None:
    if not webhooks.is_signed(call.headers, call.body.encode(), settings.callback_secret, time.time()):
        raise NotSigned


def _receipt(settings: HttpSettings, call: Call) -> Report:
    _check_signature(settings, call)
    key = callback_keys.verify(call.query.get("key"), settings.callback_secret)
    if key is None:
        raise NotSigned
    return Report(receipt=call.json(ReportedReceipt).receipt(key, settings))


def _message(settings: HttpSettings, call: Call) -> Report:
    _check_signature(settings, call)
    return Report(inbound=call.json(ReportedMessage).inbound)


CALLBACKS: Final[Mapping[str, Callback[HttpSettings]]] = {
    "Receipts": Callback(_receipt),
    "Messages": Callback(_message, brings_inbound=True),
}
