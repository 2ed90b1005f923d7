"""`make run`: the local stack, until Ctrl-C."""

import argparse
import fcntl
import json
import os
import signal
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from types import FrameType
from typing import Final, TextIO

from tools.fake_carrier import Control
from tools.stack.commands import HERALD_DIR, ROOT, StackError
from tools.stack.local import LocalStack
from tools.stack.settings import Settings

DEFAULT_PORT: Final = 4566
OTHER_STACK: Final = """  `herald` in this folder calls the stack that runs already. For this one,
  set HERALD_BASE_URL, HERALD_ACCOUNT_SID and HERALD_AUTH_TOKEN to the three lines.
"""
SECONDS_FOR_THE_OTHER_TO_END: Final = 30.0
STOP_SIGNALS: Final = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
# Where AWS sends from; MiniStack has no such services. In the cloud they are not set.
CARRIER_URLS: Final = ("AWS_ENDPOINT_URL_PINPOINT_SMS_VOICE_V2", "AWS_ENDPOINT_URL_SOCIALMESSAGING")
EXAMPLE: Final = {
    "from": {"address": "+15005550006", "channel": "SMS"},
    "to": [{"address": "+15005550100", "channel": "PHONE"}],
    "content": {"text": "Hello"},
}


# MiniStack cannot make a configuration set, and needs none.
AWS_PARAMETERS: Final = {"Carrier": "aws", "ConfigurationSet": "herald"}


class Stopped(BaseException):
    """A signal asked this process to end."""


def main() -> int:
    arguments = _arguments()
    port = arguments.port
    for number in STOP_SIGNALS:
        signal.signal(number, _stop)
    state_dir, settings = _state_dir(port), Settings(HERALD_DIR, _is_running)
    started = time.monotonic()

    def progress(text: str) -> None:
        print(f"[{time.monotonic() - started:5.1f} s] {text}", flush=True)

    try:
        with _alone(port, replaces=arguments.replace):
            settings.forget(port)
            urls = _carrier_urls()
            stack = LocalStack(
                port=port,
                state_dir=state_dir,
                progress=progress,
                parameters=AWS_PARAMETERS if urls else {},
                carrier_urls=urls,
                keeps=state_dir / "state.json.gz" if arguments.persist else None,
            )
            try:
                stack.start()
                stack.warm()
                _let_report(stack, urls)
                is_shared = settings.remember(port, _text(stack))
                progress("Ready")
                _show(stack, urls, settings.shared if is_shared else settings.of(port), arguments)
                if not is_shared:
                    print(OTHER_STACK, flush=True)
                _watch(stack)
            finally:
                _let_us_end_in_peace()
                settings.forget(port)
                stack.stop()
    except Stopped:
        print("\nStopped.", flush=True)
    except StackError as error:
        print(f"\n{error}", file=sys.stderr, flush=True)
        return 1
    return 0


def _state_dir(port: int) -> Path:
    """One folder, and one stack, for each port."""
    return HERALD_DIR if port == DEFAULT_PORT else HERALD_DIR / str(port)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make run", description=__doc__)
    parser.add_argument("--port", type=int, default=DEFAULT_PORT)
    parser.add_argument("--persist", action="store_true", help="keep the data from one run to the next")
    parser.add_argument("--replace", action="store_true", help="end a stack of this folder that runs")
    return parser.parse_args()


def _carrier_urls() -> dict[str, str]:
    """The endpoints of the carrier that CARRIER names; empty for the sandbox, which has none."""
    carrier = os.environ.get("CARRIER", "sandbox")
    if carrier == "sandbox":
        return {}
    if carrier != "aws":
        raise StackError(f"CARRIER is {carrier}, and has to be sandbox or aws")
    urls = {name: os.environ[name] for name in CARRIER_URLS if os.environ.get(name)}
    if not urls:
        raise StackError(
            f"CARRIER=aws needs {' or '.join(CARRIER_URLS)}: nothing on this machine sends for AWS. "
            "`.venv/bin/python -m tools.fake_carrier` is something to begin with, and prints both"
        )
    return urls


