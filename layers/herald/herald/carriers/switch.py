"""The carriers of a stack: each message goes to the carrier that its sender names, else the stack's."""

import time
from collections.abc import Callable, Mapping
from threading import Lock
from typing import Final

from botocore.exceptions import ClientError
from pydantic import ValidationError

from herald.carriers.protocol import Carrier, NotSent, OutboundMessage, Outcome, Stopped
from herald.model import problems
from herald.telemetry import count, logger

# Seconds before a carrier that could not be set up is tried again; its messages wait.
_NOT_READY_SECONDS: Final = 30


class Switch:
    """Carriers by name, each set up when the first message needs it.

    `name` is the carrier of messages whose sender names none. A carrier that is not in
    `makers` is not enabled.
    """

    def __init__(self, name: str, makers: Mapping[str, Callable[[], Carrier]]) -> None:
        self.name = name
        self._makers = makers
        self._made: dict[str, Carrier] = {}
        self._failed_at: dict[str, float] = {}
        self._lock = Lock()

    def send(self, message: OutboundMessage) -> Outcome:
        wanted = message.carrier or self.name
        if wanted not in self._makers:
            return Stopped(problems.CARRIER_NOT_ENABLED.code)
        carrier = self._carrier(wanted)
        return carrier.send(message) if carrier else NotSent(_NOT_READY_SECONDS)

    def flush(self) -> None:
        for carrier in list(self._made.values()):
            carrier.flush()

    def _carrier(self, name: str) -> Carrier | None:
        """The carrier of a name; None while it cannot be set up: its settings are missing, or wrong."""
        with self._lock:
            if name in self._made:
                return self._made[name]
            if time.time() - self._failed_at.get(name, 0) < _NOT_READY_SECONDS:
                return None
            try:
                made = self._made[name] = self._makers[name]()
            except Exception as error:
                # Nothing was sent, and the operator may still correct the settings.
                self._failed_at[name] = time.time()
                count("CarrierNotReady")
                logger.error("carrier is not ready", carrier=name, reason=_reason(error))
                return None
            return made


def _reason(error: Exception) -> str:
    """The error without the settings' values, which are secret."""
    match error:
        case ClientError():
            return str(error.response["Error"]["Code"])
        case ValidationError():
            found = error.errors(include_input=False, include_context=False, include_url=False)
            return "; ".join(f"{'.'.join(map(str, each['loc']))}: {each['msg']}" for each in found)
        case KeyError():
            return "no settings in the secret"
    return type(error).__name__
