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
MEMORY: Final = Path("/dev/shm")  # noqa: S108 - a folder of ours in it, closed to other users
# Some 60 processes of functions, and each unpacks the layer.
ENOUGH_MEMORY: Final = 4 * 1024**3


class MiniStack:
    """A local AWS on 127.0.0.1, with its log in `state_dir` and its data in memory or there.

    `variables` are given to its functions beside those of their own.
    """

    def __init__(
        self, port: int, state_dir: Path, auth: bool, variables: Mapping[str, str] | None = None
    ) -> None:
        self.port = port
        self.log = state_dir / "ministack.log"
        self.scratch = scratch_of(port, state_dir)
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
        """Start it and return at once; `wait` returns when it answers."""
        if not port_is_free(self.port):
            raise StackError(f"Port {self.port} of {ADDRESS} is taken. Choose another one: PORT=n make run")
        shutil.rmtree(self.scratch, ignore_errors=True)
        self.scratch.mkdir(mode=0o700, parents=True)
        with self.log.open("wb") as log:
            self._process = subprocess.Popen(
                [MINISTACK_PYTHON, "-I", Path(__file__).with_name("guard.py")],
                cwd=self.scratch,
                env=self._environment(),
                # Held open for as long as this process lives: see guard.py.
                stdin=subprocess.PIPE,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def wait(self) -> None:
        """Return when it answers; fail if it ends or takes too long."""
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
        """End it and its functions, and delete its data except the log."""
        if self._process is not None:
            end(self._process)
            if self._process.stdin is not None:
                self._process.stdin.close()
            self._process = None
        shutil.rmtree(self.scratch, ignore_errors=True)

    def _environment(self) -> dict[str, str]:
        # Written out, not inherited: the functions get it too, and must not see the developer's.
        return {
            "PATH": os.environ.get("PATH", os.defpath),
            "HOME": str(self.scratch),
            "TMPDIR": str(self.scratch),
            "LANG": "C.UTF-8",
            "BIND_HOST": ADDRESS,
            "GATEWAY_PORT": str(self.port),
            "MINISTACK_HOST": ADDRESS,
            "MINISTACK_REGION": REGION,
            "AUTH": "true" if self._auth else "false",
            "LAMBDA_EXECUTOR": "local",
            "PERSIST_STATE": "0",
            "S3_DATA_DIR": str(self.scratch / "s3"),
            "STATE_DIR": str(self.scratch / "state"),
            # Servers of other services, which would listen on ports of their own.
            "SFTP_ENABLED": "0",
            "IOT_MTLS_ENABLED": "0",
            # It would remove Docker containers of another MiniStack on this machine.
            "DOCKER_HOST": f"unix://{self.scratch}/no-docker",
            **self._variables,
        }


def scratch_of(port: int, state_dir: Path) -> Path:
    """The folder of the files of a port's local AWS: in memory, if there is enough, else in `state_dir`.

    Every process of a function begins by unpacking the layer, which takes some disks seconds.
    """
    try:
        there = os.statvfs(MEMORY)
    except OSError:
        return state_dir / "scratch"
    forbidden = there.f_flag & (os.ST_NOEXEC | os.ST_RDONLY)
    if forbidden or there.f_bavail * there.f_frsize < ENOUGH_MEMORY or not os.access(MEMORY, os.W_OK):
        return state_dir / "scratch"
    return MEMORY / f"herald-{os.getuid()}-{port}"


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
    """The body of an answer, fetched without the proxy of the environment."""
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    with opener.open(request, timeout=timeout) as answer:
        return bytes(answer.read())
