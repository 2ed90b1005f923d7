"""The parameters of a request of Twilio."""

from collections.abc import Sequence
from typing import NamedTuple


class Form(NamedTuple):
    """The parameters of a callback, in the order in which they came."""

    fields: Sequence[tuple[str, str]]

    def get(self, name: str) -> str | None:
        return next((value for key, value in self.fields if key == name and value), None)

    def number(self, name: str) -> int | None:
        """A parameter that is a whole number; None for any other."""
        text = self.get(name)
        return int(text) if text and text.isascii() and text.isdigit() and len(text) < 10 else None