def _let_report(stack: LocalStack, urls: Mapping[str, str]) -> None:
    """Let a fake carrier report to this stack; other carriers have no such setting."""
    for url in sorted(set(urls.values())):
        carrier = Control(url)
        if carrier.is_there():
            topics = (stack.outputs["SmsEventsTopicArn"], stack.outputs["WhatsAppEventsTopicArn"])
            carrier.report_to(stack.endpoint_url, *topics)


def _stop(number: int, frame: FrameType | None) -> None:
    # The first one counts: a second must not break into the cleaning up.
    _let_us_end_in_peace()
    raise Stopped


def _let_us_end_in_peace() -> None:
    for number in STOP_SIGNALS:
        signal.signal(number, signal.SIG_IGN)


@contextmanager
def _alone(port: int, *, replaces: bool) -> Iterator[None]:
    """Hold this port's lock. A `make run` that has it stays, unless `replaces` says to end it.

    The lock goes with its process, however that ends, so it never names a process that is gone.
    """
    state_dir = _state_dir(port)
    state_dir.mkdir(parents=True, exist_ok=True)
    with (state_dir / "run.lock").open("a+") as lock:
        if not _taken(lock):
            lock.seek(0)
            if not replaces:
                raise StackError(
                    f"A stack of this folder runs already (process {lock.read().strip()}): "
                    f".herald/local-{port}.json has its base URL and credentials. Use it, choose another "
                    "port (make run PORT=4567), "
                    "or end it first (make run REPLACE=1)"
                )
            print("Replacing the stack that runs already", flush=True)
            with suppress(ProcessLookupError, ValueError):
                os.kill(int(lock.read()), signal.SIGTERM)
            deadline = time.monotonic() + SECONDS_FOR_THE_OTHER_TO_END
            while not _taken(lock):
                if time.monotonic() > deadline:
                    raise StackError("Another `make run` does not end. Choose another port: PORT=n make run")
                time.sleep(0.1)
        lock.seek(0)
        lock.truncate()
        lock.write(str(os.getpid()))
        lock.flush()
        yield


def _taken(lock: TextIO) -> bool:
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _is_running(port: int) -> bool:
    """Whether a `make run` of this folder has a port; it holds the port's lock."""
    with suppress(FileNotFoundError), (_state_dir(port) / "run.lock").open("r+") as lock:
        return not _taken(lock)
    return False


def _text(stack: LocalStack) -> str:
    """The stack's URL and credentials, as `herald` reads them."""
    fields = {"baseUrl": stack.base_url, "accountSid": stack.account_sid, "authToken": stack.auth_token}
    return json.dumps(fields, indent=2) + "\n"


def _show(stack: LocalStack, urls: Mapping[str, str], file: Path, arguments: argparse.Namespace) -> None:
    carrier = "The sandbox carries the messages: nothing leaves this machine."
    if urls:
        carrier = f"AWS carries the messages, at {', '.join(sorted(set(urls.values())))}."
    kept = (
        "The data are saved when you stop it (Ctrl-C); `herald repair --all` then restarts what was sending."
        if arguments.persist
        else "State is in memory and gone when you stop it (Ctrl-C); `make run PERSIST=1` keeps it."
    )
    settings, log = (path.relative_to(ROOT) for path in (file, stack.log))
    print(
        f"""
  Base URL      {stack.base_url}
  Account SID   {stack.account_sid}
  Auth token    {stack.auth_token}

  curl -i -u '{stack.account_sid}:{stack.auth_token}' '{stack.base_url}/Messages' \\
    -H 'Content-Type: application/json' -d '{json.dumps(EXAMPLE)}'

  {carrier}
  The same three lines are in {settings}, the log is in {log}.
  {kept}
""",
        flush=True,
    )


def _watch(stack: LocalStack) -> None:
    """Stay until the local AWS ends by itself, or `make`, which started us, is gone."""
    parent = os.getppid() if "MAKELEVEL" in os.environ else None
    while parent in (None, os.getppid()):
        if not stack.running():
            raise StackError(f"The local AWS ended by itself. Its log is {stack.log}")
        time.sleep(0.5)


if __name__ == "__main__":
    sys.exit(main())
