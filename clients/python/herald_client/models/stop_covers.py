from enum import Enum

class StopCovers(str, Enum):
    ALL = "ALL"
    FAMILY = "FAMILY"

    def __str__(self) -> str:
        return str(self.value)
