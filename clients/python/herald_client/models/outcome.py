from enum import Enum

class Outcome(str, Enum):
    DONE = "DONE"
    REFUSED = "REFUSED"
    UNKNOWN = "UNKNOWN"

    def __str__(self) -> str:
        return str(self.value)
