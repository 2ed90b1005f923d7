"""Profiles: people whom requests name by an id instead of by their addresses."""

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Final

from pydantic import Field

from herald.model.addresses import MessageAddress
from herald.model.recipients import Variables
from herald.model.wire import Wire


class ProfileContents(Wire):
    """What an account tells of a person: the addresses, the preferred one first, and traits."""

    addresses: Annotated[tuple[MessageAddress, ...], Field(min_length=1, max_length=10, strict=False)]
    traits: Variables = Field(default_factory=dict)


class Profile(ProfileContents):
    """One person in one of the account's memory stores."""

    profile_id: str
    memory_store_id: str
    updated_at: datetime


# Published pages write Profile both with a capital letter and without.
_REFERENCE: Final = re.compile(r"\$\{Twilio\.(?i:profile)\.([^{}]+)\}")


def with_traits(variables: Mapping[str, str], traits: Mapping[str, str]) -> dict[str, str]:
    """Variables with the traits that they refer to, as in `${Twilio.Profile.firstName}`.

    A variable that refers to a missing trait is left out: it is missing, as if the
    request had not given it. The value of a trait is text, and is not expanded.
    """
    if not any("${" in value for value in variables.values()):
        return dict(variables)
    return {
        name: _REFERENCE.sub(lambda reference: traits[reference[1]], value)
        for name, value in variables.items()
        if all(trait in traits for trait in _REFERENCE.findall(value))
    }
