"""The progress of sending a file, on disk: an interrupted send is resumed, and nothing is sent twice.

    digest    the file's bytes, the message, and how the file is read: an equal digest is the same send
    intent    written before a request: these lines may have been accepted
    accepted  written after its answer: these lines have been accepted, as this operation
    run       written before the first request of a send that is repeated on purpose

A second file lists the sends of the same file and content whose options or credentials differ: those do not
change which people get which text, so they are repetitions too.

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
    earlier: list[Batch] = field(default_factory=list)
    """The batches that the API accepted in runs before this one."""
    listing: Path | None = None
    """The file that lists the sends of the same file and content; None: this one is not listed."""
    _is_new_run: bool = False

    @property
    def key(self) -> str:
        """The prefix of the requests' Idempotency-Keys."""
        return f"{self.digest[:32]}.{self.run}"

    @property
    def accepted(self) -> Sequence[Batch]:
        """The batches that the API has accepted."""
        return [batch for batch in self.batches.values() if batch.operation_id]

    @property
    def is_over(self) -> bool:
        """Whether the file was sent, and no later run of it has begun."""
        return self.is_complete or (bool(self.earlier) and not self.batches)

    @property
    def others(self) -> Sequence["Journal"]:
        """Journals of the same file and content with other options, where the API may have accepted some."""
        found = [open_journal(self.path.parent, digest) for digest in self._listed() if digest != self.digest]
        return [each for each in found if each.batches or each.earlier]

    def in_doubt(self, now: float) -> Batch | None:
        """A batch that may have been accepted, and whose key the API may have forgotten."""
        for batch in self.batches.values():
            if batch.operation_id is None and now - batch.at > KEY_SECONDS:
                return batch
        return None

    def intend(self, batch: Batch) -> None:
        """Note that a request for some lines is about to be made; a batch that is known keeps its time."""
        if batch.number not in self.batches:
            self._begin()
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
        """Send the same file again, with keys of its own. Noted with the first request: not if none is made.

        A run that was begun, and of which nothing was accepted, goes on.
        """
        if self.is_complete:
            self._start_run(self.run + 1)
            self._is_new_run = True

    def _begin(self) -> None:
        """Note what has to be known before the first request is made."""
        if self.listing and self.digest not in self._listed():
            _append(self.listing, {"send": self.digest})
        if self._is_new_run:
            self._note({"run": self.run})
            self._is_new_run = False

    def _start_run(self, run: int) -> None:
        self.earlier += self.accepted
        self.run, self.batches, self.is_complete = run, {}, False

    def _listed(self) -> list[str]:
        entries = _entries(self.listing) if self.listing else ()
        return list(dict.fromkeys(digest for entry in entries if (digest := entry.get("send"))))

    def _note(self, entry: dict[str, Any]) -> None:
        _append(self.path, entry)


def open_journal(folder: Path, digest: str, content: str | None = None) -> Journal:
    """The journal of a send, with its earlier notes.

    `content`: the digest of the file and the content alone, by which sends with other options are found.
    """
    listing = folder / f"{content[:32]}.sends.jsonl" if content else None
    journal = Journal(folder / f"{digest[:32]}.jsonl", digest, listing=listing)
    for entry in _entries(journal.path):
        match entry:
            case {"run": int(run)}:
                journal._start_run(run)
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
    """A hash of a file's bytes and of more, such as the message and the reading options."""
    found = hashlib.sha256()
    file.seek(0)
    while block := file.read(_BLOCK):
        found.update(block)
    file.seek(0)
    found.update(json.dumps(more, sort_keys=True, default=str).encode())
    return found.hexdigest()


def _append(path: Path, entry: dict[str, Any]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    line = json.dumps(entry).encode() + b"\n"
    descriptor = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    try:
        os.write(descriptor, line)
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


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
