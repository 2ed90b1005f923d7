"""The fake carrier as a program, until Ctrl-C."""

import argparse
from contextlib import suppress
from typing import Final

from tools.fake_carrier.server import FakeCarrier

_DEFAULT_PORT: Final = 4577


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tools.fake_carrier", description=__doc__)
    parser.add_argument("--port", type=int, default=_DEFAULT_PORT)
    carrier = FakeCarrier(parser.parse_args().port)
    print(f"export AWS_ENDPOINT_URL_PINPOINT_SMS_VOICE_V2={carrier.url}")
    print(f"export AWS_ENDPOINT_URL_SOCIALMESSAGING={carrier.url}", flush=True)
    with suppress(KeyboardInterrupt):
        carrier.serve()


if __name__ == "__main__":
    main()
