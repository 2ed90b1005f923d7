"""The exit codes of `herald`, which scripts may rely on (docs/cli.md)."""

from typing import Final

DONE: Final = 0
LEFT: Final = 1
"""Something failed or is left to do."""
USAGE: Final = 2
"""The command was written wrongly; nothing was done."""
REFUSED: Final = 3
"""The API or AWS refused the request."""
UNREACHED: Final = 4
"""No connection, or no answer."""
FILE: Final = 5
"""A file cannot be sent as it is; nothing was sent."""
WARNED: Final = 6
"""Nothing failed, and there are warnings (`herald doctor`)."""
INTERRUPTED: Final = 130
"""Ctrl-C, as shells have it."""
