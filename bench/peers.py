"""`make peers`: the processor time of a message, compared with Celery, Redis and Postgres.

The same work: 10,000 people with two variables each from one request, a carrier that does nothing,
the state of each message, a receipt for each, exact counts. Herald's time is that of its handlers
on the edge (edge.py), boto3's part included; the servers behind them are AWS's, so the
peer's servers are listed separately. The peer is `tools/peers/tasks.py`, in an environment of its own.
"""

import json
import os
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any, Final, NamedTuple

from bench import handlers
from bench.edge import Edge
from bench.handlers import Figures
from bench.invoke import ROOT
from bench.report import Goal, Section, Table, number
from bench.scenarios import Scenarios, recipients

_FOLDER: Final = ROOT / "tools/peers"
_TEXT: Final = "Hi {name}, your order {order} is on its way."
_TIMES: Final = 7
_WARM: Final = 500
_TICKS: Final = os.sysconf("SC_CLK_TCK")
# By the scenario: a message's share of a call. Three changes of a row are counted:
# that it is made, SENT and DELIVERED.
_SHARES: Final = {
    "accept 10,000 recipients": 1 / 10_000,
    "dispatch 10,000 recipients": 1 / 10_000,
    "fan_out one chunk of 100": 1 / 100,
    "receive 50 receipts": 1 / 50,
    "tally 1,000 changes": 3 / 1_000,
}


class Peer(NamedTuple):
    """Processor seconds of 10,000 messages by the peer."""

    accept: float
    worker: float
    redis: float
    postgres: float
    wall: float


def measure(edge: Edge, scenarios: Scenarios) -> Section:
    """Both, one after the other. Raises RuntimeError if a server is not installed."""
    found = {each.name: handlers.figures(edge, each) for each in scenarios.timed if each.name in _SHARES}
    return section(found, _peer())


def section(found: Mapping[str, Figures], peer: Peer) -> Section:
    people = 10_000
    shares = {name: figures.whole * _SHARES[name] for name, figures in found.items()}
    ours, theirs = sum(shares.values()), (peer.accept + peer.worker) / people
    rows = [(f"Herald: {name.split()[0]}", _ms(share), "") for name, share in shares.items()]
    rows += [
        ("**Herald: all functions**", _ms(ours), "AWS's"),
        ("Celery: the request", _ms(peer.accept / people), ""),
        ("Celery: the worker", _ms(peer.worker / people), ""),
        ("**Celery: both**", _ms(theirs), ""),
        ("Redis", "", _ms(peer.redis / people)),
        ("Postgres", "", _ms(peer.postgres / people)),
    ]
    return Section(
        "peers",
        [Goal("Herald's processor time, of Celery's", 1 / _TIMES, ours / theirs, inclusive=True)],
        [Table("Processor time of a message", ("part", "own ms", "servers ms"), rows)],
        [
            "10,000 messages and their receipts. The peer's worker has two processes; it had delivered all"
            f" after {number(peer.wall)} s.",
        ],
    )


def _ms(seconds: float) -> str:
    return f"{seconds * 1000:.3f}"


# ------------------------------------------------------------------------------- the peer


def _peer() -> Peer:
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="herald-peers-")))
        # For the server's own user.
        folder.chmod(0o755)
        redis, broker = stack.enter_context(_redis(folder))
        postgres, database = stack.enter_context(_postgres(folder))
        environment = os.environ | {"PEERS_BROKER": broker, "PEERS_DATABASE": database}
        driver = stack.enter_context(_started([*_python(), "drive.py"], environment, talks=True))
        _said(driver)
        worker = stack.enter_context(
            _started([*_python(), "-m", "celery", "-A", "tasks", "worker", "--concurrency", "2"], environment)
        )
        _run(driver, recipients()[:_WARM])
        parts = (worker, redis, postgres)
        before = [_spent(each.pid) for each in parts]
        result = _run(driver, recipients())
        spent = [_spent(each.pid) - start for each, start in zip(parts, before, strict=True)]
        worker_spent, redis_spent, postgres_spent = spent
        return Peer(result["accept"], worker_spent, redis_spent, postgres_spent, result["wall"])


