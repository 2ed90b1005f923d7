from enum import Enum

class OpenUrlWebviewViewMode(str, Enum):
    FULL = "FULL"
    HALF = "HALF"
    TALL = "TALL"

    def __str__(self) -> str:
        return str(self.value)
