"""`make run` as a newcomer meets it, and the layer that it deploys."""

import json
import os
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import httpx
import pytest

from herald_cli.client import Herald
from tests.stack.conftest import PATIENCE_SECONDS
from tests.stack.waiting import wait_for_output
from tests.template import ROOT
from tools.stack import build
from tools.stack.ministack import free_port, scratch_of


@pytest.fixture
def folder() -> Iterator[Path]:
    folder = ROOT / ".herald" / f"test-{os.getpid()}"
    folder.mkdir(parents=True)
    yield folder
    subprocess.run(["rm", "-rf", folder], check=True)


def test_make_run_starts_a_stack_and_leaves_nothing_behind(folder: Path) -> None:
    port, settings = free_port(), folder / "local.json"
    scratch = scratch_of(port, folder / str(port))
    environment = os.environ | {"HERALD_DIR": str(folder), "PORT": str(port)}
    output = folder / "output"
    with output.open("w") as file:
        make = subprocess.Popen(["make", "run"], cwd=ROOT, env=environment, stdout=file, stderr=file)
    try:
        wait_for_output("Ready", make, output)
        local = json.loads(settings.read_text())
        with Herald(local["baseUrl"], local["accountSid"], local["authToken"]) as herald:
            page = herald.messages_page()
        # Before the first message: the functions behind the queues have begun.
        _wait_for_functions(scratch, "FanOut", "Receive")
    finally:
        make.send_signal(signal.SIGTERM)
        make.wait(timeout=60)

    assert local["baseUrl"] == f"http://127.0.0.1:{port}/v1"
    assert page["messages"] == []
    assert not settings.exists()
    with pytest.raises(httpx.ConnectError):
        httpx.get(f"http://127.0.0.1:{port}/")
    assert _processes_of(folder) == _processes_of(scratch) == []
    assert not scratch.exists()


def test_the_layer_brings_all_that_the_functions_import() -> None:
    build()
    layer = ROOT / ".aws-sam/build/HeraldLayer/python"
    functions = ROOT / "functions"
    names = ", ".join(path.stem for path in functions.glob("*.py"))
    script = f"""
import sys
sys.path = [{str(layer)!r}, {str(functions)!r}] + [path for path in sys.path if "site-packages" not in path]
import herald.content, herald.runtime, {names}
outside = [module.__file__ for module in sys.modules.values()
           if "site-packages" in (getattr(module, "__file__", None) or "")]
assert not outside, outside
"""

    result = subprocess.run(
        [ROOT / ".uv/bin/python", "-B", "-I", "-c", script], capture_output=True, text=True, check=False
    )

    assert (result.returncode, result.stderr) == (0, "")


def _wait_for_functions(scratch: Path, *names: str) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not all(any(f"-{name}Function-" in line for line in _processes_of(scratch)) for name in names):
        assert time.monotonic() < deadline, _processes_of(scratch)
        time.sleep(0.2)


def _processes_of(folder: Path) -> list[str]:
    """The command lines of processes that name the folder."""
    found = []
    for entry in Path("/proc").glob("[0-9]*/cmdline"):
        with suppress(OSError):
            line = entry.read_bytes().replace(b"\0", b" ").decode(errors="replace")
            if str(folder) in line:
                found.append(line)
    return found
