from enum import Enum

class PoolOperationStatus(str, Enum):
    CANCELED = "CANCELED"
    COMPLETED = "COMPLETED"
    PROCESSING = "PROCESSING"

    def __str__(self) -> str:
        return str(self.value)
