"""The form of a date-time of RFC 3339, as a pattern of validators and of JSON schemas.

A pattern cannot check that the day exists; datetime does, but it accepts an offset of 60 minutes.
"""

from typing import Final

LOCAL: Final = r"[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt][0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,9})?"
ZONE: Final = r"([Zz]|[+-]([01][0-9]|2[0-3]):[0-5][0-9])"
RFC3339: Final = LOCAL + ZONE
