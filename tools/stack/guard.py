"""Runs MiniStack with its fixes, and ends it and its functions when its starter is gone.

MiniStack's own Python runs this file, so it imports nothing of ours but `mends`. Its standard
input is a pipe that the starter holds open and never writes to: the pipe ends with the
starter, also when that was killed and could not clean up.
"""

import gc
import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

from ministack.app import main  # type: ignore[import-not-found, unused-ignore]


def end_with_starter() -> None:
    sys.stdin.read()
    # Outlives us by the moment that this takes; what is left in memory, no other process would delete.
    subprocess.Popen(["rm", "-rf", os.environ["TMPDIR"]], start_new_session=True)
    os.killpg(os.getpgrp(), signal.SIGKILL)


if __name__ == "__main__":
    # MiniStack holds the table in memory. Collecting that over and over took a fifth of its time.
    gc.set_threshold(200_000, 50, 1_000)
    threading.Thread(target=end_with_starter, daemon=True).start()
    # Python is told to look in no folder but its own (-I).
    sys.path.insert(0, str(Path(__file__).parent))
    from mends import mend  # type: ignore[import-not-found, unused-ignore]

    mend()
    main()
