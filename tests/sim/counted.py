"""Herald's table on the simulated one alone, which counts what is read of it."""

from collections.abc import Callable, Mapping
from threading import Lock
from typing import Any, cast

from herald.store import Table
from tests.sim import calls
from tests.sim.table import SimulatedTable
from tests.sim.values import Item


class CountedTable(Table):
    """`lags`: its indexes see what has changed once they are told to catch up."""

    def __init__(self, *, lags: bool = False) -> None:
        self._moment = 0.0
        self._simulated = SimulatedTable("herald", now=lambda: self._moment, lag=lambda: float(lags))
        # Entries that queries gave, of the table and its indexes.
        self.entries_read = 0
        # Calls of Query, one a page.
        self.queries = 0
        # Items that were asked for by their keys.
        self.rows_read = 0
        super().__init__(cast(Any, _Client(self._simulated, self._counted)), "herald")

    def items(self) -> list[Item]:
        """All that it holds, as the database has it."""
        return list(self._simulated.items.values())

    def catch_up(self) -> None:
        """Let the indexes see what has changed."""
        self._moment += 1.0

    def _counted(self, operation: str, request: Mapping[str, Any], answer: Mapping[str, Any]) -> None:
        match operation:
            case "Query":
                self.queries += 1
                self.entries_read += len(answer["Items"])
            case "BatchGetItem":
                self.rows_read += sum(len(each["Keys"]) for each in request["RequestItems"].values())
            case "GetItem":
                self.rows_read += 1


class _Client:
    """What boto3.client gives, of the table alone. Threads take turns."""

    def __init__(
        self,
        simulated: SimulatedTable,
        done: Callable[[str, Mapping[str, Any], Mapping[str, Any]], None],
    ) -> None:
        self._handlers = {operation: handler for (_, operation), handler in calls.of_table(simulated).items()}
        self._done = done
        self._lock = Lock()

    def __getattr__(self, method: str) -> Callable[..., Any]:
        operation = "".join(word.capitalize() for word in method.split("_"))
        handler = self._handlers[operation]

        def do(**request: Any) -> Any:
            with self._lock:
                answer = handler(request)
                self._done(operation, request, answer)
                return answer

        return do
