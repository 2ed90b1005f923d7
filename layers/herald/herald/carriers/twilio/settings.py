"""The settings of Twilio: the object `twilio` of the carriers' secret."""

from collections.abc import Mapping
from typing import Annotated, Any, Final, Self

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from herald.carriers.far_end import FarEnd
from herald.model.addresses import CHANNELS
from herald.model.wire import NonEmpty, Wire

NAME: Final = "twilio"
# Twilio repeats a callback that failed: up to 3 times, whatever was wrong.
REPEATS: Final = "#rc=3&rp=all"
# The prefix of an address of a channel.
PREFIXES: Final = {name: channel.prefix for name, channel in CHANNELS.items()}


class TwilioSettings(Wire):
    account_sid: Annotated[str, Field(pattern=r"^AC[0-9a-f]{32}$")]
    auth_token: NonEmpty
    api_key_sid: NonEmpty | None = None
    api_key_secret: NonEmpty | None = None
    # Another than the usual for a region of Twilio's, and for tests.
    base_url: FarEnd = "https://api.twilio.com"

    @model_validator(mode="after")
    def _has_a_whole_key(self) -> Self:
        if (self.api_key_sid is None) != (self.api_key_secret is None):
            raise PydanticCustomError("api_key", "must have both of apiKeySid and apiKeySecret, or neither")
        return self

    @property
    def credentials(self) -> str:
        if self.api_key_sid and self.api_key_secret:
            return f"{self.api_key_sid}:{self.api_key_secret}"
        return f"{self.account_sid}:{self.auth_token}"


def settings_of(secret: Mapping[str, Any]) -> TwilioSettings:
    """Twilio's settings in the carriers' secret. Raises KeyError, pydantic's ValidationError."""
    return TwilioSettings.model_validate(secret[NAME])
