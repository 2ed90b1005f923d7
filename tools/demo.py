"""`make demo`: 10,000 example messages, on the stack that runs in this folder or on a new one."""

import json
import os
import signal
import subprocess
import sys
import time
import urllib.error
from pathlib import Path
from typing import Final

from tools.stack.commands import HERALD_DIR, ROOT
from tools.stack.ministack import open_directly

HERALD: Final = Path(sys.executable).with_name("herald")
SETTINGS: Final = HERALD_DIR / "local.json"
SECONDS_TO_START: Final = 300.0
SECONDS_TO_STOP: Final = 60.0


def main() -> int:
    """Run the demo; return the exit code of `herald demo`."""
    if _runs():
        return subprocess.run([HERALD, "demo"], cwd=ROOT, check=False).returncode
    print("No stack runs in this folder: starting one for the demo (about half a minute).", flush=True)
    environment = {name: value for name, value in os.environ.items() if name != "MAKELEVEL"}
    stack = subprocess.Popen([sys.executable, "-m", "tools.stack", *sys.argv[1:]], cwd=ROOT, env=environment)
    try:
        if not _wait(stack):
            print("The stack did not start; its words are above.", file=sys.stderr)
            return 1
        code = subprocess.run([HERALD, "demo"], cwd=ROOT, check=False).returncode
        print(
            "\nThe stack of the demo ends now, and its messages with it. To keep one: `make run`, and in a\n"
            "second terminal `make demo`, or .venv/bin/herald --help, or the curl of README.md.",
            flush=True,
        )
        return code
    except KeyboardInterrupt:
        return 130
    finally:
        stack.send_signal(signal.SIGTERM)
        stack.wait(timeout=SECONDS_TO_STOP)


def _runs() -> bool:
    """Whether the stack of this folder's `.herald/local.json` answers."""
    try:
        base_url = json.loads(SETTINGS.read_text())["baseUrl"]
        open_directly(f"{base_url.removesuffix('/v1')}/_ministack/health", timeout=5)
    except (FileNotFoundError, ValueError, KeyError, urllib.error.URLError, OSError):
        return False
    return True


def _wait(stack: "subprocess.Popen[bytes]") -> bool:
    """Wait until the stack is ready; False when it ends or takes too long."""
    deadline = time.monotonic() + SECONDS_TO_START
    while stack.poll() is None and time.monotonic() < deadline:
        if _runs():
            return True
        time.sleep(0.2)
    return False


if __name__ == "__main__":
    sys.exit(main())
