"""Where the stacks of `make run` in this folder are, and their credentials, for the command line and tests.

`local-PORT.json` is of the stack on a port. `local.json`, which `herald` reads, has the text of one of them:
the stack that has it keeps it until it ends, and then another one that runs gets it.
"""

from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Settings:
    """The files in a folder. `is_running` says whether a stack of `make run` has a port."""

    folder: Path
    is_running: Callable[[int], bool]

    @property
    def shared(self) -> Path:
        """The file that `herald` reads."""
        return self.folder / "local.json"

    def of(self, port: int) -> Path:
        """The file of a port's stack."""
        return self.folder / f"local-{port}.json"

    def remember(self, port: int, text: str) -> bool:
        """Write a stack's file; whether `herald` reads it."""
        _write(self.of(port), text)
        self._settle()
        return self.shared.read_text() == text

    def forget(self, port: int) -> None:
        """Remove the file of a stack that ends, or that a stack left which was killed."""
        self.of(port).unlink(missing_ok=True)
        self._settle()

    def _settle(self) -> None:
        """Let the shared file be of a stack that runs; remove it if there is none."""
        running = {path: path.read_text() for path in self._running()}
        with suppress(FileNotFoundError):
            if self.shared.read_text() in running.values():
                return
        if running:
            _write(self.shared, running[min(running, key=lambda path: path.stat().st_mtime)])
        else:
            self.shared.unlink(missing_ok=True)

    def _running(self) -> Iterator[Path]:
        for path in sorted(self.folder.glob("local-*.json")):
            port = path.stem.removeprefix("local-")
            if port.isdigit() and self.is_running(int(port)):
                yield path


def _write(path: Path, text: str) -> None:
    # Renamed into place: a reader finds all of it or nothing. And it holds a secret.
    draft = path.with_suffix(".draft")
    draft.touch(mode=0o600)
    draft.write_text(text)
    draft.replace(path)
