"""One MiniStack process: the local AWS."""

import os
import shutil
import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from tools.stack.commands import MINISTACK_PYTHON, REGION, StackError, end, tail

ADDRESS: Final = "127.0.0.1"
SECONDS_TO_START: Final = 60.0


class MiniStack:
    """A local AWS on 127.0.0.1 with all it holds in memory and in `state_dir`.

    `variables` are given to its functions beside those of their own.
    """

    def __init__(
        self, port: int, state_dir: Path, auth: bool, variables: Mapping[str, str] | None = None
    ) -> None:
        self.port = port
        self.log = state_dir / "ministack.log"
        self._scratch = state_dir / "scratch"
        self._auth = auth
        self._variables = dict(variables or {})
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def endpoint_url(self) -> str:
        return f"http://{ADDRESS}:{self.port}"

    @property
    def pid(self) -> int:
        """The process, which is also the group of every function that it runs."""
        if self._process is None:
            raise StackError("the local AWS is not running")
        return self._process.pid

    def start(self) -> None:
        """Start it and return at once; `wait` tells when it answers."""
        if not port_is_free(self.port):
            raise StackError(f"Port {self.port} of {ADDRESS} is taken. Choose another one: PORT=n make run")
        shutil.rmtree(self._scratch, ignore_errors=True)
        self._scratch.mkdir(parents=True)
        with self.log.open("wb") as log:
            self._process = subprocess.Popen(
                [MINISTACK_PYTHON, "-I", Path(__file__).with_name("guard.py")],
                cwd=self._scratch,
                env=self._environment(),
                # Held open for as long as this process lives: see guard.py.
                stdin=subprocess.PIPE,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def wait(self) -> None:
        """Return when it answers; fail when it ends or takes too long."""
        deadline = time.monotonic() + SECONDS_TO_START
        while time.monotonic() < deadline and self.running():
            try:
                open_directly(f"{self.endpoint_url}/_ministack/health", timeout=5)
            except (urllib.error.URLError, OSError):
                time.sleep(0.1)
            else:
                return
        raise StackError(f"The local AWS did not start. The end of {self.log}:\n{tail(self.log)}")

    def running(self) -> bool:
        return self._process is not None and self._process.poll() is None

    def stop(self) -> None:
        """End it and its functions, and delete all it kept but the log."""
        if self._process is not None:
            end(self._process)
            if self._process.stdin is not None:
                self._process.stdin.close()
            self._process = None
        shutil.rmtree(self._scratch, ignore_errors=True)

    def _environment(self) -> dict[str, str]:
        # Written out, not inherited: the functions get it too, and must not see the developer's.
        return {
            "PATH": os.environ.get("PATH", os.defpath),
            "HOME": str(self._scratch),
            "TMPDIR": str(self._scratch),
            "LANG": "C.UTF-8",
            "BIND_HOST": ADDRESS,
            "GATEWAY_PORT": str(self.port),
            "MINISTACK_HOST": ADDRESS,
            "MINISTACK_REGION": REGION,
            "AUTH": "true" if self._auth else "false",
            "LAMBDA_EXECUTOR": "local",
            "PERSIST_STATE": "0",
            "S3_DATA_DIR": str(self._scratch / "s3"),
            "STATE_DIR": str(self._scratch / "state"),
            # Servers of other services, which would listen on ports of their own.
            "SFTP_ENABLED": "0",
            "IOT_MTLS_ENABLED": "0",
            # It would remove Docker containers of another MiniStack on this machine.
            "DOCKER_HOST": f"unix://{self._scratch}/no-docker",
            **self._variables,
        }


def port_is_free(port: int) -> bool:
    with socket.socket() as probe:
        # As the server does: a port that only waits out its last connections is free.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((ADDRESS, port))
        except OSError:
            return False
    return True


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind((ADDRESS, 0))
        return int(probe.getsockname()[1])


def open_directly(request: str | urllib.request.Request, timeout: float) -> bytes:
    """The body of an answer, asked for past any proxy that the environment names."""
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    with opener.open(request, timeout=timeout) as answer:
        return bytes(answer.read())
