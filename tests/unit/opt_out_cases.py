"""Ways to say STOP, and messages that are none: opt_out/*.txt, one a line; \\n and \\u200b are escapes.

stops.txt    stop, wherever they come from
looks.txt    are not acted upon, but marked
nothing.txt  are neither

Sources: the required opt-out keywords of AWS End User Messaging, the words of the CTIA and the FCC,
Twilio's and Telnyx's lists, Meta's opt-out button, what gateways in France (STOP au 36111), China
(TD退订) and Indonesia (UNREG) ask for, signatures as iOS, Android and mail programs write them, and what
people do on phones: emoji, variation selectors, keycaps, letters in boxes, look-alikes.
"""

import re
from pathlib import Path
from typing import Final

_FOLDER: Final = Path(__file__).parent / "opt_out"
_ESCAPE: Final = re.compile(r"\\(?:n|u[0-9a-f]{4})")


def _texts(name: str) -> list[str]:
    lines = (_FOLDER / f"{name}.txt").read_text().split("\n")
    return [_ESCAPE.sub(lambda found: _read(found[0]), line) for line in lines if line]


def _read(escape: str) -> str:
    return "\n" if escape == "\\n" else chr(int(escape[2:], 16))


STOPS: Final = _texts("stops")
LOOKS: Final = _texts("looks")
NOTHING: Final = _texts("nothing")
