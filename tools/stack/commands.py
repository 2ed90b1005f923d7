"""Other programs: their paths and environment, and how they are run and ended."""

import os
import signal
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parents[2]
# Tests give their stacks a folder of their own, so that a developer's stack stays as it is.
HERALD_DIR: Final = Path(os.environ.get("HERALD_DIR", ROOT / ".herald"))
SAM: Final = ROOT / "tools/sam/.venv/bin/sam"
MINISTACK_PYTHON: Final = ROOT / "tools/ministack/.venv/bin/python"
REGION: Final = "us-east-1"
# A samconfig.toml is for real stacks; none of its environments has this name.
IGNORE_SAMCONFIG: Final = ("--config-env", "local-stack")
SECONDS_TO_END: Final = 5.0


class StackError(Exception):
    """The local stack cannot run; the text says why, for a developer."""


def sam_environment(endpoint_url: str | None = None) -> dict[str, str]:
    """This process's environment without anything that could reach a real AWS account.

    Its PATH starts with .uv/bin: the one place where python3.13 certainly has pip, which
    `sam build` needs.
    """
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "SAM_"))}
    no_proxy = ",".join(filter(None, [os.environ.get("NO_PROXY") or os.environ.get("no_proxy"), "127.0.0.1"]))
    environment |= {
        "PATH": f"{ROOT / '.uv/bin'}{os.pathsep}{os.environ.get('PATH', os.defpath)}",
        "NO_PROXY": no_proxy,
        "no_proxy": no_proxy,
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_REGION": REGION,
        "AWS_DEFAULT_REGION": REGION,
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        "AWS_EC2_METADATA_DISABLED": "true",
        "AWS_ENDPOINT_URL": endpoint_url or "http://127.0.0.1:9",
        "SAM_CLI_TELEMETRY": "0",
        "SAM_CLI_POLL_DELAY": "0.5",
    }
    return environment


def run(arguments: Sequence[str | Path], environment: Mapping[str, str], log: Path) -> None:
    """Run a program to its end, its output into `log`; a failure shows the tail of that.

    It has a session of its own, so a Ctrl-C comes to us alone and we end it whole.
    """
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("w") as output:
        process = subprocess.Popen(
            arguments,
            cwd=ROOT,
            env=dict(environment),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        try:
            code = process.wait()
        except BaseException:
            end(process)
            raise
    if code != 0:
        name = " ".join(str(part) for part in arguments[:2])
        raise StackError(f"{Path(name).name} failed (exit {code}). The end of {log}:\n{tail(log)}")


def end(process: subprocess.Popen[bytes]) -> None:
    """End a program and all processes that it started in its session."""
    deadlines = {signal.SIGTERM: SECONDS_TO_END, signal.SIGKILL: SECONDS_TO_END}
    for number, seconds in deadlines.items():
        _signal_group(process.pid, number)
        try:
            process.wait(timeout=seconds)
        except subprocess.TimeoutExpired:
            continue
    # Its children may outlive it by a moment; none of them has anything to save.
    _signal_group(process.pid, signal.SIGKILL)


def tail(log: Path, lines: int = 25) -> str:
    try:
        return "\n".join(log.read_text(errors="replace").splitlines()[-lines:])
    except FileNotFoundError:
        return ""


def _signal_group(group: int, number: signal.Signals) -> None:
    try:
        os.killpg(group, number)
    except (ProcessLookupError, PermissionError):
        # macOS says "not permitted" of a group that holds only the dead.
        return
