"""The progress of sending a file, on disk: an interrupted send is resumed, and nothing is sent twice.

    digest    the file's bytes, the message, and how the file is read: an equal digest is the same send
    intent    written before a request: these lines may have been accepted
    accepted  written after its answer: these lines have been accepted, as this operation

The Idempotency-Keys of the requests follow from the digest. Within the time that the API remembers a key, a
request that was under way when the process died is made again, and sends nothing twice. After that time only
the user can find out, so the journal says which lines are in doubt.
"""

import hashlib
import json
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any, Final

_BLOCK: Final = 1024 * 1024
# The API remembers a key for 24 hours; an hour is left for clocks that differ.
KEY_SECONDS: Final = 23 * 3600


@dataclass(frozen=True)
class Batch:
    """The lines of the file in one request."""

    number: int
    first: int
    last: int
    recipients: int
    operation_id: str | None = None
    """None while no answer has come."""
    at: float = 0.0
    """Seconds since 1970."""


@dataclass
class Journal:
    """The batches of one send, oldest first."""

    path: Path
    digest: str
    run: int = 0
    batches: dict[int, Batch] = field(default_factory=dict)
    is_complete: bool = False

    @property
    def key(self) -> str:
        """The prefix of the requests' Idempotency-Keys."""
        return f"{self.digest[:32]}.{self.run}"

    @property
    def accepted(self) -> Sequence[Batch]:
        """The batches that the API has accepted."""
        return [batch for batch in self.batches.values() if batch.operation_id]

    def in_doubt(self, now: float) -> Batch | None:
        """A batch that may have been accepted, and whose key the API may have forgotten."""
        for batch in self.batches.values():
            if batch.operation_id is None and now - batch.at > KEY_SECONDS:
                return batch
        return None

    def intend(self, batch: Batch) -> None:
        """Note that a request for some lines is about to be made; a batch that is known keeps its time."""
        if batch.number not in self.batches:
            self._note({"intent": vars(batch)})
            self.batches[batch.number] = batch

    def accept(self, batch: Batch) -> None:
        """Note that the API has accepted some lines."""
        self._note({"accepted": vars(batch)})
        self.batches[batch.number] = batch

    def forget(self, batch: Batch) -> None:
        """Note that a request was refused: its lines were not accepted."""
        self._note({"refused": batch.number})
        self.batches.pop(batch.number, None)

    def complete(self) -> None:
        """Note that all lines have been accepted."""
        self._note({"complete": True})
        self.is_complete = True

    def again(self) -> None:
        """Start another send of the same file, with keys of its own."""
        self.run += 1
        self.batches, self.is_complete = {}, False
        self._note({"run": self.run})

    def _note(self, entry: dict[str, Any]) -> None:
        self.path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        line = json.dumps(entry).encode() + b"\n"
        descriptor = os.open(self.path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        try:
            os.write(descriptor, line)
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def open_journal(folder: Path, digest: str) -> Journal:
    """The journal of a send, with its earlier notes."""
    journal = Journal(folder / f"{digest[:32]}.jsonl", digest)
    for entry in _entries(journal.path):
        match entry:
            case {"run": int(run)}:
                journal.run, journal.batches, journal.is_complete = run, {}, False
            case {"intent": batch}:
                journal.batches.setdefault(batch["number"], Batch(**batch))
            case {"accepted": batch}:
                journal.batches[batch["number"]] = Batch(**batch)
            case {"refused": int(number)}:
                journal.batches.pop(number, None)
            case {"complete": True}:
                journal.is_complete = True
    return journal


def digest_of(file: IO[bytes], *more: object) -> str:
    """A hash of a file's bytes, the message and the reading options."""
    found = hashlib.sha256()
    file.seek(0)
    while block := file.read(_BLOCK):
        found.update(block)
    file.seek(0)
    found.update(json.dumps(more, sort_keys=True, default=str).encode())
    return found.hexdigest()


def _entries(path: Path) -> Iterator[Any]:
    try:
        lines = path.read_bytes().split(b"\n")
    except FileNotFoundError:
        return
    for line in lines:
        try:
            yield json.loads(line)
        except ValueError:
            # The incomplete last line of a process that died while writing.
            continue