def _run(driver: "subprocess.Popen[str]", people: list[dict[str, Any]]) -> dict[str, Any]:
    assert driver.stdin
    driver.stdin.write(json.dumps({"to": people, "content": {"text": _TEXT}}) + "\n")
    driver.stdin.flush()
    result = _said(driver)
    if result["counts"] != {"delivered": len(people)}:
        raise RuntimeError(f"the peer has lost messages: {result}")
    return result


def _said(driver: "subprocess.Popen[str]") -> dict[str, Any]:
    assert driver.stdout
    line = driver.stdout.readline()
    if not line:
        raise RuntimeError("the peer has ended: see what it has written above")
    said: dict[str, Any] = json.loads(line)
    return said


def _python() -> list[str]:
    return [str(_FOLDER / ".venv/bin/python")]


@contextmanager
def _redis(folder: Path) -> Iterator[tuple["subprocess.Popen[str]", str]]:
    port = _free_port()
    where = ["--bind", "127.0.0.1", "--port", str(port), "--dir", str(folder)]
    command = [_program("redis-server"), *where, "--save", ""]
    with _started(command, os.environ) as server:
        _wait_for(port)
        yield server, f"redis://127.0.0.1:{port}/0"


@contextmanager
def _postgres(folder: Path) -> Iterator[tuple["subprocess.Popen[str]", str]]:
    """A server of its own, as its packages set it up: it flushes every commit."""
    port, data = _free_port(), folder / "postgres"
    data.mkdir()
    # It refuses to run as root.
    user = "nobody" if os.geteuid() == 0 else None
    if user:
        shutil.chown(data, user)
    subprocess.run(
        [_program("initdb"), "--auth", "trust", "--username", "peers", "--pgdata", str(data)],
        check=True,
        stdout=subprocess.DEVNULL,
        user=user,
        cwd=folder,
    )
    command = [_program("postgres"), "-D", str(data), "-p", str(port), "-h", "127.0.0.1", "-k", str(data)]
    with _started(command, os.environ, user=user, cwd=folder) as server:
        _wait_for(port)
        yield server, f"host=127.0.0.1 port={port} user=peers dbname=postgres"


@contextmanager
def _started(
    command: list[str],
    environment: Mapping[str, str],
    *,
    talks: bool = False,
    user: str | None = None,
    cwd: Path = _FOLDER,
) -> Iterator["subprocess.Popen[str]"]:
    pipe = subprocess.PIPE if talks else None
    process = subprocess.Popen(
        command,
        env=dict(environment),
        cwd=cwd,
        user=user,
        text=True,
        stdin=pipe,
        stdout=pipe or subprocess.DEVNULL,
        stderr=None if talks else subprocess.DEVNULL,
    )
    try:
        yield process
    finally:
        process.terminate()
        try:
            process.wait(timeout=20)
        except subprocess.TimeoutExpired:
            process.kill()


def _spent(process: int) -> float:
    """The processor seconds of a process, of its children and of those that have ended."""
    ticks, parents = {}, {}
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit():
            try:
                fields = (folder / "stat").read_text().rsplit(")", 1)[1].split()
            except OSError:
                continue
            parents[int(folder.name)] = int(fields[1])
            ticks[int(folder.name)] = sum(map(int, fields[11:15]))
    family = {process}
    while more := {each for each, parent in parents.items() if parent in family} - family:
        family |= more
    return sum(ticks.get(each, 0) for each in family) / _TICKS


def _program(name: str) -> str:
    folders = sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    places = os.pathsep.join([os.environ.get("PATH", ""), *map(str, folders)])
    if found := shutil.which(name, path=places):
        return found
    raise RuntimeError(f"there is no {name}: install redis-server and postgresql")


def _free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port: int = found.getsockname()[1]
        return port


def _wait_for(port: int) -> None:
    for _ in range(100):
        with socket.socket() as client:
            if client.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    raise RuntimeError(f"nothing listens on {port}")
