"""The URL of a carrier: by https, because requests are personal and carry credentials."""

from typing import Annotated, Final

from pydantic import AfterValidator, Field
from pydantic_core import PydanticCustomError
from urllib3.exceptions import LocationParseError
from urllib3.util import parse_url

_THIS_MACHINE: Final = ("127.0.0.1", "localhost", "[::1]")


def _checked(value: str) -> str:
    try:
        url = parse_url(value)
    except LocationParseError:
        url = None
    if url is None or not url.host:
        raise PydanticCustomError("far_end", "must be a URL")
    # An adapter on the same machine, as in tests.
    if url.scheme != "https" and url.host not in _THIS_MACHINE:
        raise PydanticCustomError("far_end", "must begin with https://")
    return value


FarEnd = Annotated[str, Field(pattern=r"^https?://\S+\z"), AfterValidator(_checked)]
